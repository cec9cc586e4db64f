import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { diskPaths } from "./disk-paths.ts";

const top = mkdtempSync(path.join(realpathSync(tmpdir()), "disk-"));
after(() => rmSync(top, { recursive: true }));
mkdirSync(path.join(top, "src", "deep"), { recursive: true });
for (const name of ["a.ts", "b.ts", "x*y", "src/c.ts", "src/deep/d.ts", ".hidden"]) {
  writeFileSync(path.join(top, name), "");
}

function matches(pattern: string): readonly string[] | undefined {
  return diskPaths.matches(pattern, top)?.toSorted();
}

describe("shell patterns on the disk", () => {
  it("match within one level each", () => {
    assert.deepEqual(matches("*.ts"), ["a.ts", "b.ts"]);
    assert.deepEqual(matches("src/*.ts"), ["src/c.ts"]);
    assert.deepEqual(matches("*/*/*.ts"), ["src/deep/d.ts"]);
    assert.deepEqual(matches("src/**"), ["src/c.ts", "src/deep"]);
    assert.deepEqual(matches("?.ts"), ["a.ts", "b.ts"]);
    assert.deepEqual(matches(path.join(top, "s*")), [path.join(top, "src")]);
    assert.deepEqual(matches("none*"), []);
  });

  it("take an escaped wildcard literally", () => {
    assert.deepEqual(matches("x\\*y"), ["x*y"]);
    assert.deepEqual(matches("s\\*c/*"), []);
  });

  it("show hidden names too, to be on the safe side", () => {
    assert.ok(matches("*")?.includes(".hidden"));
  });

  it("find the directory itself and the one above, as older shells do", () => {
    assert.deepEqual(matches("src/.*"), ["src/.", "src/.."]);
    assert.deepEqual(matches("..*/x"), ["../x"]);
    assert.deepEqual(matches("*./x"), []);
  });

  it("give up on too many", () => {
    mkdirSync(path.join(top, "many"));
    for (let index = 0; index < 2100; index += 1) writeFileSync(path.join(top, "many", String(index)), "");
    assert.equal(matches("many/*"), undefined);
  });
});
