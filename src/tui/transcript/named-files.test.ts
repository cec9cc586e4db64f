import assert from "node:assert/strict";
import { test } from "node:test";
import { asMessageId } from "../../schema/ids.ts";
import { copyBlocks } from "./code-blocks.ts";
import { namedFiles } from "./named-files.ts";
import type { TranscriptItem } from "./transcript-item.ts";

function answer(text: string): TranscriptItem {
  return { kind: "answer", key: "k", messageId: asMessageId("m"), text, isGrowing: false, isSummary: false };
}

test("files are found in a text, with their lines; addresses of the web are none", () => {
  const text = "See `src/anvil.ts:12`, ./a/b.md and /etc/forge.conf:3:7, not https://example.org/x.html or 1.5.";
  assert.deepEqual(namedFiles(answer(text)), [
    { path: "src/anvil.ts", line: 12 },
    { path: "./a/b.md", line: null },
    { path: "/etc/forge.conf", line: 3 },
  ]);
});

test("a name in quotes is found whole; a sentence in quotes is none", () => {
  const text = String.raw`See "my notes/anvil list.md":3 and ("odd \"name\"\n.md"), he said "not at all" and "src/a.ts".`;
  assert.deepEqual(namedFiles(answer(text)).slice(0, 2), [
    { path: "my notes/anvil list.md", line: 3 },
    { path: 'odd "name"\n.md', line: null },
  ]);
  assert.ok(!namedFiles(answer(text)).some(({ path }) => path === "not at all"));
  assert.ok(namedFiles(answer(text)).some(({ path }) => path === "src/a.ts"));
});

test("code blocks are copied without their fences and indent", () => {
  const text = "One:\n\n```ts\nconst a = 1;\n\nlet b;\n```\n\n- two:\n  ~~~\n  x\n    y\n  ~~~\n";
  assert.deepEqual(copyBlocks(answer(text)), ["const a = 1;\n\nlet b;", "x\n  y"]);
  assert.deepEqual(copyBlocks(answer("no code")), []);
});
