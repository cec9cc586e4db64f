import { type CodeLook, codeLines } from "./code-lines.ts";
import type { SpanLine } from "./span-line.ts";

/** A rest longer than this is highlighted for good. */
const settledLinesMin = 40;

export interface GrowingCodeOptions {
  readonly language: string;
  /** From a line of code to rows of the screen. */
  readonly wrap: (line: SpanLine) => readonly SpanLine[];
}

/**
 * Highlights code that grows at its end: what is far from the end is highlighted once, so that a delta costs the same
 * at the end of a long block as at its start. A string or comment over many lines may look wrong until the block is
 * complete and highlighted whole.
 */
export class GrowingCode {
  readonly #options: GrowingCodeOptions;
  #settledText = "";
  readonly #settledRows: SpanLine[] = [];

  constructor(options: GrowingCodeOptions) {
    this.#options = options;
  }

  get language(): string {
    return this.#options.language;
  }

  /** The rows of `code`; null where it does not continue what was shown before. */
  rows(code: string, look: CodeLook): readonly SpanLine[] | null {
    if (!code.startsWith(this.#settledText)) return null;
    const { language, wrap } = this.#options;
    const rest = code.slice(this.#settledText.length);
    const lines = codeLines(rest, language, look);
    if (lines.length <= settledLinesMin) return [...this.#settledRows, ...lines.flatMap(wrap)];
    this.#settledText += rest.slice(0, rest.lastIndexOf("\n") + 1);
    for (const line of lines.slice(0, -1)) this.#settledRows.push(...wrap(line));
    return [...this.#settledRows, ...lines.slice(-1).flatMap(wrap)];
  }
}
