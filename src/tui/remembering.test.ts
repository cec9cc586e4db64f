import assert from "node:assert/strict";
import { test } from "node:test";
import { remembering } from "./remembering.ts";

test("what is made of the same inputs is the same, of others it is made anew", () => {
  const remembered = remembering<object>();
  const theme = {};
  const made = (...inputs: readonly unknown[]): object => remembered(inputs, () => ({}));
  const first = made(theme, 80);
  assert.equal(made(theme, 80), first);
  assert.notEqual(made(theme, 81), first);
  const again = made({}, 81);
  assert.equal(made(theme, 81) === again, false, "equal is not the same");
});
