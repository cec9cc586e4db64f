/** A cheap look at a message as it lies in the database: most of those that are no match are told so without parsing. */
import type { SearchTerm } from "../../schema/search-query.ts";
import { anyAccents, foldText, hasCombining } from "../../lib/fold-text.ts";
import { hasUnspaced } from "./index-words.ts";
import { hasWords, isLiteral } from "./match-expression.ts";
import { patternsOf } from "./match-text.ts";

/** As JSON writes what is neither letter nor digit. */
const betweenInJson = String.raw`(?:[^\p{L}\p{N}]|\\[bfnrt]|\\u[0-9a-f]{4})*`;
/** Of letters that are written as numbers nothing can be told; those that are signs are the ones that programs write so. */
const escapedLetters = /\\u(?!00[01]|002[267]|003[ce]|202[89])/iu;
/** A phrase may begin in one part and end in the next, or in a command and its output. */
const partsWithText = /"type"\s*:\s*"(?!finish")\w*/gu;

/**
 * For rows of prompts, of which `raw` is the JSON of their parts: false only where the message holds not all of the wanted
 * terms. Null where there is none of which that could be told.
 */
export function mayHoldTerms(terms: readonly SearchTerm[]): ((raw: string) => boolean) | null {
  const wanted = terms.filter(
    (term) => !term.isNegated && hasWords(term) && !hasUnspaced(term.text) && !isLiteral(term),
  );
  if (wanted.length === 0) return null;
  const compile = (accents: string): readonly RegExp[] =>
    wanted.map((term) => new RegExp(patternsOf(term, accents, betweenInJson).join("|"), "u"));
  const plainPatterns = compile("");
  const accentPatterns = compile(anyAccents);
  return (raw) => {
    const [kind = "", ...otherKinds] = raw.match(partsWithText) ?? [];
    if (!kind.endsWith('"text') || otherKinds.length > 0 || escapedLetters.test(raw)) return true;
    const patterns = hasCombining(raw) ? accentPatterns : plainPatterns;
    const plain = foldText(raw);
    return patterns.every((pattern) => pattern.test(plain));
  };
}
