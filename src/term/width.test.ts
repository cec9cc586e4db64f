import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { clustersOf, isSimpleText, sliceText, textWidth } from "./width.ts";

test("widths are those of terminals", () => {
  assert.equal(textWidth("plain"), 5);
  assert.equal(textWidth("日本語"), 6);
  assert.equal(textWidth("mixed 日本"), 10);
  assert.equal(textWidth("e\u0301"), 1);
  assert.equal(textWidth("👨‍👩‍👧‍👦"), 2);
  assert.equal(textWidth("👍🏽"), 2);
  assert.equal(textWidth("1️⃣"), 2);
  assert.equal(textWidth("❤️"), 2);
  assert.equal(textWidth("┌─┐"), 3);
});

test("simple is what all terminals draw alike", () => {
  assert.ok(isSimpleText("Ünïcödé, жук, 日本語, ─│┌, …"));
  for (const text of ["👍", "e\u0301", "❤️", "1️⃣", "क्षि"]) assert.ok(!isSimpleText(text), text);
});

test("clusters together are the text, and their widths its width", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const clusters = clustersOf(text);
      assert.equal(clusters.map((cluster) => cluster.text).join(""), text);
      assert.equal(
        clusters.reduce((sum, cluster) => sum + cluster.width, 0),
        textWidth(text),
      );
    }),
    { seed: 11, numRuns: 500 },
  );
});

test("slices have the width asked for, a cut wide character becomes a blank", () => {
  assert.equal(sliceText("hello", 1, 3), "el");
  assert.equal(sliceText("日本語", 1, 5), " 本 ");
  assert.equal(sliceText("日本語", 2, 4), "本");
  assert.equal(sliceText("a👍b", 0, 3), "a👍");
  assert.equal(sliceText("abc", 2, 1), "");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(20), fc.nat(20), (text, start, length) => {
      const whole = textWidth(text);
      const end = start + length;
      const wanted = Math.max(0, Math.min(end, whole) - Math.min(start, whole));
      assert.equal(textWidth(sliceText(text, start, end)), wanted);
    }),
    { seed: 12, numRuns: 500 },
  );
});
