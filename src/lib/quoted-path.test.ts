import assert from "node:assert/strict";
import { test } from "node:test";
import { quotedPath, readQuotedPath } from "./quoted-path.ts";

test("ordinary names stand as they are", () => {
  for (const path of ["src/a.ts", "app/[id]/(group)/page.tsx", "Grüße/鍛冶.md", "a+b@2x,c=1#d~.txt", "क्‍ष.txt"]) {
    assert.equal(quotedPath(path), path);
  }
});

test("what has blanks, quotes or control characters is quoted as in JSON, and read back", () => {
  const quoted: readonly (readonly [path: string, text: string])[] = [
    ["my file.txt", '"my file.txt"'],
    ["notes/", "notes/"],
    ["my notes/", '"my notes/"'],
    ['say "hi".md', String.raw`"say \"hi\".md"`],
    [String.raw`back\slash`, String.raw`"back\\slash"`],
    ["two\nlines.txt", String.raw`"two\nlines.txt"`],
    ["it's.txt", `"it's.txt"`],
    ["\u001b[31mred", String.raw`"\u001b[31mred"`],
    ["a\u202Eb.txt", String.raw`"a\u202eb.txt"`],
    ["a\u00A0b.txt", '"a\u00A0b.txt"'],
  ];
  for (const [path, text] of quoted) {
    assert.equal(quotedPath(path), text);
    assert.equal(readQuotedPath(text), text === path ? null : path);
  }
  for (const text of ['"src/a.ts"', '"open', "plain", '"a" "b"', '"\\x"', "[1]"]) {
    assert.equal(readQuotedPath(text), null);
  }
});
