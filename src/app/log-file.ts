import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../lib/clock.ts";
import type { Log, LogLevel } from "../lib/log.ts";

/** crush-database.md, Where: rotated at 10 MB. */
const sizeBytesMax = 10 * 1024 * 1024;

/** How long a log that could not be written is left alone. */
const silentMs = 60_000;

export interface LogFileOptions {
  readonly dataDirectory: string;
  readonly clock: Clock;
  /** With `--debug` the level `debug` is written too. */
  readonly isDebug: boolean;
}

/**
 * `.crush/logs/crush.log`: one JSON object a line (`time`, `level`, `msg`, fields). When it is full it becomes
 * `crush.log.1`. Where it can't be written (no space, read-only) it is silent for a while: it must never stop the work.
 */
export function createLogFile(options: LogFileOptions): Log {
  const directory = join(options.dataDirectory, "logs");
  const file = join(directory, "crush.log");
  let sizeBytes: number | null = null;
  let silentUntilMs = 0;
  return {
    write(level: LogLevel, message: string, fields = {}): void {
      const nowMs = options.clock.nowMs();
      if (nowMs < silentUntilMs || (level === "debug" && !options.isDebug)) return;
      const time = new Date(nowMs).toISOString();
      const line = `${JSON.stringify({ time, level: level.toUpperCase(), msg: message, ...fields })}\n`;
      try {
        const lineBytes = Buffer.byteLength(line);
        sizeBytes ??= openLog(directory, file);
        if (sizeBytes + lineBytes > sizeBytesMax) {
          // Another window may have put it aside already.
          sizeBytes = sizeOf(file);
          if (sizeBytes + lineBytes > sizeBytesMax) {
            renameSync(file, `${file}.1`);
            sizeBytes = 0;
          }
        }
        appendFileSync(file, line, { mode: 0o600 });
        sizeBytes += lineBytes;
      } catch {
        sizeBytes = null;
        silentUntilMs = nowMs + silentMs;
      }
    },
  };
}

function openLog(directory: string, file: string): number {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return sizeOf(file);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
