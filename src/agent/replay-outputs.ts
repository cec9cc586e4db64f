import { parseJson } from "../lib/json.ts";
import type { JsonValue } from "../lib/json.ts";
import { asToolCallId } from "../schema/ids.ts";
import type { ToolCallId } from "../schema/ids.ts";
import { outputJournalVersion } from "./output-journal.ts";

export interface PrintedOutput {
  text: string;
  /** The name of the file of the session's outputs that holds all of it; null: the text is all. */
  file: string | null;
}

export interface PrintedPiece {
  readonly toolCallId: ToolCallId;
  readonly text: string;
}

/** What an OutputJournal's lines tell. Ends at the first line that makes no sense. */
export class OutputReplay {
  readonly outputs = new Map<ToolCallId, PrintedOutput>();
  readonly #ids: ToolCallId[] = [];
  #hasBegun = false;
  #isOver = false;

  /** False as long as no line has said that the journal is one of outputs, of this version. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Returns what the lines have that was printed. */
  add(lines: readonly string[]): readonly PrintedPiece[] {
    const pieces: PrintedPiece[] = [];
    for (const line of lines) {
      const record = this.#isOver ? undefined : parseJson(line);
      this.#isOver = !Array.isArray(record) || !this.#take(record, pieces);
      if (this.#isOver) break;
    }
    return pieces;
  }

  #take([first, second, third]: readonly JsonValue[], pieces: PrintedPiece[]): boolean {
    if (!this.#hasBegun) {
      this.#hasBegun = first === "outputs" && second === outputJournalVersion;
      return this.#hasBegun;
    }
    if (first === "call" && typeof second === "string") {
      const id = asToolCallId(second);
      this.#ids.push(id);
      this.outputs.set(id, { text: "", file: null });
      return true;
    }
    const toolCallId = typeof first === "number" ? this.#ids[first] : undefined;
    const output = toolCallId === undefined ? undefined : this.outputs.get(toolCallId);
    if (toolCallId === undefined || output === undefined) return false;
    if (typeof second === "string") {
      output.text += second;
      pieces.push({ toolCallId, text: second });
      return true;
    }
    output.file = typeof third === "string" ? third : null;
    return second === null;
  }
}
