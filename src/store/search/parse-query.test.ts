import assert from "node:assert/strict";
import { test } from "node:test";
import { substringExpression, wordExpression } from "./match-expression.ts";
import { parseQuery } from "./parse-query.ts";
import type { SearchQuery } from "./parse-query.ts";

const nowMs = new Date(2026, 7, 31, 15, 0, 0).getTime();
const parse = (query: string): SearchQuery => parseQuery(query, nowMs);
const seconds = (year: number, month: number, day: number): number => new Date(year, month - 1, day).getTime() / 1000;

test("words, the last of them unfinished, phrases and negations", () => {
  assert.deepEqual(parse('slow "read only" -fast sto').terms, [
    { text: "slow", kind: "word", isNegated: false },
    { text: "read only", kind: "phrase", isNegated: false },
    { text: "fast", kind: "word", isNegated: true },
    { text: "sto", kind: "prefix", isNegated: false },
  ]);
  assert.equal(parse("store ").terms[0]?.kind, "word", "a blank ends it");
  assert.deepEqual(parse('"still open').terms, [{ text: "still open", kind: "phrase", isNegated: false }]);
  assert.deepEqual(parse('  "" - ').terms, [{ text: "-", kind: "word", isNegated: false }]);
});

test("qualifiers, also negated and quoted, and those still being typed", () => {
  const { qualifiers, terms, problem } = parse('is:pinned -is:archived file:src/a.ts tag:"to do" model: x');
  assert.deepEqual(qualifiers, [
    { name: "is", value: "pinned", isNegated: false },
    { name: "is", value: "archived", isNegated: true },
    { name: "file", value: "src/a.ts", isNegated: false },
    { name: "tag", value: "to do", isNegated: false },
  ]);
  assert.equal(problem, null);
  assert.deepEqual(
    terms.map((term) => term.text),
    ["x"],
  );
});

const dates = [
  ["2026-08-31", seconds(2026, 8, 31)],
  ["2026-8", seconds(2026, 8, 1)],
  ["2026", seconds(2026, 1, 1)],
  ["today", seconds(2026, 8, 31)],
  ["yesterday", seconds(2026, 8, 30)],
  ["7d", nowMs / 1000 - 7 * 86_400],
] as const;

for (const [text, expected] of dates) {
  test(`the date ${text}`, () => {
    assert.equal(parse(`before:${text}`).before, expected);
    assert.equal(parse(`after:${text} x`).after, expected);
  });
}

test("costs", () => {
  assert.equal(parse("cost:>0.5").costOver, 0.5);
  assert.equal(parse("cost:<$2").costUnder, 2);
});

for (const query of ["before:soon", "after:2026-02-31", "cost:5", "is:happy"]) {
  test(`${query} is looked for as text, with a word why`, () => {
    const { terms, problem } = parse(query);
    assert.equal(terms[0]?.text, query);
    assert.match(problem ?? "", /looked for as text: /u);
  });
}

test("a name that is no qualifier is a word: code has colons", () => {
  const { terms, problem } = parse("std::vector https://example.com");
  assert.deepEqual(
    terms.map((term) => term.text),
    ["std::vector", "https://example.com"],
  );
  assert.equal(problem, null);
});

const expressions = [
  ["slow sto", '"slow" AND "sto" *', '"slo" AND "low" AND "sto"'],
  ['"two x" -fast ', '("two x") NOT ("fast")', '"two" AND "wo " AND "o x"'],
  ["userName ", '("userName" OR "user Name")', '"use" AND "ser" AND "erN" AND "rNa" AND "Nam" AND "ame"'],
  ["データ", '" デ  ー  タ "', '"データ"'],
  ["no", '"no" *', null],
  ["-only", null, null],
  ["=> {", null, null],
  ["=>{}", null, '"=>{" AND ">{}"'],
  ['a"b AND (c', '"a b" AND "AND" AND "(c" *', null],
] as const;

for (const [query, words, substrings] of expressions) {
  test(`the index is asked for ${query}`, () => {
    const { terms } = parse(query);
    assert.equal(wordExpression(terms), words);
    assert.equal(substringExpression(terms), substrings);
  });
}
