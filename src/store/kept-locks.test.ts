/** SQLite's locks are the process': nothing of ours may close a file of the database in another way. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { openTestStore } from "../../test/harness/open-test-store.ts";
import { AppError } from "../lib/app-error.ts";
import { readFileContent, readFileState } from "../lib/file-state.ts";
import { copyDatabase } from "./copy-database.ts";
import { databaseFacts } from "./database-facts.ts";
import { insertSession } from "./sessions.ts";
import { Store } from "./store.ts";

type Look = (file: string) => Promise<unknown> | void;

const looks: readonly (readonly [what: string, look: Look])[] = [
  [
    "another store of this process, as its threads open one",
    async (file) => {
      const second = await Store.open(file);
      await second.close();
    },
  ],
  ["a look at its facts", (file) => void databaseFacts(file)],
  ["a backup", (file) => copyDatabase(file, path.join(path.dirname(file), "..", "copy.db"), { replaces: false })],
  [
    "a tool that is told to read it",
    async (file) => {
      await assert.rejects(readFileContent(file), (error) => error instanceof AppError);
      assert.equal(await readFileState(file), undefined);
      assert.equal(await readFileState(`${file}-shm`), undefined);
    },
  ],
];

/** Whether another program is kept from having the database for itself, as it must be to remove the log. */
function isHeld(file: string): boolean {
  const script = `const { DatabaseSync } = require("node:sqlite");
    const database = new DatabaseSync(process.env.FILE);
    database.exec("pragma locking_mode = exclusive");
    database.prepare("select count(*) from sessions").all();`;
  const { status, stderr } = spawnSync(process.execPath, ["-e", script], {
    encoding: "utf8",
    env: { ...process.env, FILE: file },
  });
  assert.ok(status === 0 || stderr.includes("database is locked"), stderr);
  return status !== 0;
}

for (const [what, look] of looks) {
  test(`${what} leaves the database locked against removal of its log`, async (t) => {
    const { store, path: file } = await openTestStore(t);
    await store.transact((tx) => insertSession(tx, { title: "kept" }));
    assert.ok(isHeld(file));
    await look(file);
    assert.ok(isHeld(file));
  });
}

test("a database that nobody has open is free", async (t) => {
  const { store, path: file } = await openTestStore(t);
  await store.close();
  assert.ok(!isHeld(file));
});
