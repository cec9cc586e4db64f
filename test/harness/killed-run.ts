/** One headless run that is killed at some moment, and what had been seen of it by then. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { launcher, type Sandbox } from "./sandbox.ts";

/** What was on the screen for so long a time of the program's life must be on the disk. */
const promisedMs = 100;
/** Longer than any pause between the program's words in which it gets no processor. */
const surelyAliveMs = 2_000;

export interface KillMoment {
  /** `start`: since the process was started; `output`: since its first output, or `start` where none comes in 5 s. */
  readonly from: "start" | "output";
  readonly afterMs: number;
}

export interface KilledRunOptions {
  readonly sandbox: Sandbox;
  readonly args: readonly string[];
  readonly moment: KillMoment;
  /** Default: this repository's launcher. */
  readonly command?: readonly string[];
}

export interface KilledRun {
  /**
   * Standard output that had been read more than 100 ms before the last of it, which is the program's last sign of life (one
   * that got no processor has broken no promise), or 2 s before the kill.
   */
  readonly acknowledged: string;
  /** It was over before the kill came. */
  readonly hasEnded: boolean;
}

export async function killedRun({ sandbox, args, moment, command = [launcher] }: KilledRunOptions): Promise<KilledRun> {
  const [program = launcher, ...before] = command;
  const child = spawn(program, [...before, ...args], {
    cwd: sandbox.project,
    env: sandbox.environment(),
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exit = once(child, "exit");
  const pieces: { readonly atMs: number; readonly text: string }[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    pieces.push({ atMs: performance.now(), text });
  });
  if (moment.from === "output") await Promise.race([once(child.stdout, "data"), exit, after(5_000)]);
  await Promise.race([after(moment.afterMs), exit]);
  const hasEnded = hasExited(child);
  const killedAtMs = performance.now();
  child.kill("SIGKILL");
  await exit;
  const untilMs = Math.max((pieces.at(-1)?.atMs ?? 0) - promisedMs, killedAtMs - surelyAliveMs);
  const seen = pieces.filter(({ atMs }) => atMs <= untilMs);
  return { acknowledged: seen.map(({ text }) => text).join(""), hasEnded };
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** The moment of a kill is a moment in time: there is no event to wait for. */
async function after(delayMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, delayMs).unref();
  await promise;
}
