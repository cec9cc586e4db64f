import type { SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import type { VisibleRow } from "../term/scroll-window.ts";
import type { SpanLine } from "../term/span-line.ts";
import { lineText } from "../term/spans.ts";
import { TextModules } from "../term/text-modules.ts";
import type { Theme } from "../term/theme.ts";
import type { PaneOptions } from "./paged-transcript.ts";
import { SearchTail } from "./search-tail.ts";
import type { Transcript } from "./transcript/transcript.ts";
import { markRanges } from "./transcript/find-text.ts";
import { ShownGuess } from "./transcript/may-show.ts";
import { type MatchPart, type RowMatch, RowSearch } from "./transcript/row-search.ts";
import { type SearchHit, TranscriptSearch } from "./transcript-search.ts";

/** How far a search is, for the line that shows it. */
export interface SearchStatus {
  /** Of the match that is looked at, from the newest; 0: none yet. */
  readonly position: number;
  readonly total: number;
  readonly isComplete: boolean;
}

/** What the finder needs of the transcript's pane. */
export interface FinderPort {
  readonly sessionId: SessionId;
  readonly options: PaneOptions;
  readonly transcript: Transcript;
  /** Columns that rows are laid out in. */
  width(): number;
  /** Makes the item one of those that are held. False where it is gone. */
  reach(key: string): boolean;
  /** Puts a row of an item on the screen. */
  show(key: string, row: number): void;
}

/** The match that is looked at. */
interface Place {
  /** Of the item that it is in. */
  readonly key: string;
  /** Which of the item's matches, from the top. */
  readonly ordinal: number;
}

interface Mark extends MatchPart {
  /** Of the match among those of its item, from the top. */
  readonly ordinal: number;
}

/** A search in one transcript: where it is, and what of it is on the screen. */
export class TranscriptFinder {
  readonly #port: FinderPort;
  #search: TranscriptSearch | null = null;
  /** Of the same query. */
  #rows: RowSearch | null = null;
  #tail: SearchTail | null = null;
  /** What is to be set off in this frame, by the keys of items. */
  readonly #marks = new Map<string, ReadonlyMap<number, readonly Mark[]>>();
  #place: Place | null = null;
  /** Those of the item that is looked at, in its rows as they are in this frame. */
  #shownMatches: readonly RowMatch[] = [];

  constructor(port: FinderPort) {
    this.#port = port;
  }

  get status(): SearchStatus | null {
    const search = this.#search;
    if (search === null) return null;
    return { position: this.#position(search.hits), total: search.total, isComplete: search.isComplete };
  }

  /** Begins anew; the newest match is shown as soon as it is found. */
  async start(query: string, onProgress: () => void): Promise<void> {
    this.end();
    if (query === "") return;
    const { sessionId, options, transcript } = this.#port;
    const rows = new RowSearch(query);
    const guess = new ShownGuess(query, options.displayCall);
    const modules = new TextModules(options.modules);
    const width = this.#port.width();
    const search = new TranscriptSearch((item) =>
      guess.mayShow(item) ? rows.count(transcript.wholeRows(item, width, modules)) : 0,
    );
    this.#search = search;
    this.#rows = rows;
    await modules.ready();
    if (this.#search !== search) return;
    this.#tail = new SearchTail(sessionId, { ...options, modules });
    await search.run(options.app, sessionId, () => {
      if (this.#search !== search) return;
      if (this.#place === null) this.#goTo(search.hits[0], "last");
      onProgress();
    });
  }

  end(): void {
    this.#search?.stop();
    this.#search = null;
    this.#rows = null;
    this.#tail = null;
    this.#place = null;
  }

  accept(event: SessionEvent): void {
    this.#tail?.accept(event);
    if (event.type === "message-deleted") this.#search?.dropMessage(event.messageId);
  }

  /** Takes in what came since the last frame, unless it shows what is under way as it was, and looks for what it shows. */
  startFrame({ isLagging }: { readonly isLagging: boolean }): void {
    if (!isLagging) this.#takeChanges();
    this.#marks.clear();
    this.#shownMatches = this.#place === null ? [] : this.#matches(this.#place.key);
  }

  /** To the next older match (1) or the next newer one (−1); from the last one to the first. */
  step(direction: 1 | -1): void {
    this.#takeChanges();
    const hits = this.#search?.hits ?? [];
    const place = this.#place;
    const hit = hits.findIndex(({ key }) => key === place?.key);
    if (place === null || hit < 0) {
      this.#goTo(hits[0], "last");
      return;
    }
    // Within an item matches are read downwards; the search goes up.
    const ordinal = place.ordinal - direction;
    if (ordinal >= 0 && ordinal < this.#matches(place.key).length) {
      this.#goTo(hits[hit], ordinal);
      return;
    }
    this.#goTo(hits[(hit + direction + hits.length) % hits.length], direction === 1 ? "last" : 0);
  }

  /** A visible row with what was found in it set off. */
  mark(line: SpanLine, row: VisibleRow, theme: Theme): SpanLine {
    if (this.#search === null || row.rowInItem < 0) return line;
    const key = this.#port.transcript.keyAt(row.index);
    const parts = this.#marksOf(key, row.index).get(row.rowInItem);
    if (parts === undefined) return line;
    // The row has a gutter, in which nothing is looked for.
    const shift = lineText(line).length - lineText(row.line).length;
    const current = this.#place?.key === key ? this.#place.ordinal : -1;
    const ranges = parts.map(({ start, end, ordinal }) => {
      return { start: start + shift, end: end + shift, style: ordinal === current ? theme.matchCurrent : theme.match };
    });
    return markRanges(line, ranges);
  }

  /** Of an item that is on the screen, by row. */
  #marksOf(key: string, index: number): ReadonlyMap<number, readonly Mark[]> {
    const known = this.#marks.get(key);
    if (known !== undefined) return known;
    const marks = this.#matchesAt(index).flatMap((parts, ordinal) => parts.map((part): Mark => ({ ...part, ordinal })));
    const byRow = Map.groupBy(marks, ({ row }) => row);
    this.#marks.set(key, byRow);
    return byRow;
  }

  /** Of the place among all matches, from the newest; 0 without one. */
  #position(hits: readonly SearchHit[]): number {
    const place = this.#place;
    const hit = hits.findIndex(({ key }) => key === place?.key);
    if (place === null || hit < 0) return 0;
    const newer = hits.slice(0, hit).reduce((sum, { count }) => sum + count, 0);
    return newer + Math.max(1, Math.min(hits[hit]?.count ?? 1, this.#shownMatches.length - place.ordinal));
  }

  #takeChanges(): void {
    const { diffLayout } = this.#port.transcript;
    const changes = this.#tail?.takeChanges({ width: this.#port.width(), diffLayout });
    for (const { key, rows } of changes?.changed ?? []) this.#search?.take(key, this.#rows?.count(rows) ?? 0);
    for (const key of changes?.gone ?? []) this.#search?.drop(key);
  }

  #goTo(hit: SearchHit | undefined, wanted: number | "last"): void {
    if (hit === undefined || !this.#port.reach(hit.key)) return;
    const matches = this.#unfoldedMatches(hit);
    const last = Math.max(0, matches.length - 1);
    const ordinal = wanted === "last" ? last : Math.min(wanted, last);
    this.#place = { key: hit.key, ordinal };
    this.#shownMatches = matches;
    this.#port.show(hit.key, matches[ordinal]?.[0]?.row ?? 0);
  }

  /** Unfolds the item where not all of it is in sight. */
  #unfoldedMatches({ key, count }: SearchHit): readonly RowMatch[] {
    const { transcript } = this.#port;
    const matches = this.#matches(key);
    if (matches.length >= count || !transcript.isFoldable(key) || transcript.expandedKeys.includes(key)) return matches;
    transcript.toggle(key);
    return this.#matches(key);
  }

  #matches(key: string): readonly RowMatch[] {
    const index = this.#port.transcript.items.findLastIndex((item) => item.key === key);
    return index < 0 ? [] : this.#matchesAt(index);
  }

  #matchesAt(index: number): readonly RowMatch[] {
    return this.#rows?.matches(this.#port.transcript.rowsAt(index, this.#port.width())) ?? [];
  }
}
