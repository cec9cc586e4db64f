import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { SecretFilter } from "../../lib/mask-secrets.ts";

export interface OutputLimits {
  /** Characters that the model gets; the rest is in the spill file. */
  readonly modelCharacters: number;
  /** Bytes kept for the row, half from the start, half from the end. */
  readonly storedBytes: number;
  readonly spillBytes: number;
}

const outputLimits: OutputLimits = {
  modelCharacters: 30_000,
  storedBytes: 1_000_000,
  spillBytes: 100 * 1024 * 1024,
};

export interface OutputStoreOptions {
  readonly limits?: OutputLimits;
  /** Masked, longest first. */
  readonly secrets?: readonly string[];
}

interface Chunk {
  readonly text: string;
  readonly bytes: number;
}

function isInsidePair(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff;
}

function firstPart(text: string, length: number): string {
  if (text.length <= length) return text;
  return text.slice(0, isInsidePair(text, length) ? length - 1 : length);
}

function lastPart(text: string, length: number): string {
  if (text.length <= length) return text;
  const start = text.length - length;
  return text.slice(isInsidePair(text, start) ? start + 1 : start);
}

function newlinesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** The output of a command: start and end in memory, all of it in a file once it is too long for the model. */
export class OutputStore {
  readonly #spillFile: string;
  readonly #limits: OutputLimits;
  readonly #filter: SecretFilter;
  readonly #head: Chunk[] = [];
  readonly #tail: Chunk[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #characters = 0;
  #newlines = 0;
  #spillDescriptor: number | undefined;
  #spilledBytes = 0;
  #spillProblem: string | undefined;

  /** `spillFile` is absolute; made only when needed, 0600, in a directory of 0700. */
  constructor(spillFile: string, options: OutputStoreOptions = {}) {
    this.#spillFile = spillFile;
    this.#limits = options.limits ?? outputLimits;
    this.#filter = new SecretFilter(options.secrets ?? []);
  }

  /** Returns what may be shown: the text that was taken by now, masked. What may be the beginning of a secret waits. */
  append(received: string): string {
    return this.#take(this.#filter.push(received));
  }

  #take(received: string): string {
    // A NUL ends a text in many a program that reads the database.
    const text = received.replaceAll("\0", "\u{FFFD}");
    if (text === "") return text;
    const chunk = { text, bytes: Buffer.byteLength(text) };
    this.#characters += text.length;
    this.#newlines += newlinesIn(text);
    const half = this.#limits.storedBytes / 2;
    if (this.#tail.length === 0 && this.#headBytes + chunk.bytes <= half) {
      this.#head.push(chunk);
      this.#headBytes += chunk.bytes;
    } else {
      this.#tail.push(chunk);
      this.#tailBytes += chunk.bytes;
    }
    this.#spill(text);
    while (this.#tailBytes - (this.#tail[0]?.bytes ?? 0) > half) this.#tailBytes -= this.#tail.shift()?.bytes ?? 0;
    return text;
  }

  get isEmpty(): boolean {
    return this.#characters === 0;
  }

  /** Bytes dropped from memory lie between the two. */
  get #isWhole(): boolean {
    return this.#characters === this.#text(this.#head).length + this.#text(this.#tail).length;
  }

  /** The name of the file that holds all of it; null where there is none, or not all of it. */
  get spillName(): string | null {
    const isWhole = this.#spilledBytes > 0 && this.#spilledBytes < this.#limits.spillBytes;
    return isWhole && this.#spillProblem === undefined ? path.basename(this.#spillFile) : null;
  }

  /** At most about a megabyte, for the row. */
  stored(): string {
    const [head, tail] = [this.#text(this.#head), this.#text(this.#tail)];
    return this.#isWhole ? head + tail : `${head}\n\n... [output cut] ...\n\n${tail}`;
  }

  /** Start and end, and where the rest is. */
  forModel(): string {
    const { modelCharacters } = this.#limits;
    const [head, tail] = [this.#text(this.#head), this.#text(this.#tail)];
    if (this.#isWhole && this.#characters <= modelCharacters) return head + tail;
    const half = Math.floor(modelCharacters / 2);
    const start = firstPart(this.#isWhole ? head + tail : head, half);
    const end = lastPart(this.#isWhole ? head + tail : tail, half);
    const missing = Math.max(0, this.#newlines - newlinesIn(start) - newlinesIn(end));
    return `${start}\n\n... [${missing} lines truncated; ${this.#whereRestIs()}] ...\n\n${end}`;
  }

  /** Returns what had waited. */
  close(): string {
    const rest = this.#take(this.#filter.flush());
    if (this.#spillDescriptor !== undefined) closeSync(this.#spillDescriptor);
    this.#spillDescriptor = undefined;
    return rest;
  }

  #whereRestIs(): string {
    if (this.#spillProblem !== undefined) return `the rest could not be kept: ${this.#spillProblem}`;
    const isCut = this.#spilledBytes >= this.#limits.spillBytes;
    return `${isCut ? "its first part" : "all of it"} is in ${this.#spillFile}`;
  }

  #text(chunks: readonly Chunk[]): string {
    return chunks.map((chunk) => chunk.text).join("");
  }

  #spill(text: string): void {
    if (this.#spillProblem !== undefined || this.#characters <= this.#limits.modelCharacters) return;
    try {
      if (this.#spillDescriptor === undefined && this.#spilledBytes === 0) {
        mkdirSync(path.dirname(this.#spillFile), { recursive: true, mode: 0o700 });
        this.#spillDescriptor = openSync(this.#spillFile, "w", 0o600);
        this.#write(this.#text(this.#head) + this.#text(this.#tail));
      } else this.#write(text);
    } catch (error) {
      this.#spillProblem = error instanceof Error ? error.message : String(error);
    }
  }

  #write(text: string): void {
    if (this.#spillDescriptor === undefined || this.#spilledBytes >= this.#limits.spillBytes) return;
    this.#spilledBytes += writeSync(this.#spillDescriptor, text);
  }
}
