import assert from "node:assert/strict";
import { test } from "node:test";
import { type Expansion, expandWithoutPrograms } from "./expand-value.ts";

const environment = new Map([
  ["SET", "value"],
  ["EMPTY", ""],
]);

function expand(template: string): Expansion {
  return expandWithoutPrograms(template, (name) => environment.get(name));
}

const texts: readonly (readonly [string, string])[] = [
  ["plain text, *.go and ~", "plain text, *.go and ~"],
  ["$SET", "value"],
  ["pre-${SET}-post", "pre-value-post"],
  ["$SET/v1", "value/v1"],
  ["$MISSING", ""],
  ["${MISSING:-fallback}", "fallback"],
  ["${EMPTY:-fallback}", "fallback"],
  ["${EMPTY-fallback}", ""],
  ["${SET:-fallback}", "value"],
  ["${MISSING:-a ${SET} b}", "a value b"],
  ["${SET:+other}", "other"],
  ["${EMPTY:+other}", ""],
  ["${EMPTY+other}", "other"],
  ["${SET:?must be set}", "value"],
  ["\\$SET", "$SET"],
  ["\\\\", "\\"],
  ["a\\b", "a\\b"],
  ["'$SET' \"$SET\"", "'value' \"value\""],
  ["5$ and $1", "5$ and $1"],
  ["${MISSING:-}", ""],
  ["${SET:-$(exit 1)}", "value"],
];

test("texts and variables are expanded as in a here-document", () => {
  for (const [template, text] of texts) assert.deepEqual(expand(template), { kind: "text", text }, template);
});

test("what runs a program waits", () => {
  for (const template of ["$(id)", "a$(id)b", "`id`", "${MISSING:-$(id)}", '$(echo ")")']) {
    assert.deepEqual(expand(template), { kind: "deferred" }, template);
  }
});

test("a broken template says what is wrong", () => {
  const faults: readonly (readonly [string, RegExp])[] = [
    ["$", /names no variable/u],
    ["${SET", /not closed/u],
    ["$(id", /not closed/u],
    ["`id", /not closed/u],
    ["${SET%x}", /only \$\{NAME\}/u],
    ["${MISSING:?no key for the gateway}", /MISSING: no key for the gateway/u],
    ["${EMPTY:?}", /EMPTY: it is not set/u],
  ];
  for (const [template, reason] of faults) {
    const expansion = expand(template);
    assert.equal(expansion.kind, "faulty", template);
    assert.match(expansion.kind === "faulty" ? expansion.reason : "", reason);
  }
});
