import type { SessionSummary } from "../../app/app.ts";
import type { SearchHit } from "../../app/search.ts";
import type { SessionId } from "../../schema/ids.ts";
import { deskOf, isQueued, isQueuePaused, knownDesk, type UiState } from "../state.ts";
import { clampSelection } from "./list-window.ts";
import { searchedPart, narrows, parseSessionFilter, type SessionFilter } from "./session-filter.ts";
import { matchSessions, type SessionMatches } from "./session-matches.ts";
import type { PickerRow, SessionsDialog } from "./sessions-dialog.ts";

interface Found {
  readonly query: string;
  readonly filter: SessionFilter;
  readonly desks: UiState["desks"];
  readonly searched: SessionsDialog["searched"];
  readonly sessions: SessionMatches;
  /** Of which sessions what was said is shown; null: of all. */
  readonly hitSessions: ReadonlySet<SessionId> | null;
}

/** All that can be chosen, by place. Rows are made when they are asked for: most are never seen. */
export interface PickerRows {
  readonly length: number;
  at(place: number): PickerRow | undefined;
}

interface Built {
  readonly unfolded: SessionsDialog["unfolded"];
  readonly hits: SessionsDialog["hits"];
  readonly rows: PickerRows;
}

const found = new WeakMap<readonly SessionSummary[], Found>();
const built = new WeakMap<SessionMatches, Built>();

/**
 * The sessions that the filter lets through. Remembered for the last query of a list: keys and frames ask for the same,
 * and what a longer query finds is among what was found.
 */
export function shownSessions(dialog: SessionsDialog, desks: UiState["desks"]): SessionMatches {
  return foundSessions(dialog, desks).sessions;
}

/** The filter, understood. */
export function filterOf(dialog: SessionsDialog, { desks }: Pick<UiState, "desks">): SessionFilter {
  return foundSessions(dialog, desks).filter;
}

function foundSessions(dialog: SessionsDialog, desks: UiState["desks"]): Found {
  const { items, searched } = dialog;
  const query = dialog.filter.text;
  const known = found.get(items);
  const holds =
    known !== undefined &&
    (known.desks === desks || !query.includes("is:")) &&
    (known.searched === searched || searchedPart(query) === "");
  if (holds && known.query === query) return known;
  const filter = parseSessionFilter(query, dialog.readAtMs);
  const context = {
    isUnseen: ({ session }: SessionSummary) => (knownDesk({ desks }, session.id)?.unseen ?? null) !== null,
    runsCommand: ({ session }: SessionSummary) => {
      const desk = deskOf({ desks }, session.id);
      return desk.activity.kind === "shell" || desk.jobs.length > 0;
    },
    isPaused: ({ session }: SessionSummary) => isQueuePaused(deskOf({ desks }, session.id)),
    searched: searched !== null && searched.query === searchedPart(query) ? searched.sessions : null,
  };
  const within = holds && narrows(known.filter, filter) ? { within: known.sessions.places } : {};
  const sessions = matchSessions(items, { filter, context, ...within });
  const hitSessions =
    filter.stateTests.length === 0
      ? null
      : new Set(items.filter((item) => filter.stateTests.every((isSo) => isSo(item, context))).map(idOfItem));
  const next = { query, filter, desks, searched, sessions, hitSessions };
  found.set(items, next);
  return next;
}

function idOfItem({ session }: SessionSummary): SessionId {
  return session.id;
}

/** All that can be chosen: sessions, the children of unfolded ones, and what the index found behind them. */
export function shownRows(dialog: SessionsDialog, state: Pick<UiState, "desks">): PickerRows {
  const sessions = shownSessions(dialog, state.desks);
  const { unfolded, hits } = dialog;
  const known = built.get(sessions);
  if (known !== undefined && known.unfolded === unfolded && known.hits === hits) return known.rows;
  const content = shownHits(dialog, state);
  const rows = unfolded.size === 0 ? flatRows(sessions, content) : treeRows(sessions, unfolded, content);
  built.set(sessions, { unfolded, hits, rows });
  return rows;
}

function flatRows(sessions: SessionMatches, hits: readonly SearchHit[]): PickerRows {
  return {
    length: sessions.length + hits.length,
    at: (place) => {
      const item = place < sessions.length ? sessions.at(place) : undefined;
      if (item !== undefined) return { kind: "session", item };
      const hit = hits[place - sessions.length];
      return hit === undefined ? undefined : { kind: "hit", hit };
    },
  };
}

function treeRows(
  sessions: SessionMatches,
  unfolded: SessionsDialog["unfolded"],
  hits: readonly SearchHit[],
): PickerRows {
  const rows: PickerRow[] = [];
  for (let place = 0; place < sessions.length; place += 1) {
    const item = sessions.at(place);
    if (item === undefined) continue;
    rows.push({ kind: "session", item });
    for (const child of unfolded.get(item.session.id) ?? []) rows.push({ kind: "child", ...child });
  }
  for (const hit of hits) rows.push({ kind: "hit", hit });
  return { length: rows.length, at: (place) => rows[place] };
}

/** The first of the rows that is so; −1: none. */
export function placeOf(rows: PickerRows, isIt: (row: PickerRow) => boolean): number {
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows.at(place);
    if (row !== undefined && isIt(row)) return place;
  }
  return -1;
}

/** Of the query that stands there now; titles of sessions that stand in the list are found by the list itself. */
export function shownHits(dialog: SessionsDialog, { desks }: Pick<UiState, "desks">): readonly SearchHit[] {
  const { hits, filter } = dialog;
  if (hits === null || hits.query !== filter.text) return [];
  const among = foundSessions(dialog, desks).hitSessions;
  return hits.hits.filter(
    (hit) => (hit.isChild === true || hit.field !== "title") && (among === null || among.has(hit.sessionId)),
  );
}

export function chosenRow(dialog: SessionsDialog, state: Pick<UiState, "desks">): PickerRow | undefined {
  return shownRows(dialog, state).at(dialog.selected);
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
  if (dialog.marked.size > 0) return markedIds(dialog);
  const id = chosenId(dialog, state);
  return id === null ? [] : [id];
}

/** The marks of sessions that are there, children behind their parents. */
function markedIds({ items, unfolded, marked }: SessionsDialog): SessionId[] {
  const ids: SessionId[] = [];
  const add = ({ session }: SessionSummary): void => {
    if (marked.has(session.id)) ids.push(session.id);
  };
  for (const item of items) {
    add(item);
    for (const child of unfolded.get(item.session.id) ?? []) add(child.item);
  }
  return ids;
}

/** How many of the marked sessions the filter hides. */
export function hiddenMarks(dialog: SessionsDialog, { desks }: Pick<UiState, "desks">): number {
  const { items, unfolded, marked } = dialog;
  if (marked.size === 0) return 0;
  let hidden = marked.size;
  for (const place of shownSessions(dialog, desks).places) {
    const id = items[place]?.session.id;
    if (id === undefined) continue;
    if (marked.has(id)) hidden -= 1;
    for (const child of unfolded.get(id) ?? []) if (marked.has(child.item.session.id)) hidden -= 1;
  }
  return hidden;
}

/** Of the sessions those that are not below others of them. */
export function topmost({ unfolded }: SessionsDialog, ids: readonly SessionId[]): readonly SessionId[] {
  const among = new Set(ids);
  for (const [parent, children] of unfolded) {
    // The depth of the last one of them that has what follows below it.
    let above = ids.includes(parent) ? 0 : Number.POSITIVE_INFINITY;
    for (const { item, depth } of children) {
      if (depth <= above) above = ids.includes(item.session.id) ? depth : Number.POSITIVE_INFINITY;
      else among.delete(item.session.id);
    }
  }
  return ids.filter((id) => among.has(id));
}

export function itemOf(dialog: SessionsDialog, id: SessionId): SessionSummary | undefined {
  const item = dialog.items.find(({ session }) => session.id === id);
  if (item !== undefined) return item;
  return [...dialog.unfolded.values()].flat().find((child) => child.item.session.id === id)?.item;
}

/** Null: no row tells of it. A session below another may be known by what was found in it alone. */
export function titleOf(dialog: SessionsDialog, id: SessionId): string | null {
  const item = itemOf(dialog, id);
  if (item !== undefined) return item.session.title;
  return dialog.hits?.hits.find((hit) => hit.sessionId === id)?.title ?? null;
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
  const next = { ...after, marked: markedOf(after) };
  if (chosen === undefined) return { ...next, selected: clampSelection(before.selected, rows.length) };
  const key = rowKey(chosen);
  const place = placeOf(rows, (row) => rowKey(row) === key);
  if (place >= 0) return { ...next, selected: place };
  return { ...next, selected: clampSelection(before.selected, rows.length), isShifted: true };
}

/** Of the marks, those of sessions that are there. */
export function markedOf(dialog: SessionsDialog): SessionsDialog["marked"] {
  const { marked } = dialog;
  if (marked.size === 0) return marked;
  const left = markedIds(dialog);
  return left.length === marked.size ? marked : new Set(left);
}

/** What the list says of a session at the left: what it does, how it ended unseen, or that its prompts wait. */
export type RowState = SessionSummary["state"] | "queued" | "paused";

export function rowState(item: SessionSummary, state: UiState): RowState {
  const desk = deskOf(state, item.session.id);
  if (item.state === "running" && isQueued(desk.activity)) return "queued";
  if (desk.activity.kind === "shell") return "running";
  if (item.state !== "idle") return item.state;
  if (desk.unseen !== null) return desk.unseen === "failed" ? "failed" : "unseen";
  return isQueuePaused(desk) ? "paused" : "idle";
}
