import { Editor as PiEditor } from "@earendil-works/pi-tui/dist/components/editor.js";
import { getKeybindings, type Keybinding, TUI_KEYBINDINGS } from "@earendil-works/pi-tui/dist/keybindings.js";
import { CURSOR_MARKER, type TUI } from "@earendil-works/pi-tui/dist/tui.js";
import type { KeyPress } from "./key-press.ts";
import type { SpanLine } from "./span-line.ts";
import { line, span, truncateText } from "./spans.ts";
import type { Theme } from "./theme.ts";
import { clustersOf, textWidth } from "./width.ts";

export interface EditorView {
  /** At most the height asked for, at least one. */
  readonly lines: readonly SpanLine[];
  /** The cell of the cursor within `lines`. */
  readonly cursor: { readonly row: number; readonly column: number };
  /** Rows that lie above and below what is shown. */
  readonly hiddenAbove: number;
  readonly hiddenBelow: number;
}

export interface EditorOptions {
  /** Earlier prompts, newest first, for up and down in an empty editor. */
  readonly history?: readonly string[];
  readonly placeholder?: string;
}

const dangerous = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb]/g;
const pasteMarker = /(\[paste #\d+ (?:\+\d+ lines|\d+ chars)\])/;
const backspace = "\u007f";
const sgr = /\u001b\[[\d;]*m/g;

function cleaned(text: string): string {
  return text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/[\u2028\u2029]/g, "\n")
    .replaceAll(dangerous, "")
    .toWellFormed();
}

const identity = (text: string): string => text;
const unusedSelectList = {
  selectedPrefix: identity,
  selectedText: identity,
  description: identity,
  scrollInfo: identity,
  noMatch: identity,
};

/** pi-tui's editor asks its terminal for the height only: it takes 30 % of it, at least 5 rows. */
class HostedEditor extends PiEditor {
  hiddenAbove = 0;
  hiddenBelow = 0;

  /** Behind these lines of its text, of which the last may be a part. */
  placeCursor(before: readonly string[]): void {
    const { state } = this as object as PlacedCursor;
    state.cursorLine = Math.max(0, before.length - 1);
    state.cursorCol = before.at(-1)?.length ?? 0;
  }

  protected override renderTopBorder(_width: number, hiddenLineCount: number): string {
    this.hiddenAbove = hiddenLineCount;
    return "";
  }

  protected override renderBottomBorder(_width: number, hiddenLineCount: number): string {
    this.hiddenBelow = hiddenLineCount;
    return "";
  }
}

interface PlacedCursor {
  readonly state: { cursorLine: number; cursorCol: number };
}

const editorRowsMin = 5;

function isEditingKey(key: KeyPress): boolean {
  if (key.text !== null) return true;
  const names = Object.keys(TUI_KEYBINDINGS) as Keybinding[];
  return names
    .filter((name) => name.startsWith("tui.editor.") || name === "tui.input.newLine")
    .some((name) => getKeybindings().matches(key.raw, name));
}

/** A row as pi-tui draws it: the cursor is the hardware's, so its marks go; padding goes too. */
function styledLine(row: string, theme: Theme): SpanLine {
  const text = row.replace(CURSOR_MARKER, "").replaceAll(sgr, "").trimEnd();
  if (!text.includes("[paste #")) return line(text, theme.text);
  return text
    .split(pasteMarker)
    .filter((piece) => piece !== "")
    .map((piece) => span(piece, pasteMarker.test(piece) ? theme.accent : theme.text));
}

/**
 * A text of several lines with a cursor, undo, a kill ring, history and folded pastes: a paste of more than 10 lines or
 * 1,000 characters shows as `[paste #1 +123 lines]`. Line breaks are `\n`, tabs become blanks, control characters are
 * taken out.
 */
export class Editor {
  readonly #terminal = { rows: 24, columns: 80 };
  readonly #editor: HostedEditor;
  readonly #placeholder: string | undefined;
  #cutAbove = 0;
  #width = 80;
  /** Null once something was done to the text or the cursor. */
  #drawn: { readonly width: number; readonly height: number; readonly theme: Theme; readonly view: EditorView } | null =
    null;

  constructor(options: EditorOptions = {}) {
    // All that the editor asks of pi-tui's screen: its height, and to be drawn, which we do anyway.
    const host = { terminal: this.#terminal, requestRender: () => undefined };
    this.#editor = new HostedEditor(host as object as TUI, { borderColor: identity, selectList: unusedSelectList });
    this.#editor.focused = true;
    this.#editor.disableSubmit = true;
    this.#placeholder = options.placeholder;
    for (const prompt of (options.history ?? []).toReversed()) this.addToHistory(prompt);
  }

  /** For whatever may change the text, the cursor or what is shown of them. */
  get #changing(): HostedEditor {
    this.#drawn = null;
    return this.#editor;
  }

  get isEmpty(): boolean {
    const lines = this.#editor.getLines();
    return lines.length <= 1 && (lines[0] ?? "") === "";
  }

  /** False where the key means nothing here: Enter (but `\` Enter is a line break), Tab, Escape, ctrl+c and the like. */
  handleKey(key: KeyPress): boolean {
    if (key.name === "enter" && this.#textBeforeCursor().endsWith("\\")) {
      this.#changing.handleInput(backspace);
      this.#changing.handleInput("\n");
      return true;
    }
    if (!isEditingKey(key)) return false;
    this.#changing.handleInput(key.raw);
    return true;
  }

  paste(text: string): void {
    this.#changing.handleInput(`\u001b[200~${cleaned(text)}\u001b[201~`);
  }

  /** Puts a text at the cursor, as it is (never folded). */
  insert(text: string): void {
    this.#changing.insertTextAtCursor(cleaned(text));
  }

  /** With the pastes in full. */
  getText(): string {
    return this.#editor.getExpandedText();
  }

  /** The cursor goes to an index into the text, else to its end. */
  setText(text: string, cursor: number | null = null): void {
    this.#changing.setText(cleaned(text));
    if (cursor !== null) this.#changing.placeCursor(this.getText().slice(0, cursor).split("\n"));
  }

  /** As an index into `getText()`; null at its end, and where folded pastes stand on both sides of it. */
  get cursor(): number | null {
    const { line: row, col } = this.#editor.getCursor();
    const lines = this.#editor.getLines();
    const after = [(lines[row] ?? "").slice(col), ...lines.slice(row + 1)].join("\n");
    if (after === "") return null;
    const before = [...lines.slice(0, row), (lines[row] ?? "").slice(0, col)].join("\n");
    if (!pasteMarker.test(before)) return before.length;
    return pasteMarker.test(after) ? null : this.getText().length - after.length;
  }

  addToHistory(text: string): void {
    this.#changing.addToHistory(cleaned(text));
  }

  /** The characters between the last blank and the cursor, for completion; "" where there is none. */
  tokenBeforeCursor(): string {
    return /\S*$/.exec(this.#textBeforeCursor())?.[0] ?? "";
  }

  /** True where the token before the cursor begins the text. */
  isTokenFirst(): boolean {
    return this.#editor.getCursor().line === 0 && this.#textBeforeCursor() === this.tokenBeforeCursor();
  }

  /** Puts `replacement` in place of the token before the cursor. */
  replaceToken(replacement: string): void {
    for (const _cluster of clustersOf(this.tokenBeforeCursor())) this.#changing.handleInput(backspace);
    this.#changing.insertTextAtCursor(cleaned(replacement));
  }

  /** The same view as before where nothing has changed. */
  render({ width, height }: { readonly width: number; readonly height: number }, theme: Theme): EditorView {
    const drawn = this.#drawn;
    if (drawn?.width === width && drawn.height === height && drawn.theme === theme) return drawn.view;
    const view = this.#draw({ width, height }, theme);
    this.#drawn = { width, height, theme, view };
    return view;
  }

  #draw({ width, height }: { readonly width: number; readonly height: number }, theme: Theme): EditorView {
    const rows = Math.max(1, height);
    this.#terminal.rows = Math.ceil(Math.max(editorRowsMin, rows) / 0.3);
    this.#width = Math.max(2, width);
    const rendered = this.#editor.render(this.#width).slice(1, -1);
    const cursorRow = Math.max(
      0,
      rendered.findIndex((row) => row.includes(CURSOR_MARKER)),
    );
    this.#cutAbove = Math.max(0, Math.min(cursorRow - rows + 1, rendered.length - rows));
    const shown = rendered.slice(this.#cutAbove, this.#cutAbove + rows);
    const [before = ""] = (rendered[cursorRow] ?? "").split(CURSOR_MARKER);
    const isPlaceholderShown = this.#placeholder !== undefined && this.isEmpty;
    return {
      lines: isPlaceholderShown
        ? [line(truncateText(this.#placeholder ?? "", width), theme.placeholder)]
        : shown.map((row) => styledLine(row, theme)),
      cursor: { row: cursorRow - this.#cutAbove, column: Math.min(textWidth(before), width - 1) },
      hiddenAbove: this.#editor.hiddenAbove + this.#cutAbove,
      hiddenBelow: this.#editor.hiddenBelow + rendered.length - this.#cutAbove - shown.length,
    };
  }

  /** Puts the cursor at a cell of the last view. */
  click({ row, column }: { readonly row: number; readonly column: number }): void {
    const y = row + this.#cutAbove + 1;
    const place = { x: column, y, screenX: column, screenY: y, width: this.#width, height: y + 2 };
    this.#changing.handleMouse({ type: "click", button: "left", ...place, shift: false, alt: false, ctrl: false });
  }

  #textBeforeCursor(): string {
    const cursor = this.#editor.getCursor();
    return (this.#editor.getLines()[cursor.line] ?? "").slice(0, cursor.col);
  }
}
