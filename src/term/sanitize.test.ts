import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { sanitizeLine, sanitizeLines, sanitizeOutput } from "./sanitize.ts";

const forbidden = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/;

const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\u001b[2J",
        "\u001b]0;t\u0007",
        "\u009b31m",
        "\u001bP1$r\u001b\\",
        "\u001b",
        "\r",
        "\b",
        "\t",
        "\n",
      ),
      fc.constantFrom("\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\ud83d", "\udc4d", "👍", "日本", "e\u0301"),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(""));

test("no control character, override or lone surrogate gets through", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      for (const safe of [sanitizeLine(text), sanitizeLines(text), sanitizeOutput(text)]) {
        assert.ok(!forbidden.test(safe), JSON.stringify(safe));
        assert.ok(safe.isWellFormed());
      }
      assert.ok(!sanitizeLine(text).includes("\n"));
    }),
    { seed: 7, numRuns: 500 },
  );
});

test("a clean text is the same string", () => {
  const text = "plain text, ümläut, 日本語";
  assert.equal(sanitizeLine(text), text);
  assert.equal(sanitizeLines(`${text}\n${text}`), `${text}\n${text}`);
  assert.equal(sanitizeLines("👍🏽 family 👨‍👩‍👧"), "👍🏽 family 👨‍👩‍👧");
});

test("what a terminal would obey is shown", () => {
  assert.equal(sanitizeLine("a\u001b[31mb\u0007"), "a␛[31mb␇");
  assert.equal(sanitizeLine("user\u202egpj.exe"), "user\ufffdgpj.exe");
  assert.equal(sanitizeLine("\u009b2J\u007f"), "\ufffd2J␡");
  assert.equal(sanitizeLine("two\r\nlines\nthree"), "two lines three");
});

test("tabs reach the next stop", () => {
  assert.equal(sanitizeLines("\tx\na\tb\nabcd\te"), "    x\na   b\nabcd    e");
});

test("output loses its colours and plays its redraws", () => {
  assert.equal(sanitizeOutput("\u001b[1;31mred\u001b[0m \u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\"), "red link");
  assert.equal(sanitizeOutput("10%\r50%\r100%\ndone"), "100%\ndone");
  assert.equal(sanitizeOutput("long line\rshort"), "shortline");
  assert.equal(sanitizeOutput("man\bn\bn page"), "man page");
  assert.equal(sanitizeOutput("a\r\nb\r\n"), "a\nb\n");
});

test("an escape sequence without an end hides nothing", () => {
  assert.equal(sanitizeOutput("\u001b]0;title and all the rest\nnext"), "0;title and all the rest\nnext");
  assert.equal(sanitizeOutput("\u001bPq#0\nnext"), "q#0\nnext");
});
