import type { SessionSummary } from "../../app/app.ts";
import { filterFuzzy } from "../../term/fuzzy-match.ts";
import type { SessionsDialog } from "./dialog.ts";
import { clampSelection } from "./list-window.ts";

const filtered = new WeakMap<readonly SessionSummary[], { query: string; found: readonly SessionSummary[] }>();

/** The rows that match the filter. Remembered for the last query of a list: keys and frames ask for the same. */
export function shownSessions(dialog: SessionsDialog): readonly SessionSummary[] {
  const query = dialog.filter.text;
  const known = filtered.get(dialog.items);
  if (known?.query === query) return known.found;
  const found = filterFuzzy(dialog.items, query, ({ session, hash }) => `${session.title} ${hash.slice(0, 7)}`);
  filtered.set(dialog.items, { query, found });
  return found;
}

export function chosenSession(dialog: SessionsDialog): SessionSummary | undefined {
  return shownSessions(dialog)[dialog.selected];
}

/** A newly read list: the chosen session stays chosen, else the place in the list. */
export function withItems(dialog: SessionsDialog, items: readonly SessionSummary[]): SessionsDialog {
  const id = chosenSession(dialog)?.session.id;
  const next = { ...dialog, items };
  const shown = shownSessions(next);
  const place = shown.findIndex((item) => item.session.id === id);
  return { ...next, selected: clampSelection(place < 0 ? dialog.selected : place, shown.length) };
}
