import assert from "node:assert/strict";
import { test } from "node:test";
import { placeArguments } from "./external-editor.ts";

test("each editor gets the line in its own way", () => {
  const place = { path: "/p/a b.ts", line: 12 };
  assert.deepEqual(placeArguments("vim", place), ["+12", "/p/a b.ts"]);
  assert.deepEqual(placeArguments("/usr/bin/code --wait", place), ["--goto", "/p/a b.ts:12"]);
  assert.deepEqual(placeArguments("hx", place), ["/p/a b.ts:12"]);
  assert.deepEqual(placeArguments("code --wait", { ...place, line: null }), ["/p/a b.ts"]);
});
