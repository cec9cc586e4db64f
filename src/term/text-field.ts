import type { KeyPress } from "./key-press.ts";
import type { SpanLine } from "./span-line.ts";
import { line } from "./spans.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { Theme } from "./theme.ts";
import { clustersOf, sliceText, textWidth } from "./width.ts";

export interface TextFieldOptions {
  readonly text?: string;
  readonly placeholder?: string;
  /** Shows a dot for each character: for keys. */
  readonly isSecret?: boolean;
}

/** One line of input, scrolled sideways where it is too long. */
export interface TextField {
  /** False where the key means nothing here: Enter, Escape, Tab, up and down. */
  handleKey(key: KeyPress): boolean;
  /** Line breaks become blanks. */
  paste(text: string): void;
  readonly text: string;
  setText(text: string): void;
  /** `cursor` is the column within the line. */
  render(width: number, theme: Theme): { readonly line: SpanLine; readonly cursor: number };
  click(column: number): void;
}

/** Characters before and after the cursor. */
interface State {
  before: string[];
  after: string[];
}

const isBlank = (character: string | undefined) => character === undefined || /^\s$/.test(character);

function wordStart(characters: readonly string[]): number {
  let index = characters.length;
  while (index > 0 && isBlank(characters[index - 1])) index--;
  while (index > 0 && !isBlank(characters[index - 1])) index--;
  return index;
}

function wordEnd(characters: readonly string[]): number {
  let index = 0;
  while (index < characters.length && isBlank(characters[index])) index++;
  while (index < characters.length && !isBlank(characters[index])) index++;
  return index;
}

/** Moves characters over the cursor: `count` > 0 to the right. */
function moved({ before, after }: State, count: number): State {
  if (count >= 0) return { before: [...before, ...after.slice(0, count)], after: after.slice(count) };
  const start = Math.max(0, before.length + count);
  return { before: before.slice(0, start), after: [...before.slice(start), ...after] };
}

const edits: Readonly<Record<string, (state: State) => State>> = {
  left: (state) => moved(state, -1),
  "ctrl+b": (state) => moved(state, -1),
  right: (state) => moved(state, 1),
  "ctrl+f": (state) => moved(state, 1),
  home: (state) => moved(state, -state.before.length),
  "ctrl+a": (state) => moved(state, -state.before.length),
  end: (state) => moved(state, state.after.length),
  "ctrl+e": (state) => moved(state, state.after.length),
  "ctrl+left": (state) => moved(state, wordStart(state.before) - state.before.length),
  "alt+left": (state) => moved(state, wordStart(state.before) - state.before.length),
  "alt+b": (state) => moved(state, wordStart(state.before) - state.before.length),
  "ctrl+right": (state) => moved(state, wordEnd(state.after)),
  "alt+right": (state) => moved(state, wordEnd(state.after)),
  "alt+f": (state) => moved(state, wordEnd(state.after)),
  backspace: ({ before, after }) => ({ before: before.slice(0, -1), after }),
  "shift+backspace": ({ before, after }) => ({ before: before.slice(0, -1), after }),
  delete: ({ before, after }) => ({ before, after: after.slice(1) }),
  "ctrl+d": ({ before, after }) => ({ before, after: after.slice(1) }),
  "ctrl+w": ({ before, after }) => ({ before: before.slice(0, wordStart(before)), after }),
  "alt+backspace": ({ before, after }) => ({ before: before.slice(0, wordStart(before)), after }),
  "alt+d": ({ before, after }) => ({ before, after: after.slice(wordEnd(after)) }),
  "ctrl+u": ({ after }) => ({ before: [], after }),
  "ctrl+k": ({ before }) => ({ before, after: [] }),
};

function charactersOf(text: string): string[] {
  return clustersOf(sanitizeLine(text)).map((cluster) => cluster.text);
}

export function createTextField(options: TextFieldOptions = {}): TextField {
  let state: State = { before: charactersOf(options.text ?? ""), after: [] };
  let firstColumn = 0;

  const insert = (text: string) => {
    // Joined first: an added character may combine with the one before it.
    state = { before: charactersOf(state.before.join("") + text), after: state.after };
  };
  const shown = (characters: readonly string[]) =>
    options.isSecret === true ? "•".repeat(characters.length) : characters.join("");

  return {
    handleKey: (key) => {
      const edit = edits[key.name];
      if (edit !== undefined) {
        state = edit(state);
        return true;
      }
      if (key.text === null) return false;
      insert(key.text);
      return true;
    },
    paste: (text) => {
      insert(text.trim());
    },
    get text() {
      return state.before.join("") + state.after.join("");
    },
    setText: (text) => {
      state = { before: charactersOf(text), after: [] };
      firstColumn = 0;
    },
    render: (width, theme) => {
      const cursorColumn = textWidth(shown(state.before));
      const room = Math.max(1, width - 1);
      if (cursorColumn < firstColumn) firstColumn = cursorColumn;
      if (cursorColumn > firstColumn + room) firstColumn = cursorColumn - room;
      const text = shown([...state.before, ...state.after]);
      if (text === "") {
        return { line: line(sliceText(options.placeholder ?? "", 0, width), theme.placeholder), cursor: 0 };
      }
      return {
        line: line(sliceText(text, firstColumn, firstColumn + width), theme.text),
        cursor: cursorColumn - firstColumn,
      };
    },
    click: (column) => {
      const characters = [...state.before, ...state.after];
      let width = 0;
      let index = 0;
      while (index < characters.length && width < firstColumn + column) {
        width += textWidth(shown([characters[index] ?? ""]));
        index++;
      }
      state = { before: characters.slice(0, index), after: characters.slice(index) };
    },
  };
}
