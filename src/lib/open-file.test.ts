import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { AppError } from "./app-error.ts";
import { readWholeFile } from "./open-file.ts";

const isRefusal = (error: unknown): boolean =>
  error instanceof AppError && error.code === "input-not-text" && error.hint !== undefined;

for (const name of ["crush.db", "crush.db-shm", "search.db", "owners/1b.lock"]) {
  test(`${name} is not opened, by a link neither`, async (t) => {
    const folder = temporaryFolder(t);
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, "rows");
    symlinkSync(file, path.join(folder, "notes.txt"));
    await assert.rejects(readWholeFile(file), isRefusal);
    await assert.rejects(readWholeFile(path.join(folder, "notes.txt")), isRefusal);
  });
}

for (const name of ["crush.db.md", "package.lock", "bun.lock", "owners.md"]) {
  test(`${name} is a file like any other`, async (t) => {
    const file = path.join(temporaryFolder(t), name);
    writeFileSync(file, "text");
    assert.equal((await readWholeFile(file)).toString(), "text");
  });
}
