/** One stage of the gate, and how it is run: a process whose exit code decides, or a test run whose results count. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Stage {
  readonly name: string;
  readonly run: () => Promise<Counts>;
}

export const root = path.resolve(import.meta.dirname, "..");

/** Raised from Bun's five seconds: a loaded machine must not fail a test that waits for a process. */
const testTimeoutMs = 60_000;

/** Runs a JavaScript or TypeScript file on this very Bun, whatever its first line asks for. Resolves to the exit code. */
function runOnBun(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--bun", ...args], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  });
}

/** A stage that counts as one check: passed when the program exits with 0. */
export function checkStage(name: string, args: readonly string[]): Stage {
  return {
    name,
    run: async () => {
      const failed = (await runOnBun(args)) === 0 ? 0 : 1;
      return { passed: 1 - failed, failed, skipped: 0 };
    },
  };
}

/** A stage that runs tests. No test at all is a failure: a gate that checks nothing must not look green. */
export function testStage(name: string, paths: readonly string[]): Stage {
  return {
    name,
    run: async () => {
      const folder = mkdtempSync(path.join(tmpdir(), "crush-gate-"));
      try {
        const report = path.join(folder, "junit.xml");
        const reporter = ["--reporter=junit", `--reporter-outfile=${report}`];
        const exitCode = await runOnBun([
          "test",
          `--timeout=${testTimeoutMs}`,
          "--only-failures",
          ...reporter,
          ...paths,
        ]);
        return verdict(readReport(report), exitCode);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

function readReport(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function attribute(tag: string, name: string): number {
  return Number(new RegExp(` ${name}="(\\d+)"`, "u").exec(tag)?.[1] ?? "0");
}

/** Reads the totals of a JUnit report. An exit code other than 0 is a failure even where no test failed. */
export function verdict(report: string, exitCode: number): Counts {
  const tag = /<testsuites [^>]*>/u.exec(report)?.[0] ?? "";
  const total = attribute(tag, "tests");
  const skipped = attribute(tag, "skipped");
  const reported = attribute(tag, "failures") + attribute(tag, "errors");
  const failed = reported === 0 && (exitCode !== 0 || total - skipped === 0) ? 1 : reported;
  return { passed: Math.max(0, total - skipped - reported), failed, skipped };
}
