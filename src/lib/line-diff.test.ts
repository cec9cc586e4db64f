import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countLineChanges, diffHunks, unifiedDiff } from "./line-diff.ts";

describe("line diff", () => {
  it("counts added and removed lines", () => {
    assert.deepEqual(countLineChanges("a\nb\nc\n", "a\nB\nc\nd\n"), { additions: 2, removals: 1 });
    assert.deepEqual(countLineChanges("", "a\nb"), { additions: 2, removals: 0 });
    assert.deepEqual(countLineChanges("a\nb\n", ""), { additions: 0, removals: 2 });
    assert.deepEqual(countLineChanges("same", "same"), { additions: 0, removals: 0 });
  });

  it("gives hunks with numbers and context", () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join("\n");
    const [hunk, ...others] = diffHunks(before, before.replace("line 10", "LINE 10"));
    assert.deepEqual(others, []);
    assert.equal(hunk?.beforeStart, 7);
    assert.deepEqual(
      hunk?.lines.filter((line) => line.kind !== "context"),
      [
        { kind: "removed", text: "line 10" },
        { kind: "added", text: "LINE 10" },
      ],
    );
  });

  it("writes a unified diff", () => {
    assert.equal(unifiedDiff("x.txt", "a\nb\n", "a\nc\n"), "--- a/x.txt\n+++ b/x.txt\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
    assert.equal(unifiedDiff("x.txt", "a", "a"), "");
  });

  it("stays quick on shuffled text, replacing what differs", () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => `line ${(index * 7919) % 30_011}`);
    const before = ["same", ...lines, "end"].join("\n");
    const after = ["same", ...lines.toReversed(), "end"].join("\n");
    const changes = countLineChanges(before, after);
    assert.ok(changes.additions > 20_000 && changes.additions === changes.removals);
  });
});
