/** What a terminal sends for a key, in the legacy encoding that every terminal speaks. */
const sequences: Readonly<Record<string, string>> = {
  enter: "\r",
  "shift+enter": "\u001B\r",
  tab: "\t",
  "shift+tab": "\u001B[Z",
  escape: "\u001B",
  space: " ",
  backspace: "\u007F",
  delete: "\u001B[3~",
  up: "\u001B[A",
  down: "\u001B[B",
  right: "\u001B[C",
  left: "\u001B[D",
  home: "\u001B[H",
  end: "\u001B[F",
  pageUp: "\u001B[5~",
  pageDown: "\u001B[6~",
  f1: "\u001BOP",
  f2: "\u001BOQ",
  f3: "\u001BOR",
  f9: "\u001B[20~",
};

/** `enter`, `up`, `ctrl+s`, `alt+b`, or a single character. */
export function keySequence(key: string): string {
  const known = sequences[key];
  if (known !== undefined) return known;
  const control = /^ctrl\+([a-z])$/u.exec(key)?.[1];
  if (control !== undefined) return String.fromCodePoint((control.codePointAt(0) ?? 0) - 96);
  const meta = /^alt\+(.)$/u.exec(key)?.[1];
  if (meta !== undefined) return `\u001B${meta}`;
  if (key.length === 1) return key;
  throw new RangeError(`no such key: ${key}`);
}

/** A paste, as a terminal in bracketed paste mode sends it. */
export function pasteSequence(text: string): string {
  return `\u001B[200~${text.replaceAll("\n", "\r")}\u001B[201~`;
}

interface Cell {
  readonly row: number;
  readonly column: number;
}

/** A click of the left button at a 0-based cell, in SGR coordinates. */
export function clickSequence(position: { readonly row: number; readonly column: number }): string {
  const place = `${position.column + 1};${position.row + 1}`;
  return `\u001B[<0;${place}M\u001B[<0;${place}m`;
}

/** The left button pressed at one cell, moved to another and let go. */
export function dragSequence(from: Cell, to: Cell): string {
  const place = ({ row, column }: Cell): string => `${column + 1};${row + 1}`;
  return `\u001B[<0;${place(from)}M\u001B[<32;${place(to)}M\u001B[<0;${place(to)}m`;
}
