/**
 * Records what a program writes to its terminal with the time of each piece, and looks at it only afterwards: drawing the
 * screen while the program runs would take processor time from it and delay the clock.
 */
import { type ExitStatus, type PtyHandle, spawnInPty } from "../test/harness/spawn-in-pty.ts";
import { VirtualTerminal } from "../test/harness/virtual-terminal.ts";

export interface RecorderOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
}

export interface RecordedChunk {
  /** On the clock of `performance.now()`. */
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** What stood on the screen once a chunk had arrived. */
export interface ReplayedFrame {
  readonly atMs: number;
  readonly rows: readonly string[];
  readonly isAlternateScreen: boolean;
}

/** Questions that a terminal answers and for whose answers a program might wait. */
const deviceAttributesQuery = /\u001B\[0?c/u;
const cursorQuery = /\u001B\[6n/u;

export class PtyRecorder implements AsyncDisposable {
  readonly startedAtMs: number;
  readonly exited: Promise<ExitStatus>;
  readonly #options: RecorderOptions;
  readonly #handle: PtyHandle;
  readonly #chunks: RecordedChunk[] = [];

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.startedAtMs = performance.now();
    this.#handle = spawnInPty({
      ...options,
      onData: (bytes) => {
        this.#receive(bytes);
      },
    });
    this.exited = this.#handle.exited;
  }

  get pid(): number {
    return this.#handle.pid;
  }

  get chunks(): readonly RecordedChunk[] {
    return this.#chunks;
  }

  /** Writes to the program; answers the time at which it did. */
  write(text: string): number {
    const atMs = performance.now();
    this.#handle.write(text);
    return atMs;
  }

  /** Resolves when the program has been silent for so long. */
  async quiet(silenceMs: number): Promise<void> {
    for (;;) {
      const count = this.#chunks.length;
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(() => {
        resolve();
      }, silenceMs);
      await promise;
      if (this.#chunks.length === count && count > 0) return;
    }
  }

  /** The screen after each chunk, mid-update pictures left out as a terminal leaves them out. */
  async replay(): Promise<ReplayedFrame[]> {
    using terminal = new VirtualTerminal({ columns: this.#options.columns, rows: this.#options.rows });
    const frames: ReplayedFrame[] = [];
    for (const { atMs, bytes } of this.#chunks) {
      terminal.write(bytes);
      await terminal.settled();
      if (terminal.modes.isInUpdate) continue;
      frames.push({ atMs, rows: terminal.rows(), isAlternateScreen: terminal.modes.isAlternateScreen });
    }
    return frames;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#handle.kill("SIGKILL");
    await this.exited;
  }

  #receive(bytes: Uint8Array): void {
    this.#chunks.push({ atMs: performance.now(), bytes: bytes.slice() });
    if (bytes.length < 4096) this.#answer(Buffer.from(bytes).toString("latin1"));
  }

  #answer(text: string): void {
    if (deviceAttributesQuery.test(text)) this.#handle.write("\u001B[?62;4c");
    if (cursorQuery.test(text)) this.#handle.write("\u001B[1;1R");
  }
}
