import type { SearchQuery } from "../../schema/search-query.ts";
import type { FoundHit } from "./find-hits.ts";
import type { FoundHits } from "./search-messages.ts";

interface FoundBy {
  readonly query: SearchQuery;
  readonly limit: number;
  readonly isIndexed: boolean;
}

/** What `findHits` has found, as it is handed on. */
export function foundHits(hits: readonly FoundHit[], { query, limit, isIndexed }: FoundBy): FoundHits {
  return {
    hits: hits.slice(0, limit),
    isComplete: hits.length <= limit,
    isIndexed,
    words: query.terms.filter((term) => !term.isNegated).map((term) => term.text),
    problem: query.problem,
  };
}
