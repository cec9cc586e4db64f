import assert from "node:assert/strict";
import { test } from "node:test";
import { parseQuery } from "../../schema/search-query.ts";
import { mayHoldTerms } from "./may-hold-terms.ts";

function raw(...texts: readonly string[]): string {
  const parts = texts.map((text) => ({ type: "text", data: { text } }));
  return JSON.stringify([...parts, { type: "finish", data: { reason: "stop", time: 1 } }]);
}

function mayHold(parts: string, query: string): boolean | undefined {
  return mayHoldTerms(parseQuery(query, { nowMs: 0, place: "search" }).terms)?.(parts);
}

test("what does not hold the terms together is told without parsing", () => {
  assert.equal(mayHold(raw("of the kind and the options"), '"of the options"'), false);
  assert.equal(mayHold(raw("Of the\noptions"), '"of the kind"'), false);
  assert.equal(mayHold(raw("<b>of</b> the"), '"of the"'), false);
});

const holding = [
  ['"of the options"', raw('Of the\n\t"options"')],
  ['"of name"', raw("of \\name")],
  ['"of the"', raw("of <\u0001 the").replace("<", String.raw`\u003c`)],
  ['"cafés there"', raw("cafe\u0301s there")],
  ['"cafés there"', raw("cafés there").replace("é", String.raw`\u00e9`)],
  ['"of the"', raw("of", "the")],
  ['"of the"', '[{"type" : "text", "data": {"text": "OF-the"}}]'],
  ["userName ", raw("user name")],
  ['"of the"', "[]"],
  ['"of the"', '[{"type":"shell_command","data":{"command":"of","output":"the","exit_code":0}}]'],
] as const;

for (const [query, parts] of holding) {
  test(`${query} may be held by ${parts}`, () => {
    assert.equal(mayHold(parts, query), true);
  });
}

test("of signs and scripts without spaces nothing is told", () => {
  for (const query of ["C++", "=>", "数据", "-only"]) assert.equal(mayHold(raw("x"), query), undefined, query);
});
