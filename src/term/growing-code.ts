import { type CodeLook, codeLines } from "./code-lines.ts";
import type { SpanLine } from "./span-line.ts";
import { line } from "./spans.ts";

/** A rest of more lines is highlighted for good. */
const restLinesMax = 16;

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
  /** Whole lines after the settled ones. */
  #restText = "";
  #restRows: readonly SpanLine[] = [];
  #restLoadCount = -1;

  constructor(options: GrowingCodeOptions) {
    this.#options = options;
  }

  get language(): string {
    return this.#options.language;
  }

  /** The rows of `code`; null where it does not continue what was shown before. */
  rows(code: string, look: CodeLook): readonly SpanLine[] | null {
    if (!code.startsWith(this.#settledText)) return null;
    const rest = code.slice(this.#settledText.length);
    const end = rest.lastIndexOf("\n") + 1;
    this.#takeRest(rest.slice(0, end), look);
    // A line is highlighted when it is whole.
    const last = this.#options.wrap(line(rest.slice(end), look.theme.code.plain));
    return [...this.#settledRows, ...this.#restRows, ...last];
  }

  /** The rows of `code` that is complete; null where it must be highlighted whole to be right. */
  finishedRows(code: string, look: CodeLook): readonly SpanLine[] | null {
    const isWhole = this.#settledText === "" && `${code}\n` === this.#restText;
    return isWhole && look.modules.loadCount === this.#restLoadCount ? this.#restRows : null;
  }

  #takeRest(text: string, look: CodeLook): void {
    if (text === this.#restText && look.modules.loadCount === this.#restLoadCount) return;
    const { language, wrap } = this.#options;
    const lines = text === "" ? [] : codeLines(text.slice(0, -1), language, look);
    const rows = lines.flatMap(wrap);
    const isSettled = lines.length > restLinesMax;
    if (isSettled) {
      this.#settledText += text;
      this.#settledRows.push(...rows);
    }
    this.#restText = isSettled ? "" : text;
    this.#restRows = isSettled ? [] : rows;
    this.#restLoadCount = look.modules.loadCount;
  }
}
