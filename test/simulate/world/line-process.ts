/** A process that is spoken to, and answers, in lines of JSON. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import path from "node:path";

export interface LineProcessOptions<Line> {
  /** Of this folder. */
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine: (line: Line) => void;
}

export class LineProcess<Line> {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: Promise<unknown>;
  readonly #exit: Promise<unknown>;
  readonly #waiters = new Set<{ readonly isIt: (line: Line) => boolean; readonly resolve: (line: Line) => void }>();
  #errors = "";
  hasEnded = false;

  constructor({ script, args, cwd, environment, onLine }: LineProcessOptions<Line>) {
    const program = path.join(import.meta.dirname, script);
    this.#child = spawn(process.execPath, [...process.execArgv, program, ...args], {
      cwd,
      env: environment,
      stdio: ["pipe", "pipe", "pipe"],
    });
    // A process that was killed closes its pipes.
    this.#child.stdin.on("error", () => undefined);
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    const reader = createInterface(this.#child.stdout);
    reader.on("line", (text) => {
      const line = JSON.parse(text) as Line;
      onLine(line);
      for (const waiter of this.#waiters) if (waiter.isIt(line)) waiter.resolve(line);
    });
    this.#lines = once(reader, "close");
    this.#exit = once(this.#child, "exit").then(() => {
      this.hasEnded = true;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it wrote on standard error. */
  get errors(): string {
    return this.#errors;
  }

  send(command: object): void {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
  }

  signal(name: NodeJS.Signals): void {
    if (!this.hasEnded) process.kill(this.pid, name);
  }

  /** Resolves with the next line that fits; with null where the process ends, or after `deadlineMs`. */
  async next(isIt: (line: Line) => boolean, deadlineMs: number): Promise<Line | null> {
    const { promise, resolve } = Promise.withResolvers<Line | null>();
    const waiter = { isIt, resolve };
    this.#waiters.add(waiter);
    const timer = setTimeout(resolve, deadlineMs, null);
    try {
      return await Promise.race([promise, this.ended().then(() => null)]);
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  /** Resolves when the process is gone and all that it had said is read. */
  async ended(): Promise<void> {
    await Promise.all([this.#exit, this.#lines]);
  }
}
