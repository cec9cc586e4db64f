import type { App } from "../app/app.ts";
import type { SessionId } from "../schema/ids.ts";
import type { VisibleRow } from "../term/scroll-window.ts";
import type { SpanLine } from "../term/span-line.ts";
import type { Theme } from "../term/theme.ts";
import type { Transcript } from "./transcript/transcript.ts";
import { markMatches, matchesInRows, type RowMatch } from "./transcript/find-text.ts";
import { TranscriptSearch } from "./transcript-search.ts";

/** How far a search is, for the line that shows it. */
export interface SearchStatus {
  /** Of the match that is looked at, from the newest; 0: none yet. */
  readonly position: number;
  readonly total: number;
  readonly isComplete: boolean;
}

/** What the finder needs of the transcript's pane. */
export interface FinderPort {
  readonly transcript: Transcript;
  /** Columns that rows are laid out in. */
  width(): number;
  /** Makes the item one of those that are held. False where it is gone. */
  reach(key: string): boolean;
  /** Puts a row of an item on the screen. */
  show(key: string, row: number): void;
}

interface Place {
  readonly hit: number;
  /** Which match of the hit. */
  readonly ordinal: number;
  readonly key: string;
  /** Where it stands in the item's rows; null where it can't be told. */
  readonly match: RowMatch | null;
}

/** A search in one transcript: where it is, and what of it is on the screen. */
export class TranscriptFinder {
  readonly #port: FinderPort;
  #search: TranscriptSearch | null = null;
  #place: Place | null = null;

  constructor(port: FinderPort) {
    this.#port = port;
  }

  get status(): SearchStatus | null {
    const search = this.#search;
    if (search === null) return null;
    const place = this.#place;
    const before = place === null ? 0 : search.hits.slice(0, place.hit).reduce((sum, { count }) => sum + count, 0);
    const position =
      place === null ? 0 : before + Math.min(place.ordinal, (search.hits[place.hit]?.count ?? 1) - 1) + 1;
    return { position, total: search.total, isComplete: search.isComplete };
  }

  /** Begins anew; the newest match is shown as soon as it is found. */
  async start(query: string, source: { app: App; sessionId: SessionId; onProgress: () => void }): Promise<void> {
    this.end();
    if (query === "") return;
    const search = new TranscriptSearch(query);
    this.#search = search;
    await search.run(source.app, source.sessionId, () => {
      if (this.#search !== search) return;
      if (this.#place === null && search.hits.length > 0) this.#goTo(0, 0);
      source.onProgress();
    });
  }

  end(): void {
    this.#search?.stop();
    this.#search = null;
    this.#place = null;
  }

  /** To the next older match (1) or the next newer one (−1); from the last one to the first. */
  step(direction: 1 | -1): void {
    const hits = this.#search?.hits ?? [];
    const place = this.#place;
    if (hits.length === 0) return;
    if (place === null) {
      this.#goTo(0, 0);
      return;
    }
    // Within an item matches are read downwards; the search goes up.
    const count = this.#matches(place.key).length || 1;
    const ordinal = place.ordinal + direction;
    if (ordinal >= 0 && ordinal < count) {
      this.#goTo(place.hit, ordinal);
      return;
    }
    const hit = (place.hit + direction + hits.length) % hits.length;
    this.#goTo(hit, direction === 1 ? 0 : Number.POSITIVE_INFINITY);
  }

  /** A visible row with what was found in it set off. */
  mark(line: SpanLine, row: VisibleRow, theme: Theme): SpanLine {
    const search = this.#search;
    if (search === null || row.rowInItem < 0) return line;
    const place = this.#place;
    const isCurrent =
      place !== null && place.match?.row === row.rowInItem && place.key === this.#port.transcript.keyAt(row.index);
    const ordinal = isCurrent ? (place.match?.ordinal ?? -1) : -1;
    return markMatches(line, search.wanted, { match: theme.match, current: theme.matchCurrent, ordinal });
  }

  #goTo(hit: number, wantedOrdinal: number): void {
    const found = this.#search?.hits[hit];
    if (found === undefined || !this.#port.reach(found.key)) return;
    const matches = this.#shownMatches(found.key, found.count);
    const ordinal = Math.max(0, Math.min(wantedOrdinal, matches.length - 1));
    // The last one of an item comes first: the search goes up.
    const match = matches[matches.length - 1 - ordinal] ?? null;
    this.#place = { hit, ordinal, key: found.key, match };
    this.#port.show(found.key, match?.row ?? 0);
  }

  /** Unfolds the item where not all of it is in sight. */
  #shownMatches(key: string, count: number): readonly RowMatch[] {
    const { transcript } = this.#port;
    const matches = this.#matches(key);
    if (matches.length >= count || !transcript.isFoldable(key) || transcript.expandedKeys.includes(key)) return matches;
    transcript.toggle(key);
    return this.#matches(key);
  }

  #matches(key: string): readonly RowMatch[] {
    const { transcript } = this.#port;
    for (let index = transcript.length - 1; index >= 0; index--) {
      if (transcript.keyAt(index) !== key) continue;
      return matchesInRows(transcript.rowsAt(index, this.#port.width()), this.#search?.wanted ?? "");
    }
    return [];
  }
}
