import assert from "node:assert/strict";
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { replaceFile } from "./replace-file.ts";

const top = mkdtempSync(path.join(tmpdir(), "replace-"));
after(() => rmSync(top, { recursive: true }));

describe("replaceFile", () => {
  it("makes directories, keeps the mode that it is given, and leaves nothing else", async () => {
    const file = path.join(top, "x", "y", "a.txt");
    await replaceFile(file, "one");
    await replaceFile(file, "two", { mode: 0o741 });
    assert.equal(readFileSync(file, "utf8"), "two");
    assert.equal(statSync(file).mode & 0o777, 0o741);
    assert.deepEqual(readdirSync(path.dirname(file)), ["a.txt"]);
  });

  it("cleans up where it can't replace", async () => {
    const directory = path.join(top, "full");
    mkdirSync(path.join(directory, "target", "child"), { recursive: true });
    await assert.rejects(replaceFile(path.join(directory, "target"), "x"));
    assert.deepEqual(readdirSync(directory), ["target"]);
  });

  it("keeps hard links where it is told to", async () => {
    const file = path.join(top, "b.txt");
    writeFileSync(file, "one");
    linkSync(file, path.join(top, "c.txt"));
    await replaceFile(file, "two", { inPlace: true });
    assert.equal(readFileSync(path.join(top, "c.txt"), "utf8"), "two");
  });
});
