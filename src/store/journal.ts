/**
 * `.crush/journal/<message id>.jsonl`: what has streamed of a step that is not on disk yet, appended as it comes. A file
 * and not a table: appending waits for no other program's lock, and writes what came instead of pages.
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import type { Log } from "../lib/log.ts";
import { asMessageId } from "../schema/ids.ts";
import type { MessageId } from "../schema/ids.ts";

const suffix = ".jsonl";

export interface Journals {
  /** An empty journal of the step whose row this is; what an earlier try left there is gone. */
  create(messageId: MessageId): JournalWriter;
  /** Null where there is none. */
  read(messageId: MessageId): Journal | null;
  /** The whole lines from this byte on; null where there is no journal, or one that has become shorter. */
  readFrom(messageId: MessageId, offset: number): JournalPiece | null;
  remove(messageId: MessageId): void;
  /** The steps that have a journal. */
  list(): readonly MessageId[];
}

export interface JournalPiece {
  readonly lines: readonly string[];
  /** Where the next piece begins. */
  readonly nextOffset: number;
  /** Unix milliseconds, by the clock of the file system. */
  readonly writtenAtMs: number;
}

export interface Journal {
  /** Without a last line that was being written. */
  readonly lines: readonly string[];
  /** Unix milliseconds, by the clock of the file system. */
  readonly writtenAtMs: number;
}

/** One step's journal while it is written. */
export interface JournalWriter {
  /**
   * When it returns true, the text survives this process (not a loss of power). False: the disk did not take it; the same
   * text may be given again. Blocks for the time of a write into the page cache, 10 µs.
   */
  append(text: string): boolean;
  /** What was written stays. */
  close(): void;
  /** The step is on disk in another way. */
  remove(): void;
}

/** The journals of one data directory. Nothing here throws: a journal guards against a crash, it must never cause one. */
export class JournalDirectory implements Journals {
  readonly #directory: string;
  readonly #log: Log;

  constructor(dataDirectory: string, log: Log) {
    this.#directory = path.join(dataDirectory, "journal");
    this.#log = log;
  }

  create(messageId: MessageId): JournalWriter {
    const file = this.#fileOf(messageId);
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      return new JournalFile({ file, descriptor: openSync(file, "w", 0o600), log: this.#log });
    } catch (error) {
      warn(this.#log, error);
      return new JournalFile({ file, descriptor: null, log: this.#log });
    }
  }

  read(messageId: MessageId): Journal | null {
    const file = this.#fileOf(messageId);
    try {
      const status = statSync(file, { throwIfNoEntry: false });
      if (status === undefined) return null;
      return { lines: wholeLines(readFileSync(file, "utf8")), writtenAtMs: status.mtimeMs };
    } catch (error) {
      warn(this.#log, error);
      return null;
    }
  }

  readFrom(messageId: MessageId, offset: number): JournalPiece | null {
    try {
      const descriptor = openSync(this.#fileOf(messageId), "r");
      try {
        const { size, mtimeMs: writtenAtMs } = fstatSync(descriptor);
        if (size < offset) return null;
        const bytes = Buffer.alloc(size - offset);
        const piece = bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, offset));
        const end = piece.lastIndexOf("\n") + 1;
        return {
          lines: wholeLines(piece.toString("utf8", 0, end)),
          nextOffset: offset + end,
          writtenAtMs,
        };
      } finally {
        closeSync(descriptor);
      }
    } catch {
      // None was begun, or its step is over.
      return null;
    }
  }

  remove(messageId: MessageId): void {
    try {
      rmSync(this.#fileOf(messageId), { force: true });
    } catch (error) {
      warn(this.#log, error);
    }
  }

  list(): readonly MessageId[] {
    try {
      const names = readdirSync(this.#directory).filter((name) => name.endsWith(suffix));
      return names.map((name) => asMessageId(name.slice(0, -suffix.length)));
    } catch {
      // No turn has run in this directory yet.
      return [];
    }
  }

  /** Ids of ours are UUIDs; whatever another program calls a row must not lead out of the directory. */
  #fileOf(messageId: MessageId): string {
    return path.join(this.#directory, `${messageId.replaceAll(/[^\w-]/gu, "_")}${suffix}`);
  }
}

class JournalFile implements JournalWriter {
  readonly #file: string;
  readonly #log: Log;
  #descriptor: number | null;
  /** Where the next text goes: what a full disk cut off is written over. */
  #sizeBytes = 0;
  #isFailing = false;

  constructor(parts: { readonly file: string; readonly descriptor: number | null; readonly log: Log }) {
    this.#file = parts.file;
    this.#descriptor = parts.descriptor;
    this.#log = parts.log;
  }

  append(text: string): boolean {
    if (this.#descriptor === null) return false;
    const bytes = Buffer.from(text);
    try {
      const written = writeSync(this.#descriptor, bytes, 0, bytes.length, this.#sizeBytes);
      if (written < bytes.length) return false;
      this.#sizeBytes += bytes.length;
      this.#isFailing = false;
      return true;
    } catch (error) {
      if (!this.#isFailing) warn(this.#log, error);
      this.#isFailing = true;
      return false;
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  remove(): void {
    if (this.#descriptor === null) return;
    try {
      this.close();
      rmSync(this.#file, { force: true });
    } catch (error) {
      warn(this.#log, error);
    }
  }
}

function warn(log: Log, error: unknown): void {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  log.write("warn", "the journal of a step can't be used", { reason: code });
}

function wholeLines(text: string): string[] {
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1);
}
