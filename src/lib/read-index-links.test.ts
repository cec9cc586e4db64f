import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { readIndexLinks } from "./read-index-links.ts";

const top = mkdtempSync(path.join(realpathSync(tmpdir()), "read-index-"));
after(() => rmSync(top, { recursive: true }));

function indexWith(mode: string): string {
  const directory = path.join(top, mode);
  const git = (...words: readonly string[]): void => {
    const environment = { PATH: process.env["PATH"], HOME: top, GIT_CONFIG_NOSYSTEM: "1" };
    execFileSync("git", ["-C", directory, ...words], { env: environment, stdio: ["ignore", "ignore", "inherit"] });
  };
  execFileSync("git", ["init", "-q", directory], { stdio: "ignore" });
  git("update-index", "--add", "--info-only", "--cacheinfo", `${mode},${"1".repeat(40)},inner`);
  return path.join(directory, ".git", "index");
}

describe("the links of an index", () => {
  it("are read once, and again where it is another file, even of the same size and time", () => {
    const [plain, linked] = [indexWith("100644"), indexWith("160000")];
    const index = path.join(top, "index");
    copyFileSync(plain, index);
    utimesSync(index, 1, 1);
    let count = 0;
    const links = (): string[] | undefined =>
      readIndexLinks(index, (file) => {
        count += 1;
        return readFileSync(file);
      })?.map(String);
    assert.deepEqual([links(), links(), count], [[], [], 1]);
    copyFileSync(linked, `${index}.lock`);
    utimesSync(`${index}.lock`, 1, 1);
    assert.equal(statSync(`${index}.lock`).size, statSync(index).size);
    renameSync(`${index}.lock`, index);
    assert.deepEqual([links(), links(), count], [["inner"], ["inner"], 2]);
    writeFileSync(index, "none");
    assert.deepEqual([links(), links(), count], [undefined, undefined, 3]);
  });
});
