import assert from "node:assert/strict";
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { readdir } from "node:fs/promises";
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

  it("lets nobody else read what is not whole yet", async () => {
    const directory = path.join(top, "private");
    const file = path.join(directory, "key");
    mkdirSync(directory);
    writeFileSync(file, "one", { mode: 0o600 });
    const progress = { isDone: false };
    const replacing = replaceFile(file, new Uint8Array(32 * 1024 * 1024), { mode: 0o600 }).finally(() => {
      progress.isDone = true;
    });
    const modes = new Set<number | undefined>();
    while (!progress.isDone) {
      for (const name of await readdir(directory)) {
        modes.add(statSync(path.join(directory, name), { throwIfNoEntry: false })?.mode);
      }
    }
    await replacing;
    modes.delete(undefined);
    assert.deepEqual([...modes], [0o100600]);
  });

  it("keeps owner and group, and writes in place where they are somebody else's", async (t) => {
    if (process.getuid?.() !== 0) {
      t.skip("only root may give files away");
      return;
    }
    const file = path.join(top, "owned.txt");
    writeFileSync(file, "one", { mode: 0o666 });
    chmodSync(file, 0o666);
    chownSync(file, 4711, 4712);
    await replaceFile(file, "two", { mode: 0o666 });
    const { uid, gid, ino } = statSync(file);
    assert.deepEqual([readFileSync(file, "utf8"), uid, gid], ["two", 4711, 4712]);
    chmodSync(top, 0o777);
    process.seteuid?.(4713);
    try {
      await replaceFile(file, "three", { mode: 0o666 });
    } finally {
      process.seteuid?.(0);
    }
    const changed = statSync(file);
    assert.deepEqual([readFileSync(file, "utf8"), changed.uid, changed.gid, changed.ino], ["three", 4711, 4712, ino]);
    assert.deepEqual(
      readdirSync(top).filter((name) => name.includes("owned")),
      ["owned.txt"],
    );
  });

  it("writes in place where the file's group has no number", (t) => {
    const file = path.join(top, "unmapped.txt");
    writeFileSync(file, "one", { mode: 0o640 });
    const script = path.join(top, "replace.mjs");
    const moduleUrl = new URL("replace-file.ts", import.meta.url).href;
    writeFileSync(
      script,
      `import { replaceFile } from ${JSON.stringify(moduleUrl)};
await replaceFile(${JSON.stringify(file)}, "two", { mode: 0o640 });\n`,
    );
    const inNamespace = (...words: readonly string[]): SpawnSyncReturns<string> =>
      spawnSync("unshare", ["--user", "--map-root-user", ...words], { encoding: "utf8" });
    if (process.getuid?.() !== 0 || inNamespace("true").status !== 0) {
      t.skip("only root may give files away, or there are no user namespaces");
      return;
    }
    chownSync(file, 0, 4712);
    const { status, stderr } = inNamespace(process.execPath, ...process.execArgv, script);
    assert.deepEqual([status, readFileSync(file, "utf8"), statSync(file).gid], [0, "two", 4712], stderr);
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
