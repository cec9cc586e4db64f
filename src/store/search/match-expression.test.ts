import assert from "node:assert/strict";
import { test } from "node:test";
import { promptExpression, wordExpression } from "./match-expression.ts";
import { parseQuery } from "../../schema/search-query.ts";
import type { SearchQuery } from "../../schema/search-query.ts";

const parse = (query: string): SearchQuery => parseQuery(query, { nowMs: 0, place: "search" });

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
  ['"x) {"', '"x) {"', null, '"x_" * AND "=){"'],
  ["-only", null, null, null],
  ["=> {", null, null, '"==>" AND "={" *'],
  ["=>{}", null, null, '"==>" AND "=>{" AND "={}"'],
  ['a"b AND (c', '"a b" AND "AND" AND "(c" *', null, '"a_b" AND "=""" * AND "and" AND "_c" *'],
] as const;

for (const [query, words, pieces, prompts] of expressions) {
  test(`the index is asked for ${query}`, () => {
    const { terms } = parse(query);
    assert.deepEqual(wordExpression(terms), words === null && pieces === null ? null : { words, pieces });
    assert.equal(promptExpression(terms), prompts);
  });
}
