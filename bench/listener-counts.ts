/** Asks a program that was started with `listenerFlags` who listens to what in it. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as v from "valibot";
import type { Counts } from "./counts.ts";

/** Of the runtime. The environment's `LISTENERS_FILE` names the file by which the program answers. */
export const listenerFlags = ["--expose-gc", "--preload", path.join(import.meta.dirname, "count-listeners.ts")];

export async function listenersOf(pid: number, file: string): Promise<Counts> {
  rmSync(file, { force: true });
  process.kill(pid, "SIGUSR2");
  while (!existsSync(file)) await pause(20);
  return v.parse(v.record(v.string(), v.number()), JSON.parse(readFileSync(file, "utf8")));
}
