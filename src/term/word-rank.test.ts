import assert from "node:assert/strict";
import { test } from "node:test";
import { queryWords, wordRank } from "./word-rank.ts";

test("a whole word ranks before the start of one, and that before a piece", () => {
  const ranks: readonly (readonly [text: string, word: string, rank: number])[] = [
    ["claude opus 5", "opus", 0],
    ["claude opus 5", "5", 0],
    ["gpt-oss", "oss", 0],
    ["claude opus 5", "op", 1],
    ["claude opus 5", "pus", 2],
    ["claude opus 4.5", "5", 2],
    ["claude opus 4.5", "4", 1],
    ["claude opus 4.5", "4.5", 0],
    ["unopus opus-5", "opus", 0],
    ["qwen3.5 plus", "opus", Number.POSITIVE_INFINITY],
    ["", "opus", Number.POSITIVE_INFINITY],
  ];
  for (const [text, word, rank] of ranks) assert.equal(wordRank(text, word), rank, `${text} / ${word}`);
});

test("a query's words end where those of names and ids do", () => {
  assert.deepEqual(queryWords(" Anthropic/claude-Opus-4.5 "), ["anthropic", "claude", "opus", "4.5"]);
  assert.deepEqual(queryWords(" - "), []);
});
