import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fuzzyMatch } from "@earendil-works/pi-tui/dist/fuzzy.js";
import { fuzzyScore, fuzzyWord } from "./fuzzy-score.ts";

function score(text: string, word: string): number {
  return fuzzyScore(text.toLowerCase(), fuzzyWord(word));
}

test("runs and beginnings of words count for a match, gaps and late places against it", () => {
  const best = ["fix", "fix the dates", "prefix the dates", "find a box", "nothing of it"];
  assert.deepEqual(
    best.toSorted((left, right) => score(left, "fix") - score(right, "fix")),
    best,
  );
  assert.equal(score("nothing of it", "fix"), Number.POSITIVE_INFINITY);
  assert.ok(score("issue 12fix", "fix12") < Number.POSITIVE_INFINITY, "digits and letters may change places");
});

test("every other list of the screen puts its items into the same order", () => {
  const letters = fc.array(fc.constantFrom(..."aab1 2.-/é\u00A0Iİx".split("")), { maxLength: 12 });
  fc.assert(
    fc.property(letters, letters, (text, word) => {
      const expected = fuzzyMatch(word.join(""), text.join(""));
      assert.equal(
        score(text.join(""), word.join("")),
        expected.matches ? expected.score : Number.POSITIVE_INFINITY,
        `${text.join("")} / ${word.join("")}`,
      );
    }),
    { numRuns: 3000 },
  );
});
