import assert from "node:assert/strict";
import { test } from "node:test";
import { tagHint } from "./tag-words.ts";

test("the hint shows tags as they will be, and names a word that can't be one", () => {
  assert.equal(tagHint(" "), "One word each, separated by blanks or commas");
  assert.match(tagHint("Parser, #Zwei -Draft"), /: #parser #zwei, without #draft$/u);
  assert.match(tagHint("parser a:b"), /: a:b can't be one$/u);
});
