import { sanitizeLines } from "../../term/sanitize.ts";
import type { CliIo } from "../io.ts";

/** Text one line after the other, never moved or taken back: what a screen reader reads out. No control sequence. */
export class PlainOutput {
  readonly #io: Pick<CliIo, "write">;
  #isLineStart = true;

  constructor(io: Pick<CliIo, "write">) {
    this.#io = io;
  }

  /** Goes on in the line. */
  text(text: string): void {
    const safe = sanitizeLines(text);
    if (safe === "") return;
    this.#io.write(safe);
    this.#isLineStart = safe.endsWith("\n");
  }

  /** Whole lines, on lines of their own. */
  lines(...lines: readonly string[]): void {
    this.endLine();
    for (const line of lines) this.text(`${line}\n`);
  }

  endLine(): void {
    if (!this.#isLineStart) this.text("\n");
  }

  /** What the person answers stands behind it. */
  ask(question: string): void {
    this.endLine();
    this.text(`${question} `);
    // The person's own line break ends it.
    this.#isLineStart = true;
  }
}
