/** A terminal without a window: takes what a program writes and answers what a person would see. */
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import xterm, { type IBufferCell, type IBufferLine, type Terminal } from "@xterm/headless";
import { TerminalModes } from "./terminal-modes.ts";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** `#rrggbb`, an index of the palette, or null for the terminal's own colour. */
export type CellColor = number | `#${string}` | null;

export interface Cell {
  /** The grapheme; empty in the right half of a wide one. */
  readonly text: string;
  readonly width: number;
  readonly foreground: CellColor;
  readonly background: CellColor;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isItalic: boolean;
  readonly isUnderlined: boolean;
  readonly isInverse: boolean;
}

export interface Position {
  readonly row: number;
  readonly column: number;
}

export interface VirtualTerminalOptions extends TerminalSize {
  /** Gets the terminal's answers to the program's questions (device attributes, cursor position, colours…). */
  readonly onReply?: (reply: string) => void;
  /** Whether the terminal says that it speaks the kitty keyboard protocol. Default: false. */
  readonly hasKittyKeyboard?: boolean;
  /** What the terminal answers when it is asked for its background, `#rrggbb`. Absent: it does not answer. */
  readonly background?: `#${string}`;
}

export class VirtualTerminal implements Disposable {
  readonly #terminal: Terminal;
  readonly #modes: TerminalModes;
  readonly background: `#${string}` | null;
  readonly #titles: string[] = [];
  readonly #clipboardWrites: string[] = [];
  #bells = 0;
  #pendingWrites = 0;
  #idleListeners: (() => void)[] = [];

  constructor(options: VirtualTerminalOptions) {
    const { columns, rows, onReply, hasKittyKeyboard = false } = options;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
    this.#terminal.loadAddon(new UnicodeGraphemesAddon());
    this.#terminal.unicode.activeVersion = "15-graphemes";
    this.#terminal.onTitleChange((title) => this.#titles.push(title));
    this.#terminal.onBell(() => {
      this.#bells += 1;
    });
    this.#terminal.parser.registerOscHandler(52, (data) => {
      this.#clipboardWrites.push(data);
      return true;
    });
    this.background = options.background ?? null;
    this.#terminal.parser.registerOscHandler(11, (data) => {
      if (data === "?" && this.background !== null) onReply?.(backgroundReply(this.background));
      return true;
    });
    this.#modes = new TerminalModes(this.#terminal, (reply) => {
      if (hasKittyKeyboard) onReply?.(reply);
    });
    if (onReply !== undefined) this.#terminal.onData(onReply);
  }

  /** Hands the bytes over; they take effect before `settled()` resolves. */
  write(bytes: Uint8Array | string): void {
    this.#pendingWrites += 1;
    this.#terminal.write(bytes, () => {
      this.#pendingWrites -= 1;
      if (this.#pendingWrites > 0) return;
      const listeners = this.#idleListeners;
      this.#idleListeners = [];
      for (const listener of listeners) listener();
    });
  }

  /** Resolves when everything written so far is on the screen. */
  settled(): Promise<void> {
    if (this.#pendingWrites === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idleListeners.push(resolve);
    });
  }

  resize(size: TerminalSize): void {
    this.#terminal.resize(size.columns, size.rows);
  }

  get size(): TerminalSize {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  get modes(): TerminalModes {
    return this.#modes;
  }

  /** Window titles that were set, oldest first. */
  get titles(): readonly string[] {
    return this.#titles;
  }

  /** What was written to the clipboard through OSC 52, oldest first. */
  get clipboardWrites(): readonly string[] {
    return this.#clipboardWrites;
  }

  get bellCount(): number {
    return this.#bells;
  }

  /** 0-based, in the visible screen; null while hidden. */
  get cursor(): Position | null {
    if (!this.#modes.isCursorVisible) return null;
    const { cursorY, cursorX } = this.#terminal.buffer.active;
    return { row: cursorY, column: cursorX };
  }

  /** The visible rows, trailing blanks removed. */
  rows(): string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row) => {
      // After the window became narrower a line may still hold the cells that are no longer seen.
      return active.getLine(active.viewportY + row)?.translateToString(true, 0, this.#terminal.cols) ?? "";
    });
  }

  /** The visible screen, a line a row, without the empty rows at its end. */
  text(): string {
    return this.rows().join("\n").trimEnd();
  }

  /** Scrollback and screen of the main buffer: what stays after a full-screen program has gone. */
  mainText(): string {
    const { normal } = this.#terminal.buffer;
    const lines = Array.from({ length: normal.length }, (_, row) => normal.getLine(row)?.translateToString(true) ?? "");
    return lines.join("\n").trimEnd();
  }

  /** The first place of a text that stands within one row; null where there is none. */
  find(text: string): Position | null {
    for (let row = 0; row < this.#terminal.rows; row += 1) {
      const column = columnOf(this.#line(row), text);
      if (column !== null) return { row, column };
    }
    return null;
  }

  cell(position: Position): Cell {
    const cell = this.#line(position.row)?.getCell(position.column);
    if (cell === undefined) throw new RangeError(`no cell at row ${position.row}, column ${position.column}`);
    return readCell(cell);
  }

  /** All cells of a row, left to right. */
  cells(row: number): Cell[] {
    return Array.from({ length: this.#terminal.cols }, (_, column) => this.cell({ row, column }));
  }

  [Symbol.dispose](): void {
    this.#terminal.dispose();
  }

  #line(row: number): IBufferLine | undefined {
    const { active } = this.#terminal.buffer;
    return active.getLine(active.viewportY + row);
  }
}

/** `rgb:16161818/1d1d…`: each byte twice, as xterm answers. */
function backgroundReply(color: string): string {
  const parts = [1, 3, 5].map((start) => color.slice(start, start + 2).repeat(2));
  return `\u001B]11;rgb:${parts.join("/")}\u001B\\`;
}

function columnOf(line: IBufferLine | undefined, text: string): number | null {
  if (line === undefined) return null;
  const index = line.translateToString(false).indexOf(text);
  if (index < 0) return null;
  let length = 0;
  for (let column = 0; column < line.length; column += 1) {
    if (length >= index) return column;
    const cell = line.getCell(column);
    const isRightHalf = cell?.getWidth() === 0;
    if (!isRightHalf) length += Math.max(1, cell?.getChars().length ?? 1);
  }
  return line.length;
}

function readColor(options: {
  readonly isRgb: boolean;
  readonly isPalette: boolean;
  readonly value: number;
}): CellColor {
  if (options.isRgb) return `#${options.value.toString(16).padStart(6, "0")}`;
  return options.isPalette ? options.value : null;
}

function readCell(cell: IBufferCell): Cell {
  return {
    text: cell.getWidth() === 0 ? "" : cell.getChars() || " ",
    width: cell.getWidth(),
    foreground: readColor({ isRgb: cell.isFgRGB(), isPalette: cell.isFgPalette(), value: cell.getFgColor() }),
    background: readColor({ isRgb: cell.isBgRGB(), isPalette: cell.isBgPalette(), value: cell.getBgColor() }),
    isBold: cell.isBold() !== 0,
    isDim: cell.isDim() !== 0,
    isItalic: cell.isItalic() !== 0,
    isUnderlined: cell.isUnderline() !== 0,
    isInverse: cell.isInverse() !== 0,
  };
}
