import { mkdirSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { crashDirectory } from "../config/crash-directory.ts";

/** BSD's EX_SOFTWARE: an internal error, told apart from every error that a person can act on. */
const crashExitCode = 70;

export interface CrashFacts {
  readonly version: string;
  readonly nowMs: number;
}

/**
 * Writes what is known of a bug (versions and the stack; nothing of a conversation) into a file and names it on standard
 * error. Returns the exit code. Never throws.
 */
export function writeCrashReport(error: unknown, facts: CrashFacts): number {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  writeSync(2, `crush-ts ${facts.version} crashed, which is a bug: ${what}\n${whereTo(error, facts)}\n`);
  return crashExitCode;
}

function whereTo(error: unknown, { version, nowMs }: CrashFacts): string {
  const time = new Date(nowMs).toISOString();
  const file = path.join(crashDirectory(), `crash-${time.replaceAll(":", "-")}.txt`);
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${reportText(error, version)}\ntime: ${time}\n`, { mode: 0o600 });
    return `Your sessions are on disk. The report for us is ${file}`;
  } catch {
    return reportText(error, version);
  }
}

function reportText(error: unknown, version: string): string {
  return `crush-ts ${version}\n${process.platform} ${process.arch} ${process.version}\n\n${inspect(error)}`;
}
