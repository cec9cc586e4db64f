/** A one-line text field as plain data: filters, names, keys, paths. The prompt's own editor is the terminal kit's. */
export interface TextField {
  readonly text: string;
  /** Index into `text`, in UTF-16 units, always between grapheme clusters. */
  readonly cursor: number;
}

export const emptyField: TextField = { text: "", cursor: 0 };

export function fieldWith(text: string): TextField {
  return { text, cursor: text.length };
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function boundaries(text: string): number[] {
  return [...Array.from(segmenter.segment(text), (segment) => segment.index), text.length];
}

function before(field: TextField): number {
  return boundaries(field.text).findLast((index) => index < field.cursor) ?? 0;
}

function after(field: TextField): number {
  return boundaries(field.text).find((index) => index > field.cursor) ?? field.text.length;
}

function wordStart(field: TextField): number {
  const head = field.text.slice(0, field.cursor);
  return head.length - (/[^\s/]*[\s/]*$/u.exec(head)?.[0].length ?? 0);
}

function without(field: TextField, range: { readonly start: number; readonly end: number }): TextField {
  return { text: field.text.slice(0, range.start) + field.text.slice(range.end), cursor: range.start };
}

const edits: Readonly<Record<string, (field: TextField) => TextField>> = {
  left: (field) => ({ ...field, cursor: before(field) }),
  right: (field) => ({ ...field, cursor: after(field) }),
  home: (field) => ({ ...field, cursor: 0 }),
  end: (field) => ({ ...field, cursor: field.text.length }),
  "ctrl+a": (field) => ({ ...field, cursor: 0 }),
  "ctrl+e": (field) => ({ ...field, cursor: field.text.length }),
  backspace: (field) => without(field, { start: before(field), end: field.cursor }),
  delete: (field) => without(field, { start: field.cursor, end: after(field) }),
  "ctrl+w": (field) => without(field, { start: wordStart(field), end: field.cursor }),
  "alt+backspace": (field) => without(field, { start: wordStart(field), end: field.cursor }),
  "ctrl+u": (field) => without(field, { start: 0, end: field.cursor }),
  "ctrl+k": (field) => without(field, { start: field.cursor, end: field.text.length }),
};

/** Types or pastes text at the cursor; line breaks become blanks, other control characters vanish. */
export function insertIntoField(field: TextField, text: string): TextField {
  const line = text.replaceAll(/[\r\n\t]+/gu, " ").replaceAll(/\p{Cc}/gu, "");
  return {
    text: field.text.slice(0, field.cursor) + line + field.text.slice(field.cursor),
    cursor: field.cursor + line.length,
  };
}

/** The field after an editing key; undefined where the key edits nothing. */
export function editField(
  field: TextField,
  key: { readonly name: string; readonly text: string | null },
): TextField | undefined {
  const edit = edits[key.name];
  if (edit !== undefined) return edit(field);
  return key.text === null ? undefined : insertIntoField(field, key.text);
}
