import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import * as fc from "fast-check";
import { type LineRange, readLines } from "./read-lines.ts";

const top = mkdtempSync(path.join(tmpdir(), "lines-"));
const file = path.join(top, "file");
after(() => rmSync(top, { recursive: true }));

async function linesOf(
  content: string | Uint8Array,
  range: Partial<LineRange>,
): Promise<Awaited<ReturnType<typeof readLines>>> {
  writeFileSync(file, content);
  const all = { offset: 0, limit: 1000, lineBytesMax: 2000, totalBytesMax: 200_000, ...range };
  return readLines(file, all, new AbortController().signal);
}

describe("readLines", () => {
  it("reads what splitting the whole text gives", async () => {
    const text = fc
      .array(fc.constantFrom("a", "bc", "é", "\n", "\r\n", ""), { maxLength: 40 })
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(text, fc.nat(6), fc.integer({ min: 1, max: 6 }), async (content, offset, limit) => {
        const expected = content.replaceAll("\r\n", "\n").split("\n");
        if (expected.at(-1) === "") expected.pop();
        const { lines, hasMore } = await linesOf(content, { offset, limit });
        assert.deepEqual(
          lines.map((line) => line.toString("utf8")),
          expected.slice(offset, offset + limit),
        );
        assert.equal(hasMore, expected.length > offset + limit);
      }),
      { numRuns: 150 },
    );
  });

  it("reads lines that span its chunks", async () => {
    const long = "x".repeat(150_000);
    const { lines, cut } = await linesOf(`a\n${long}\nb\n`, { lineBytesMax: 200_000, totalBytesMax: 1_000_000 });
    assert.deepEqual(
      lines.map((line) => line.length),
      [1, 150_000, 1],
    );
    assert.equal(cut.size, 0);
  });

  it("cuts at a character and stops when it has enough", async () => {
    const { lines, cut } = await linesOf("ééé\nok\n", { lineBytesMax: 3 });
    assert.deepEqual(
      lines.map((line) => line.toString("utf8")),
      ["é", "ok"],
    );
    assert.deepEqual([...cut], [0]);
    const exact = await linesOf("abc\r\nx", { lineBytesMax: 3 });
    assert.deepEqual([exact.lines[0]?.toString(), exact.cut.size], ["abc", 0]);
    const full = await linesOf("aaaa\nbbbb\ncccc\n", { totalBytesMax: 9 });
    assert.deepEqual([full.lines.length, full.hasMore], [2, true]);
  });
});
