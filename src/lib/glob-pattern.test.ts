import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { globMatcher } from "./glob-pattern.ts";

const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["*.ts", ["a.ts", ".ts"], ["a.js", "x/a.ts", "a.tsx"]],
  ["**/*.ts", ["a.ts", "x/a.ts", "x/y/a.ts"], ["a.js"]],
  ["src/**", ["src/a", "src/x/y"], ["src", "lib/a"]],
  ["src/**/a", ["src/a", "src/x/a", "src/x/y/a"], ["src/xa", "a"]],
  ["a?c", ["abc"], ["ac", "a/c"]],
  ["[a-c]x", ["ax", "cx"], ["dx", "x"]],
  ["[!a]x", ["bx"], ["ax", "/x"]],
  ["[]a]x", ["]x", "ax"], ["bx"]],
  ["*.{ts,tsx}", ["a.ts", "a.tsx"], ["a.js"]],
  ["{a,b/{c,d}}", ["a", "b/c", "b/d"], ["b", "c"]],
  ["a\\*b", ["a*b"], ["axb"]],
  ["a.b", ["a.b"], ["axb"]],
  ["(a|b)+", ["(a|b)+"], ["a"]],
  ["[", ["["], ["a"]],
  ["{a", ["{a"], ["a"]],
  ["*", ["a\nb"], ["a/b"]],
];

describe("globMatcher", () => {
  for (const [pattern, matching, others] of cases) {
    it(`understands ${pattern}`, () => {
      const isMatch = globMatcher(pattern);
      assert.deepEqual(
        [...matching, ...others].filter((text) => isMatch(text)),
        matching,
      );
    });
  }

  it("never throws, and matches an escaped name", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, name) => {
        globMatcher(pattern)(name);
        return globMatcher(name.replaceAll(/[\\*?[\]{}]/g, "\\$&"))(name);
      }),
    );
  });
});
