import type { SessionSummary } from "../../app/app.ts";
import type { SearchHit } from "../../app/search.ts";
import type { SessionId } from "../../schema/ids.ts";
import { deskOf, type UiState } from "../state.ts";
import { clampSelection } from "./list-window.ts";
import { matchScore, parseSessionFilter } from "./session-filter.ts";
import type { PickerRow, SessionsDialog } from "./sessions-dialog.ts";

interface Found {
  readonly query: string;
  readonly desks: UiState["desks"];
  readonly sessions: readonly SessionSummary[];
}

interface Rows {
  readonly sessions: readonly SessionSummary[];
  readonly unfolded: SessionsDialog["unfolded"];
  readonly hits: SessionsDialog["hits"];
  readonly rows: readonly PickerRow[];
}

const found = new WeakMap<readonly SessionSummary[], Found>();
const built = new WeakMap<readonly SessionSummary[], Rows>();

/** The sessions that the filter lets through. Remembered for the last query of a list: keys and frames ask for the same. */
export function shownSessions(dialog: SessionsDialog, desks: UiState["desks"]): readonly SessionSummary[] {
  const query = dialog.filter.text;
  const known = found.get(dialog.items);
  if (known?.query === query && (known.desks === desks || !query.includes("is:"))) return known.sessions;
  const sessions = filtered(dialog.items, query, desks);
  found.set(dialog.items, { query, desks, sessions });
  return sessions;
}

function filtered(items: readonly SessionSummary[], query: string, desks: UiState["desks"]): SessionSummary[] {
  const { words, tests, wantsArchived } = parseSessionFilter(query);
  const context = { isUnseen: ({ session }: SessionSummary) => (desks[session.id]?.unseen ?? null) !== null };
  const matches: { readonly item: SessionSummary; readonly score: number }[] = [];
  for (const item of items) {
    if (item.isArchived && !wantsArchived) continue;
    if (!tests.every((test) => test(item, context))) continue;
    const score = words.length === 0 ? 0 : matchScore(item, words);
    if (score !== null) matches.push({ item, score });
  }
  if (words.length > 0) matches.sort((left, right) => left.score - right.score);
  const sessions = matches.map(({ item }) => item);
  // Pins stand first where the list is one of time; a search has its own order.
  return words.length > 0
    ? sessions
    : [...sessions.filter(({ isPinned }) => isPinned), ...sessions.filter(({ isPinned }) => !isPinned)];
}

/** All that can be chosen: sessions, the children of unfolded ones, and what the index found behind them. */
export function shownRows(dialog: SessionsDialog, state: Pick<UiState, "desks">): readonly PickerRow[] {
  const sessions = shownSessions(dialog, state.desks);
  const { unfolded, hits } = dialog;
  const known = built.get(sessions);
  if (known !== undefined && known.unfolded === unfolded && known.hits === hits) return known.rows;
  const rows: PickerRow[] = [];
  for (const item of sessions) {
    rows.push({ kind: "session", item });
    for (const child of unfolded.get(item.session.id) ?? []) rows.push({ kind: "child", ...child });
  }
  for (const hit of contentHits(dialog)) rows.push({ kind: "hit", hit });
  built.set(sessions, { sessions, unfolded, hits, rows });
  return rows;
}

/** Of the query that stands there now; titles are found by the list itself. */
function contentHits({ hits, filter }: SessionsDialog): readonly SearchHit[] {
  if (hits === null || hits.query !== filter.text) return [];
  return hits.hits.filter(({ field }) => field !== "title");
}

export function chosenRow(dialog: SessionsDialog, state: Pick<UiState, "desks">): PickerRow | undefined {
  return shownRows(dialog, state)[dialog.selected];
}

/** Null: nothing is chosen. */
export function chosenId(dialog: SessionsDialog, state: Pick<UiState, "desks">): SessionId | null {
  const row = chosenRow(dialog, state);
  return row === undefined ? null : idOf(row);
}

export function idOf(row: PickerRow): SessionId {
  return row.kind === "hit" ? row.hit.sessionId : row.item.session.id;
}

/** What an action works on: the marked sessions in the order of the list, else the chosen one. */
export function targets(dialog: SessionsDialog, state: Pick<UiState, "desks">): readonly SessionId[] {
  if (dialog.marked.size > 0) {
    return dialog.items.map(({ session }) => session.id).filter((id) => dialog.marked.has(id));
  }
  const id = chosenId(dialog, state);
  return id === null ? [] : [id];
}

export function itemOf(dialog: SessionsDialog, id: SessionId): SessionSummary | undefined {
  const item = dialog.items.find(({ session }) => session.id === id);
  if (item !== undefined) return item;
  return [...dialog.unfolded.values()].flat().find((child) => child.item.session.id === id)?.item;
}

function rowKey(row: PickerRow): string {
  return row.kind === "hit" ? `${row.hit.sessionId} ${row.hit.messageId ?? row.hit.field}` : row.item.session.id;
}

/**
 * The dialog after a change of what is listed: the chosen row stays chosen. Where it is gone the cursor stays at its
 * place, and `isShifted` says that no frame has shown yet what stands there.
 */
export function keepChosen(
  before: SessionsDialog,
  after: SessionsDialog,
  state: Pick<UiState, "desks">,
): SessionsDialog {
  const chosen = chosenRow(before, state);
  const rows = shownRows(after, state);
  const ids = new Set(after.items.map(({ session }) => session.id));
  const marked = new Set([...after.marked].filter((id) => ids.has(id)));
  const next = { ...after, marked: marked.size === after.marked.size ? after.marked : marked };
  if (chosen === undefined) return { ...next, selected: clampSelection(before.selected, rows.length) };
  const key = rowKey(chosen);
  const place = rows.findIndex((row) => rowKey(row) === key);
  if (place >= 0) return { ...next, selected: place };
  return { ...next, selected: clampSelection(before.selected, rows.length), isShifted: true };
}

/** What the list says of a session at the left: what it does, or how it ended unseen. */
export type RowState = SessionSummary["state"] | "unseen";

export function rowState(item: SessionSummary, state: UiState): RowState {
  if (item.state !== "idle" && item.state !== "failed") return item.state;
  const { unseen } = deskOf(state, item.session.id);
  if (unseen === "failed" || item.state === "failed") return "failed";
  return unseen === null ? "idle" : "unseen";
}
