import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { AppError } from "../lib/app-error.ts";
import type { Grant } from "../schema/permission.ts";
import { GrantSeal } from "./grant-seal.ts";

const directory = mkdtempSync(path.join(tmpdir(), "crush-seal-"));
after(() => {
  rmSync(directory, { recursive: true, force: true });
});

const grant: Grant = {
  id: "3e1f",
  scope: "project",
  sessionId: null,
  tool: "bash",
  action: "execute",
  pattern: "make test",
  createdAtMs: 1,
};
const here = { globalDataDirectory: path.join(directory, "data"), projectRoot: "/w/project" };

describe("GrantSeal", () => {
  test("knows its own grants again, in another process of the same person", () => {
    const sealed = new GrantSeal(here).seal(grant);
    assert.ok(new GrantSeal(here).isOwn(sealed));
    assert.equal(statSync(path.join(here.globalDataDirectory, "grant-secret")).mode & 0o777, 0o600);
  });

  test("refuses grants that came with a repository, were changed, or were given elsewhere", () => {
    const seal = new GrantSeal(here);
    const sealed = seal.seal(grant);
    const stranger = new GrantSeal({ ...here, globalDataDirectory: path.join(directory, "stranger") });
    const forged: readonly Grant[] = [
      grant,
      { ...grant, id: "3e1f." },
      { ...sealed, pattern: "rm -rf /" },
      { ...sealed, action: "write" },
      stranger.seal(grant),
      new GrantSeal({ ...here, projectRoot: "/w/other" }).seal(grant),
    ];
    assert.deepEqual(
      forged.map((each) => seal.isOwn(each)),
      forged.map(() => false),
    );
  });

  test("where the secret can't be made no grant is its own, and none is sealed", () => {
    const file = path.join(directory, "file");
    writeFileSync(file, "");
    const seal = new GrantSeal({ ...here, globalDataDirectory: path.join(file, "data") });
    assert.equal(seal.isOwn({ ...grant, id: "3e1f.00" }), false);
    assert.throws(() => seal.seal(grant), AppError);
  });
});
