import { openFile } from "../../lib/open-file.ts";

export interface LineRange {
  /** Lines skipped before the first. */
  readonly offset: number;
  readonly limit: number;
  /** A longer line is cut to so many bytes (at a character). */
  readonly lineBytesMax: number;
  /** Reading stops at so many bytes kept. */
  readonly totalBytesMax: number;
}

export interface LinesRead {
  /** Without line ends. Bytes: whether they are text is for the caller to tell. */
  readonly lines: readonly Buffer[];
  /** Lines that were cut, by index in `lines`. */
  readonly cut: ReadonlySet<number>;
  readonly hasMore: boolean;
  /** Lines of the file up to where reading stopped. */
  readonly linesSeen: number;
}

const newline = 10;
const carriageReturn = 13;
const chunkBytes = 64 * 1024;

/** A byte that continues a UTF-8 character. */
function continues(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

class LineCollector {
  readonly lines: Buffer[] = [];
  readonly cut = new Set<number>();
  linesSeen = 0;
  hasMore = false;
  readonly #range: LineRange;
  #parts: Buffer[] = [];
  #lineBytes = 0;
  #totalBytes = 0;

  constructor(range: LineRange) {
    this.#range = range;
  }

  get isWanted(): boolean {
    return this.linesSeen >= this.#range.offset;
  }

  get hasPending(): boolean {
    return this.#lineBytes > 0;
  }

  /** Bytes of the current line; what is over the line's limit is counted only. */
  add(bytes: Buffer): void {
    const room = this.#range.lineBytesMax + 1 - this.#lineBytes;
    if (this.isWanted && room > 0) this.#parts.push(Buffer.from(bytes.subarray(0, room)));
    this.#lineBytes += bytes.length;
  }

  /** False where no more lines are wanted. */
  endLine(): boolean {
    if (this.isWanted && !this.#keep()) {
      this.hasMore = true;
      return false;
    }
    this.linesSeen += 1;
    this.#parts = [];
    this.#lineBytes = 0;
    return true;
  }

  #keep(): boolean {
    if (this.lines.length >= this.#range.limit) return false;
    let line: Buffer = Buffer.concat(this.#parts);
    if (line.at(-1) === carriageReturn) line = line.subarray(0, -1);
    const isCut = this.#lineBytes > this.#range.lineBytesMax + 1 || line.length > this.#range.lineBytesMax;
    if (isCut) {
      let end = this.#range.lineBytesMax;
      while (end > 0 && continues(line[end])) end -= 1;
      line = line.subarray(0, end);
    }
    if (this.lines.length > 0 && this.#totalBytes + line.length > this.#range.totalBytesMax) return false;
    if (isCut) this.cut.add(this.lines.length);
    this.#totalBytes += line.length + 1;
    this.lines.push(line);
    return true;
  }
}

/** Takes a chunk apart; false where no more is wanted. */
function feed(collector: LineCollector, chunk: Buffer): boolean {
  let start = 0;
  while (start < chunk.length) {
    const end = chunk.indexOf(newline, start);
    if (end === -1) {
      collector.add(chunk.subarray(start));
      return true;
    }
    collector.add(chunk.subarray(start, end));
    if (!collector.endLine()) return false;
    start = end + 1;
  }
  return true;
}

/** Reads a range of lines without holding the rest of the file. Throws as `open` and `read` do, and when aborted. */
export async function readLines(file: string, range: LineRange, signal: AbortSignal): Promise<LinesRead> {
  const handle = await openFile(file);
  const collector = new LineCollector(range);
  try {
    const chunk = Buffer.alloc(chunkBytes);
    let isOpen = true;
    while (isOpen) {
      signal.throwIfAborted();
      const { bytesRead } = await handle.read(chunk, 0, chunkBytes);
      if (bytesRead === 0) {
        if (collector.hasPending) collector.endLine();
        break;
      }
      isOpen = feed(collector, chunk.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
  const { lines, cut, hasMore, linesSeen } = collector;
  return { lines, cut, hasMore, linesSeen };
}
