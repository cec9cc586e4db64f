import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { AppError } from "../lib/app-error.ts";
import { exitCodeOf, exitCodeOfTurn, exitCodes } from "./exit.ts";

test("each exit code is documented, and no other", () => {
  const document = readFileSync(new URL("../../docs/run-formats.md", import.meta.url), "utf8");
  const documented = [...document.matchAll(/^\| (\d+) \|/gmu)].map((match) => Number(match[1]));
  assert.deepEqual(documented, Object.values(exitCodes));
});

test("errors and turns have the codes of their kind", () => {
  assert.equal(exitCodeOf(new AppError("usage", "x")), 2);
  assert.equal(exitCodeOf(new AppError("config-invalid", "x")), 3);
  assert.equal(exitCodeOf(new AppError("key-missing", "x")), 4);
  assert.equal(exitCodeOf(new AppError("session-ambiguous", "x")), 6);
  assert.equal(exitCodeOf(new AppError("disk-full", "x")), 7);
  assert.equal(exitCodeOfTurn("end_turn", undefined), 0);
  assert.equal(exitCodeOfTurn("max_tokens", undefined), 0);
  assert.equal(exitCodeOfTurn("canceled", "aborted"), 130);
  assert.equal(exitCodeOfTurn("error", "auth"), 4);
  assert.equal(exitCodeOfTurn("error", "network"), 5);
  assert.equal(exitCodeOfTurn("content_filter", undefined), 5);
});
