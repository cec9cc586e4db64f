import assert from "node:assert/strict";
import { test } from "node:test";
import { loadShortId } from "./load-short-id.ts";

/** From the format's description. */
const vectors: readonly (readonly [id: string, hash: string])[] = [
  ["", "2d06800538d394c2"],
  ["a", "e6c632b61e964e1f"],
  ["1f6d4c2e-6f0a-4e3b-9a52-8d9b1c0f7a11", "0e0fd1590c1b8de5"],
];

for (const [id, hash] of vectors) {
  test(`the short id of "${id}" is ${hash}`, async () => {
    const shortId = await loadShortId();
    assert.equal(shortId(id), hash);
  });
}

test("one hash does not disturb the next", async () => {
  const shortId = await loadShortId();
  shortId("something else, and longer than a block of the hash".repeat(20));
  assert.equal(shortId("a"), "e6c632b61e964e1f");
});
