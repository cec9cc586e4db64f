import type { SessionSummary } from "../../app/app.ts";
import { rankByScore } from "./ranking.ts";
import { type FilterContext, matchScore, type SessionFilter, sessionWord } from "./session-filter.ts";

/** The sessions that a filter lets through, in the order of the list. */
export interface SessionMatches {
  readonly length: number;
  at(place: number): SessionSummary | undefined;
  /** Where they stand among all, in that order. */
  readonly places: Uint32Array;
}

export interface MatchOptions {
  readonly filter: SessionFilter;
  readonly context: FilterContext;
  /** Where those stand that can match at all; absent: anywhere. */
  readonly within?: Uint32Array;
}

/** With words the best match comes first; without, pinned sessions do, then all in their own order. */
export function matchSessions(items: readonly SessionSummary[], options: MatchOptions): SessionMatches {
  return options.filter.words.length === 0 ? byTime(items, options) : byScore(items, options);
}

function passes(item: SessionSummary, { filter, context }: MatchOptions): boolean {
  if (item.isArchived && !filter.wantsArchived) return false;
  return filter.tests.length === 0 || filter.tests.every((test) => test(item, context));
}

function byScore(items: readonly SessionSummary[], options: MatchOptions): SessionMatches {
  const { filter, within } = options;
  const words = filter.words.map(sessionWord);
  const count = within?.length ?? items.length;
  const places = new Uint32Array(count);
  const scores = new Float64Array(count);
  let found = 0;
  for (let index = 0; index < count; index += 1) {
    const place = within === undefined ? index : (within[index] ?? 0);
    const item = items[place];
    if (item === undefined) continue;
    const score = matchScore(item, words);
    if (score === Number.POSITIVE_INFINITY || !passes(item, options)) continue;
    places[found] = place;
    scores[found] = score;
    found += 1;
  }
  const matched = places.subarray(0, found);
  const ranking = rankByScore(scores.subarray(0, found));
  return { length: found, places: matched, at: (place) => items[matched[ranking.at(place) ?? -1] ?? -1] };
}

function byTime(items: readonly SessionSummary[], options: MatchOptions): SessionMatches {
  const places = new Uint32Array(items.length);
  let found = 0;
  const add = (isPinned: boolean): void => {
    for (let place = 0; place < items.length; place += 1) {
      const item = items[place];
      if (item?.isPinned !== isPinned || !passes(item, options)) continue;
      places[found] = place;
      found += 1;
    }
  };
  add(true);
  add(false);
  const matched = places.subarray(0, found);
  return { length: found, places: matched, at: (place) => items[matched[place] ?? -1] };
}
