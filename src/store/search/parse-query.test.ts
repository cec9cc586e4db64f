import assert from "node:assert/strict";
import { test } from "node:test";
import { promptExpression, wordExpression } from "./match-expression.ts";
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
  ["slow sto", '"slow" AND "sto" *', null, '"slo" AND "low" AND "sto"'],
  ['"two x" -fast ', '("two x") NOT ("fast")', null, '"two" AND "wo_" AND "o_x"'],
  [
    "userName ",
    '("userName" OR "user Name")',
    null,
    '(("use" AND "ser" AND "ern" AND "rna" AND "nam" AND "ame") OR ("use" AND "ser" AND "er_" AND "r_n" AND "_na" AND "nam" AND "ame"))',
  ],
  [
    '"x aName"',
    '("x aName" OR "x a Name")',
    null,
    '(("x_a" AND "_an" AND "ana" AND "nam" AND "ame") OR ("x_a" AND "_a_" AND "a_n" AND "_na" AND "nam" AND "ame"))',
  ],
  ["データ", null, '"デー" AND "ータ"', '"デー" AND "ータ"'],
  ["数，据 ", null, '"数据"', '"数据"'],
  ["数", null, '"数" *', '"数" *'],
  [
    "用getx和y",
    '"getx" AND "y" *',
    '"用" * AND "和" *',
    '"_ge" AND "get" AND "etx" AND "tx_" AND "x_y" AND "用" * AND "和" *',
  ],
  ["数据 fast -低 ", '"fast"', '"数据"', '"数据" AND "fas" AND "ast"'],
  ["no", '"no" *', null, '"_no"'],
  ["no ", '"no"', null, '"_no" AND "no_"'],
  ["n", '"n" *', null, '"_n" *'],
  ["x) {", '"x)"', null, '"_x_"'],
  ['"x) {"', '"x) {"', null, '"x_" *'],
  ["-only", null, null, null],
  ["=> {", null, null, '"==>" AND "={" *'],
  ["=>{}", null, null, '"==>" AND "=>{" AND "={}"'],
  ['a"b AND (c', '"a b" AND "AND" AND "(c" *', null, '"a_b" AND "and" AND "_c" *'],
] as const;

for (const [query, words, pieces, prompts] of expressions) {
  test(`the index is asked for ${query}`, () => {
    const { terms } = parse(query);
    assert.deepEqual(wordExpression(terms), words === null && pieces === null ? null : { words, pieces });
    assert.equal(promptExpression(terms), prompts);
  });
}
