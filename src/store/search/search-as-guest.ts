import { systemClock } from "../../lib/clock.ts";
import { parseQuery } from "../../schema/search-query.ts";
import { Store } from "../store.ts";
import { findHits, readSessions } from "./find-hits.ts";
import { foundHits } from "./found-hits.ts";
import { isDamage } from "./prepare-search-file.ts";
import { SearchFile } from "./search-file.ts";
import type { FoundHits, SearchRequest } from "./search-messages.ts";

export interface GuestPlace {
  /** Of crush.db and of search.db. */
  readonly databasePath: string;
  readonly indexPath: string;
}

/**
 * Searches another project by what is there: titles, paths, and messages as far as its own windows have indexed them. Writes
 * nothing and waits for nobody. Throws AppError where the database is locked, of an older version or can't be read.
 */
export function searchAsGuest(
  { databasePath, indexPath }: GuestPlace,
  request: Extract<SearchRequest, { kind: "find" }>,
  isWanted: () => boolean,
): FoundHits | null {
  const store = Store.openAsGuest(databasePath);
  try {
    const query = parseQuery(request.text, { nowMs: systemClock.nowMs(), place: "search" });
    const wanted = { query, limit: request.limit, except: request.except ?? null, knowsTitles: false };
    const search = (index: SearchFile | null): FoundHits => {
      const hits = store.read((handle) =>
        findHits({ index, handle, isWanted, onFirst: () => undefined, sessions: readSessions(handle) }, wanted),
      );
      return foundHits(hits, { query, limit: request.limit, isIndexed: index !== null });
    };
    const found = withIndex(indexPath, search);
    return isWanted() ? found : null;
  } finally {
    store[Symbol.dispose]();
  }
}

/** An index that can't be used is left as it is: titles and paths are found without. */
function withIndex(indexPath: string, search: (index: SearchFile | null) => FoundHits): FoundHits {
  try {
    const index = SearchFile.openAsGuest(indexPath);
    try {
      return search(index);
    } finally {
      index?.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    return search(null);
  }
}
