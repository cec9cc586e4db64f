import { write, writeSync } from "node:fs";
import type { Clock } from "../lib/clock.ts";

/** A full terminal of a descriptor that does not block is asked again after this. */
const fullRetryMs = 5;
/** How long `writeNow` lets a write begin that another thread has been given, and how often it tries. */
const pauseMs = 5;
const writeNowTriesMax = 40;

/** True for errors that mean: nobody is there to read any more. */
export function isTerminalGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && ["EIO", "EPIPE", "EBADF", "ENOTTY"].includes(String(error.code));
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}

export interface TerminalOutputOptions {
  readonly descriptor: number;
  readonly clock: Clock;
  /** All that was written has been taken. */
  readonly onDrain: () => void;
  /** The terminal is gone; nothing is written any more. */
  readonly onGone: () => void;
}

/**
 * Writes to a terminal without ever waiting for it: streams of terminals block the whole program while the terminal
 * takes nothing (a slow connection, ctrl+s). Writes happen in order, one at a time, off the main thread.
 */
export class TerminalOutput {
  readonly #options: TerminalOutputOptions;
  readonly #pause = new Int32Array(new SharedArrayBuffer(4));
  #queued = "";
  #underWay: Buffer | null = null;
  #isGone = false;
  /** Rises with each `writeNow`: what is left of an older write is dropped. */
  #epoch = 0;

  constructor(options: TerminalOutputOptions) {
    this.#options = options;
  }

  get isDrained(): boolean {
    return this.#underWay === null && this.#queued === "";
  }

  write(text: string): void {
    if (text === "" || this.#isGone) return;
    this.#queued += text;
    if (this.#underWay === null) this.#next();
  }

  /** Drops what was not begun and writes `text` before it returns, behind what is under way: for the way out. */
  writeNow(text: string): void {
    this.#queued = "";
    this.#epoch++;
    if (this.#isGone) return;
    // The kernel keeps the order of writes that have begun.
    if (this.#underWay !== null) this.#wait();
    let bytes = Buffer.from(text, "utf8");
    for (let tries = 0; bytes.length > 0 && tries < writeNowTriesMax; tries++) {
      try {
        bytes = bytes.subarray(writeSync(this.#options.descriptor, bytes));
      } catch (error) {
        if (isTerminalGone(error)) return;
        if (!isFull(error)) throw error;
        this.#wait();
      }
    }
  }

  #wait(): void {
    Atomics.wait(this.#pause, 0, 0, pauseMs);
  }

  #next(): void {
    if (this.#queued === "") {
      this.#options.onDrain();
      return;
    }
    const bytes = Buffer.from(this.#queued, "utf8");
    this.#queued = "";
    this.#send(bytes);
  }

  #send(bytes: Buffer): void {
    this.#underWay = bytes;
    const epoch = this.#epoch;
    write(this.#options.descriptor, bytes, 0, bytes.length, null, (error, count) => {
      if (isFull(error)) {
        this.#options.clock.after(fullRetryMs, () => {
          this.#sendRest(bytes, epoch);
        });
      } else if (error === null) {
        this.#sendRest(bytes.subarray(count), epoch);
      } else {
        this.#underWay = null;
        this.#isGone = true;
        this.#queued = "";
        this.#options.onGone();
      }
    });
  }

  #sendRest(rest: Buffer, epoch: number): void {
    this.#underWay = null;
    if (rest.length > 0 && epoch === this.#epoch) this.#send(rest);
    else this.#next();
  }
}
