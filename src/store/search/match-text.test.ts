import assert from "node:assert/strict";
import { test } from "node:test";
import { splitHumps, wordsToIndex } from "./index-words.ts";
import { foldText } from "../../lib/fold-text.ts";
import { findMatches, holdsBeginning, holdsTerms, snippetOf } from "./match-text.ts";
import { parseQuery } from "../../schema/search-query.ts";

const anyTime = { nowMs: 0, place: "search" } as const;

function marked(text: string, query: string): string {
  const snippet = snippetOf(text, findMatches(text, parseQuery(query, anyTime).terms));
  let result = "";
  let end = 0;
  for (const range of snippet.ranges) {
    result += `${snippet.text.slice(end, range.start)}[${snippet.text.slice(range.start, range.end)}]`;
    end = range.end;
  }
  return result + snippet.text.slice(end);
}

const cases = [
  ["the store is slow", "slow store", "the [store] is [slow]"],
  ["Über Café", "uber cafe", "[Über] [Café]"],
  ["call getUserName(id)", "userName", "call get[UserName](id)"],
  ["a snake_case_name here", '"snake case"', "a [snake_case]_name here"],
  ["資料をデータに", "データ", "資料を[データ]に"],
  ["unstored store", "store", "unstored [store]"],
  ["only unstored", "store", "only un[store]d"],
  ["const f = () => {}", "=>", "const f = () [=>] {}"],
  ["a\nb\tc", "b", "a [b] c"],
  ["fast and slow", "slow -fast", "fast and [slow]"],
] as const;

for (const [text, query, expected] of cases) {
  test(`${query} in ${JSON.stringify(text)}`, () => {
    assert.equal(marked(text, query), expected);
  });
}

test("a long text shows the place where the words stand together", () => {
  const text = `${"first word ".repeat(100)}the second and the third word stand here${" more".repeat(100)}`;
  const line = marked(text, "second third");
  assert.match(line, /^…[^[]{0,45}\[second\] and the \[third\] word stand here/u);
  assert.ok(line.length < 180);
});

test("a snippet never begins within a character of two units", () => {
  const text = `${"😀".repeat(100)}needle`;
  assert.doesNotMatch(
    snippetOf(text, findMatches(text, parseQuery("needle", anyTime).terms)).text.slice(1),
    /^[\uDC00-\uDFFF]/u,
  );
});

test("folding keeps every place", () => {
  const text = "İstanbul ÀÉ ﬁ 漢字 😀 ß";
  assert.equal(foldText(text).length, text.length);
});

test("negated terms must not stand in the text", () => {
  const { terms } = parseQuery("slow -fast ", anyTime);
  assert.equal(holdsTerms("slow", terms), true);
  assert.equal(holdsTerms("slow and fast", terms), false);
});

test("the beginning of a word, or of a part of one", () => {
  const [term] = parseQuery("na", anyTime).terms;
  assert.ok(term !== undefined);
  const found = ["name", "a Nadir", "getNames", "get2Names", "x_name", "Nándú"];
  for (const text of found) assert.equal(holdsBeginning(text, term), true, text);
  for (const text of ["", "banana", "xna"]) assert.equal(holdsBeginning(text, term), false, text);
});

test("identifiers are split at their humps, encoded data is left out", () => {
  assert.equal(splitHumps("const userName = readHTTPHeader2Value(x)"), "user Name read HTTPHeader2 Value");
  assert.equal(wordsToIndex(`a ${"QUJD".repeat(100)} b`).text, "a   b");
});

test("long words without humps cost time in proportion", () => {
  assert.equal(splitHumps("a".repeat(1_000_000)), "");
});
