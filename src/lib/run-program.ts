import { spawn } from "node:child_process";
import { killProcessGroup } from "./process-group.ts";

export interface ProgramOptions {
  readonly arguments: readonly string[];
  /** Absolute. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** The program is stopped once it has printed so much. */
  readonly outputBytesMax: number;
  /** Written to its standard input. */
  readonly input?: string | Uint8Array;
}

export interface ProgramResult {
  readonly ending: "exited" | "timed-out" | "canceled" | "too-much-output" | "not-started";
  /** Null unless it exited by itself. */
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  /** At most 10,000 bytes of it. */
  readonly stderr: string;
}

const stderrBytesMax = 10_000;

class ProgramRun {
  readonly #options: ProgramOptions;
  readonly #output: Buffer[] = [];
  #outputBytes = 0;
  #stderr = Buffer.alloc(0);
  #ending: ProgramResult["ending"] = "exited";

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  start(program: string): Promise<ProgramResult> {
    const { directory, environment, signal, timeoutMs, input } = this.#options;
    const child = spawn(program, [...this.#options.arguments], {
      cwd: directory,
      env: environment,
      detached: true,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    const stop = (ending: ProgramResult["ending"]): void => {
      if (this.#ending === "exited") this.#ending = ending;
      if (child.pid !== undefined) killProcessGroup(child.pid);
      // What left the group may hold the pipes still.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const timer = setTimeout(() => stop("timed-out"), timeoutMs);
    const cancel = (): void => stop("canceled");
    if (signal?.aborted === true) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    child.stdout?.on("data", (bytes: Buffer) => {
      this.#output.push(bytes);
      this.#outputBytes += bytes.length;
      if (this.#outputBytes > this.#options.outputBytesMax) stop("too-much-output");
    });
    child.stderr?.on("data", (bytes: Buffer) => {
      this.#stderr = Buffer.concat([this.#stderr, bytes]).subarray(0, stderrBytesMax);
    });
    // It may end before it has read its input.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
    return new Promise((resolve) => {
      const finish = (exitCode: number | null): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", cancel);
        resolve(this.#result(exitCode));
      };
      child.once("error", (error) => {
        this.#ending = "not-started";
        this.#stderr = Buffer.from(error.message);
        finish(null);
      });
      child.once("close", (exitCode) => finish(exitCode));
    });
  }

  #result(exitCode: number | null): ProgramResult {
    return {
      ending: this.#ending,
      exitCode: this.#ending === "exited" ? exitCode : null,
      stdout: Buffer.concat(this.#output),
      stderr: this.#stderr.toString("utf8"),
    };
  }
}

/** Runs a program to its end and gathers what it prints. Never rejects: what went wrong is in the result. */
export async function runProgram(program: string, options: ProgramOptions): Promise<ProgramResult> {
  return new ProgramRun(options).start(program);
}
