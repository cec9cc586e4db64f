import type { KeyPress } from "../../term/key-press.ts";
import { type Change, change } from "../change.ts";
import { entryOfKey } from "../commands/shown-keys.ts";
import type { Search, UiState } from "../state.ts";
import { editField, emptyField, fieldWith, insertIntoField, type TextField } from "../text-field.ts";

/** `/` in the transcript begins to type; with a text (`/find text`) it is looked for at once. */
export function startSearch(state: UiState, text: string): Change {
  const search: Search = { field: text === "" ? emptyField : fieldWith(text), isTyping: text === "" };
  const next: UiState = { ...state, focus: "transcript", search };
  return text === "" ? change(next, { type: "end-search" }) : change(next, { type: "search-transcript", query: text });
}

export function endSearch(state: UiState): Change {
  return change({ ...state, search: null }, { type: "end-search" });
}

function edited(state: UiState, search: Search, field: TextField): Change {
  const next = { ...state, search: { ...search, field } };
  if (field.text === search.field.text) return change(next);
  return change(next, { type: "search-transcript", query: field.text });
}

/** The search while its text is being typed; null: the keys mean what they always do. */
function typing(state: UiState): Search | null {
  return state.focus === "transcript" && state.search?.isTyping === true ? state.search : null;
}

/** Undefined: the key is not the search's. */
export function updateSearchKey(state: UiState, key: KeyPress): Change | undefined {
  const search = typing(state);
  if (search === null) return undefined;
  switch (entryOfKey(state, key.name, ["find.end", "find.keep", "find.older", "find.newer"])) {
    case "find.end":
      return endSearch(state);
    case "find.keep":
      return search.field.text === "" ? endSearch(state) : change({ ...state, search: { ...search, isTyping: false } });
    case "find.older":
      return change(state, { type: "transcript", operation: "search-older" });
    case "find.newer":
      return change(state, { type: "transcript", operation: "search-newer" });
    default: {
      const field = editField(search.field, key);
      return field === undefined ? undefined : edited(state, search, field);
    }
  }
}

/** Undefined: the paste is not the search's. */
export function updateSearchPaste(state: UiState, text: string): Change | undefined {
  const search = typing(state);
  return search === null ? undefined : edited(state, search, insertIntoField(search.field, text));
}
