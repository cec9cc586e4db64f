/** Runs a program without a terminal and keeps what it wrote. */
import { spawn } from "node:child_process";
import { launcher, type Sandbox } from "./sandbox.ts";

export interface RunOptions {
  readonly sandbox: Sandbox;
  readonly args: readonly string[];
  /** Absent: standard input is empty. */
  readonly stdin?: string | Uint8Array;
  /** Added to the sandbox's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: the sandbox's project. */
  readonly cwd?: string;
  /** Default: this repository's launcher. */
  readonly program?: string;
  /** Reached only where the program hangs: it is killed then, and the result says so by its signal. */
  readonly deadlineMs?: number;
  /** Called with standard output as it grows, for tests that interfere while the program runs. */
  readonly onOutput?: (stdoutSoFar: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** The same for standard error. */
  readonly onErrors?: (stderrSoFar: string) => void;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly durationMs: number;
}

export function runProgram(options: RunOptions): Promise<RunResult> {
  const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
  const startMs = performance.now();
  const child = spawn(options.program ?? launcher, options.args, {
    cwd: options.cwd ?? options.sandbox.project,
    env: options.sandbox.environment(options.environment),
    stdio: ["pipe", "pipe", "pipe"],
  });
  const kill = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  const timer = setTimeout(() => {
    kill("SIGKILL");
  }, options.deadlineMs ?? 30_000);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    options.onOutput?.(stdout, kill);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    options.onErrors?.(stderr);
  });
  // A program that ends before it has read everything closes the pipe: its exit code says what that meant.
  child.stdin.on("error", () => {
    child.stdin.destroy();
  });
  child.stdin.end(options.stdin ?? "");
  child.on("error", reject);
  child.on("close", (code, signal) => {
    clearTimeout(timer);
    resolve({ stdout, stderr, code, signal, durationMs: performance.now() - startMs });
  });
  return promise;
}
