import { quotedPath } from "../../lib/quoted-path.ts";
import { type Change, change } from "../change.ts";
import { entryOfKey } from "../commands/shown-keys.ts";
import { isTypingKey } from "../../term/key-name.ts";
import { moveSelection } from "../dialogs/list-window.ts";
import type { EditorFacts, UiState } from "../state.ts";
import type { KeyPress } from "../../term/key-press.ts";

const debounceMs = 40;

/** What is typed after an `@` that starts a word, up to the cursor; undefined: no path is being typed. */
function pathQuery(editor: EditorFacts): string | undefined {
  return /^[([{"']*@([^@]*)$/u.exec(editor.token)?.[1];
}

/** The editor's text changed: asks for paths, or closes the list. */
export function followPathQuery(state: UiState): Change {
  const query = pathQuery(state.editor);
  if (query === undefined) return change(state.completion === null ? state : { ...state, completion: null });
  if (state.completion?.query === query) return change(state);
  return change(state, { type: "start-timer", timer: "complete", delayMs: debounceMs, isWork: true });
}

export function askForPaths(state: UiState): Change {
  const query = pathQuery(state.editor);
  return query === undefined ? change(state) : change(state, { type: "complete-path", query });
}

export function showPaths(state: UiState, query: string, paths: readonly string[]): Change {
  if (pathQuery(state.editor) !== query) return change(state);
  if (paths.length === 0) return change({ ...state, completion: null });
  return change({ ...state, completion: { query, items: paths, selected: 0 } });
}

const imageEnding = /\.(?:png|jpe?g|gif|webp)$/iu;

/** What stood before the `@`, and the path. Quotes of its own take the place of one that was typed. */
function named(path: string, opening: string): string {
  const quoted = quotedPath(path);
  return quoted === path ? opening + path : opening.replace(/["']$/u, "") + quoted;
}

/** Puts a path of the list in place of what was typed; an image is attached instead. */
export function acceptPath(state: UiState, item: number): Change {
  const { completion } = state;
  const path = completion?.items[item];
  if (completion === null || path === undefined) return change(state);
  const closed = { ...state, completion: null };
  const opening = state.editor.token.slice(0, -completion.query.length - 1);
  if (!imageEnding.test(path)) {
    return change(closed, { type: "editor", operation: { kind: "replace-token", text: `${named(path, opening)} ` } });
  }
  return change(
    closed,
    { type: "editor", operation: { kind: "replace-token", text: opening } },
    { type: "attach-file", path, pastedText: null },
  );
}

/** Keys of the list of paths; undefined: the key goes on to the editor. */
export function updateCompletionKey(state: UiState, key: KeyPress): Change | undefined {
  const { completion } = state;
  if (completion === null) return undefined;
  const { items, selected } = completion;
  const move = (delta: number): Change =>
    change({ ...state, completion: { ...completion, selected: moveSelection(selected, delta, items.length) } });
  if (isTypingKey(key.name)) return undefined;
  switch (entryOfKey(state, key.name, ["paths.take", "paths.close", "list.up", "list.down"])) {
    case "list.up":
      return move(-1);
    case "list.down":
      return move(1);
    case "paths.take":
      return acceptPath(state, selected);
    case "paths.close":
      return change({ ...state, completion: null });
    default:
      return undefined;
  }
}
