import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { isInside, realPath } from "./real-path.ts";

const top = mkdtempSync(path.join(realpathSync(tmpdir()), "real-"));
after(() => rmSync(top, { recursive: true }));
mkdirSync(path.join(top, "a", "b"), { recursive: true });
mkdirSync(path.join(top, "c"));
writeFileSync(path.join(top, "c", "file"), "");
symlinkSync("../c", path.join(top, "a", "link"));
symlinkSync(path.join(top, "missing", "file"), path.join(top, "dangling"));
symlinkSync("loop", path.join(top, "loop"));

describe("realPath", () => {
  it("follows links before it goes up, as the kernel does", () => {
    assert.equal(realPath("a/link/file", top), path.join(top, "c/file"));
    assert.equal(realPath("a/link/../a/b", top), path.join(top, "a/b"));
    assert.equal(realPath("link/..", path.join(top, "a")), top);
    assert.equal(realPath(path.join(top, "a/b/../link"), "/elsewhere"), path.join(top, "c"));
  });

  it("resolves what exists of a missing path, dangling links included", () => {
    assert.equal(realPath("a/link/new/x", top), path.join(top, "c/new/x"));
    assert.equal(realPath("dangling", top), path.join(top, "missing/file"));
  });

  it("ends in a loop", () => {
    assert.equal(path.dirname(realPath("loop/x", top)), path.join(top, "loop"));
  });

  it("agrees with the system about what exists", () => {
    for (const name of ["a", "a/link", "a/link/file", "c/../a/b"]) {
      assert.equal(realPath(name, top), realpathSync(path.join(top, name)));
    }
  });
});

describe("isInside", () => {
  it("compares whole names", () => {
    assert.ok(isInside("/a", "/a") && isInside("/a", "/a/b") && isInside("/a", "/a/..b"));
    assert.ok(!isInside("/a", "/ab") && !isInside("/a", "/") && !isInside("/a", "/b"));
    assert.ok(isInside("/", "/a"));
  });
});
