import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { linksOfIndex } from "./index-links.ts";

const top = mkdtempSync(path.join(realpathSync(tmpdir()), "index-"));
after(() => rmSync(top, { recursive: true }));

const commit = "1".repeat(40);
let count = 0;

class Repository {
  readonly directory: string;

  constructor(...initWords: readonly string[]) {
    count += 1;
    this.directory = path.join(top, String(count));
    mkdirSync(this.directory);
    this.git("init", "-q", ...initWords);
  }

  git(...words: readonly string[]): void {
    const environment = { PATH: process.env["PATH"], HOME: top, GIT_CONFIG_NOSYSTEM: "1" };
    execFileSync("git", words, { cwd: this.directory, env: environment, stdio: ["ignore", "ignore", "inherit"] });
  }

  /** Files of these names, and links to other repositories. */
  add({ files = [], links = [] }: { readonly files?: readonly string[]; readonly links?: readonly string[] }): this {
    for (const name of files) {
      mkdirSync(path.dirname(path.join(this.directory, name)), { recursive: true });
      writeFileSync(path.join(this.directory, name), name);
    }
    if (files.length > 0) this.git("add", "--", ...files);
    for (const name of links) this.git("update-index", "--add", "--cacheinfo", `160000,${commit},${name}`);
    return this;
  }

  get index(): Buffer {
    return readFileSync(path.join(this.directory, ".git", "index"));
  }

  get links(): readonly string[] | null {
    return linksOfIndex(this.index)?.map(String) ?? null;
  }
}

const files = ["a", "abc", "src/deep/x.ts", "src/deep/y.ts", `${"long/".repeat(50)}name`];

/** With the table of blocks that git writes for several threads. */
function withBlocks(): Repository {
  const repository = new Repository();
  repository.git("config", "index.threads", "2");
  return repository.add({ files: Array.from({ length: 20 }, (_, number) => `f${"x".repeat(number)}`) });
}

describe("links of an index", () => {
  for (const version of ["2", "3", "4"]) {
    it(`are found in version ${version}`, () => {
      const repository = new Repository();
      repository.git("config", "index.version", version);
      assert.deepEqual(repository.add({ files }).links, []);
      if (version === "3") {
        writeFileSync(path.join(repository.directory, "later"), "");
        repository.git("add", "--intent-to-add", "later");
      }
      repository.add({ links: ["lib", "src/deep/sub", "z"] });
      assert.equal(repository.index.readUInt32BE(4), Number(version));
      assert.deepEqual(repository.links, ["lib", "src/deep/sub", "z"]);
    });
  }

  it("are found whatever else their mode says, as git finds them", () => {
    const { index } = new Repository().add({ links: ["lib"] });
    index.writeUInt32BE(0o160644, 12 + 24);
    assert.deepEqual(linksOfIndex(index)?.map(String), ["lib"]);
  });

  it("are found behind a name that is too long for its length to be stored", () => {
    const { index } = new Repository().add({ files: ["a"], links: ["z"] });
    const name = "n".repeat(5000);
    const entry = Buffer.alloc(Math.floor((62 + name.length + 8) / 8) * 8);
    index.copy(entry, 0, 12, 12 + 60);
    entry.writeUInt16BE(0xfff, 60);
    entry.write(name, 62);
    const grown = Buffer.concat([index.subarray(0, 12), entry, index.subarray(12)]);
    grown.writeUInt32BE(3, 8);
    assert.deepEqual(linksOfIndex(grown)?.map(String), ["z"]);
  });

  it("are found in an index that is made for several threads, if its table is right", () => {
    const repository = withBlocks();
    assert.deepEqual(repository.links, []);
    const { index } = repository;
    const table = index.indexOf("IEOT");
    assert.notEqual(table, -1);
    index.writeUInt32BE(index.readUInt32BE(table + 8 + 4) + 8, table + 8 + 4);
    assert.equal(linksOfIndex(index), null);
    const mark = repository.index;
    const end = mark.indexOf("EOIE");
    mark.writeUInt32BE(mark.readUInt32BE(end + 8) + 8, end + 8);
    assert.equal(linksOfIndex(mark), null);
  });

  it("are not looked for where the index is of another kind", () => {
    const split = new Repository().add({ files, links: ["lib"] });
    split.git("update-index", "--split-index");
    assert.equal(split.links, null);
    const sparse = new Repository().add({ files });
    sparse.git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first");
    sparse.git("sparse-checkout", "set", "--cone", "--sparse-index", "src");
    assert.equal(sparse.links, null);
    assert.equal(new Repository("--object-format=sha256").add({ files }).links, null);
    assert.equal(linksOfIndex(Buffer.from("DIRC")), null);
  });

  it("are not looked for in one that is cut off or says more than it holds", () => {
    const { index } = new Repository().add({ files, links: ["lib"] });
    for (const length of index.keys()) assert.equal(linksOfIndex(index.subarray(0, length)), null);
    index.writeUInt32BE(1000, 8);
    assert.equal(linksOfIndex(index), null);
  });
});
