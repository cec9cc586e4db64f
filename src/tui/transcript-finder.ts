import type { SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import type { VisibleRow } from "../term/scroll-window.ts";
import type { SpanLine } from "../term/span-line.ts";
import type { Theme } from "../term/theme.ts";
import type { PaneOptions } from "./paged-transcript.ts";
import { SearchTail } from "./search-tail.ts";
import type { Transcript } from "./transcript/transcript.ts";
import { markMatches, matchesInRows, type RowMatch } from "./transcript/find-text.ts";
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

/** A search in one transcript: where it is, and what of it is on the screen. */
export class TranscriptFinder {
  readonly #port: FinderPort;
  #search: TranscriptSearch | null = null;
  #tail: SearchTail | null = null;
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
    const tail = this.#tail ?? new SearchTail(this.#port.sessionId, this.#port.options);
    this.end();
    if (query === "") return;
    const search = new TranscriptSearch(query);
    this.#search = search;
    this.#tail = tail;
    tail.begin();
    await search.run(this.#port.options.app, this.#port.sessionId, () => {
      if (this.#search !== search) return;
      if (this.#place === null) this.#goTo(search.hits[0], "last");
      onProgress();
    });
  }

  end(): void {
    this.#search?.stop();
    this.#search = null;
    this.#tail = null;
    this.#place = null;
  }

  accept(event: SessionEvent): void {
    this.#tail?.accept(event);
    if (event.type === "message-deleted") this.#search?.dropMessage(event.messageId);
  }

  /** Takes in what came since the last frame, and looks where in its rows the match now is. */
  startFrame(): void {
    this.#takeChanges();
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
    const search = this.#search;
    if (search === null || row.rowInItem < 0) return line;
    const place = this.#place;
    const current = place === null ? undefined : this.#shownMatches[place.ordinal];
    const isCurrent = current?.row === row.rowInItem && place?.key === this.#port.transcript.keyAt(row.index);
    const ordinal = isCurrent ? current.ordinal : -1;
    return markMatches(line, search.wanted, { match: theme.match, current: theme.matchCurrent, ordinal });
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
    const changes = this.#tail?.takeChanges();
    for (const item of changes?.changed ?? []) this.#search?.take(item);
    for (const key of changes?.gone ?? []) this.#search?.drop(key);
  }

  #goTo(hit: SearchHit | undefined, wanted: number | "last"): void {
    if (hit === undefined || !this.#port.reach(hit.key)) return;
    const matches = this.#unfoldedMatches(hit);
    const last = Math.max(0, matches.length - 1);
    const ordinal = wanted === "last" ? last : Math.min(wanted, last);
    this.#place = { key: hit.key, ordinal };
    this.#shownMatches = matches;
    this.#port.show(hit.key, matches[ordinal]?.row ?? 0);
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
    const { transcript } = this.#port;
    const index = transcript.items.findLastIndex((item) => item.key === key);
    if (index < 0) return [];
    return matchesInRows(transcript.rowsAt(index, this.#port.width()), this.#search?.wanted ?? "");
  }
}
