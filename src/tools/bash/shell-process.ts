import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as delay } from "node:timers/promises";
import {
  endGroup,
  endProcessFamily,
  groupIsAlive,
  killProcessFamily,
  type ProcessFamily,
} from "../../lib/process-group.ts";

const markerName = "CRUSH_TOOL_CALL";
/** Between asking to end and killing. */
const graceMs = 500;
/** How long output may still come once the command's group is gone. */
const drainMs = 250;

export interface ShellExit {
  /** Null where a signal ended the shell, and where it could not be started. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why the shell could not be started. */
  readonly startError?: string;
  /** It had left programs running, which were ended. */
  readonly leftSome: boolean;
}

export interface ShellOptions {
  readonly command: string;
  /** Absolute. */
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  onText(text: string): void;
}

/** One pipe for both outputs, so that they come in the order in which they were written. */
const inOrder = "exec 2>&1; ";

const shell = ["/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash"].find((file) => existsSync(file)) ?? "/bin/sh";

function environmentOf(options: ShellOptions, marker: string): Record<string, string> {
  const { CDPATH: _, ...inherited } = options.environment;
  return {
    ...inherited,
    // There is no terminal: nothing may page, open an editor or ask for a password.
    PAGER: "cat",
    GIT_PAGER: "cat",
    GIT_EDITOR: "true",
    GIT_TERMINAL_PROMPT: "0",
    [markerName]: marker,
  };
}

/** One command in a shell of its own, in a process group of its own. */
export class ShellProcess {
  /** Settles when the shell has exited and its output is in; never rejects. */
  readonly exited: Promise<ShellExit>;
  readonly #child: ChildProcess;
  readonly #family: ProcessFamily | undefined;
  #isEnding = false;
  #isOver = false;

  constructor(options: ShellOptions) {
    const marker = crypto.randomUUID();
    this.#child = spawn(shell, ["-c", inOrder + options.command], {
      cwd: options.workingDirectory,
      env: environmentOf(options, marker),
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { pid } = this.#child;
    this.#family = pid === undefined ? undefined : { pid, marker: `${markerName}=${marker}` };
    this.exited = this.#watch(options);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends the command and all that it started; resolves when they are gone. */
  async end(): Promise<void> {
    if (this.#family === undefined || this.#isOver) return;
    this.#isEnding = true;
    await endProcessFamily(this.#family, graceMs);
    await this.exited;
  }

  /** At once and without waiting: for the program's own exit. */
  kill(): void {
    if (this.#family !== undefined && !this.#isOver) killProcessFamily(this.#family);
  }

  async #watch(options: ShellOptions): Promise<ShellExit> {
    const streams = [this.#child.stdout, this.#child.stderr].filter((stream) => stream !== null);
    for (const stream of streams) forward(stream, options);
    const closed = new Promise<void>((resolve) => {
      this.#child.once("close", () => resolve());
    });
    const exit = await new Promise<Omit<ShellExit, "leftSome">>((resolve) => {
      this.#child.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
      this.#child.once("error", (error) => resolve({ exitCode: null, signal: null, startError: error.message }));
    });
    const leftSome = exit.startError === undefined && (await this.#drain(closed));
    for (const stream of streams) stream.destroy();
    this.#isOver = true;
    return { ...exit, leftSome };
  }

  /**
   * Waits for the rest of the output. What the command left running in its group is ended: it could hold the pipes for
   * ever. A program that left the group may hold them too, so there is an end to the waiting.
   */
  async #drain(closed: Promise<void>): Promise<boolean> {
    const pid = this.#family?.pid;
    if (pid === undefined) return false;
    const leftSome = !this.#isEnding && groupIsAlive(pid);
    if (leftSome) await endGroup(pid, graceMs);
    await Promise.race([closed, delay(drainMs)]);
    return leftSome;
  }
}

function forward(stream: Readable, options: ShellOptions): void {
  const decoder = new StringDecoder("utf8");
  const pass = (text: string): void => {
    if (text !== "") options.onText(text);
  };
  stream.on("data", (bytes: Buffer) => pass(decoder.write(bytes)));
  stream.on("end", () => pass(decoder.end()));
  // A destroyed pipe is no news.
  stream.on("error", () => undefined);
}
