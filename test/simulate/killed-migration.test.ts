/** A real process is killed before each statement of an upgrade: nothing is lost, and the next start completes it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { crushSteps, versionTable } from "../../src/store/crush-schema.ts";
import { openStoreAt, openTestStore, querySql, runSql } from "../harness/open-test-store.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";

const program = path.join(import.meta.dirname, "..", "harness", "migrate-killed-process.ts");
const objects = "select type, name, tbl_name from sqlite_master order by type, name";

/** The first step of Crush's only, with a session of that time. */
function makeOldDatabase(file: string): void {
  const [first] = crushSteps;
  runSql(
    file,
    `${versionTable}; insert into goose_db_version (version_id, is_applied) values (0, 1);
     ${first?.statements.join(";\n") ?? ""};
     insert into goose_db_version (version_id, is_applied) values (${String(first?.version)}, 1);
     insert into sessions (id, title, created_at, updated_at) values ('s1', 'Old times', 1745500000, 1745500000);
     insert into messages (id, session_id, role, parts, created_at, updated_at) values ('m1', 's1', 'user', '[]', 1, 1)`,
  );
}

test("killed anywhere in an upgrade", async (t) => {
  const { path: fresh } = await openTestStore(t);
  const expected = querySql(fresh, objects);
  const folder = temporaryFolder(t);
  const old = path.join(folder, "old.db");
  makeOldDatabase(old);
  let kills = 0;
  for (let statement = 1; ; statement += 1) {
    const directory = path.join(folder, String(statement));
    mkdirSync(directory);
    const file = path.join(directory, "crush.db");
    copyFileSync(old, file);
    const { signal, stdout, stderr } = spawnSync(
      process.execPath,
      [...process.execArgv, program, file, String(statement)],
      { encoding: "utf8" },
    );
    const isKilled = signal === "SIGKILL";
    assert.ok(isKilled || stdout === "done\n", stderr);
    kills += isKilled ? 1 : 0;
    const { store } = await openStoreAt(t, file);
    assert.deepEqual(querySql(file, "pragma integrity_check"), [{ integrity_check: "ok" }]);
    assert.deepEqual(querySql(file, objects), expected);
    assert.deepEqual(querySql(file, "select s.title, m.id from sessions s join messages m on m.session_id = s.id"), [
      { title: "Old times", id: "m1" },
    ]);
    const copies = readdirSync(directory).filter((name) => name.includes(".before-"));
    assert.deepEqual(
      copies.map(
        (name) => querySql(path.join(directory, name), "select count(*) as n from goose_db_version")[0]?.["n"],
      ),
      [2],
    );
    store[Symbol.dispose]();
    if (!isKilled) break;
  }
  t.diagnostic(`${String(kills)} kills`);
  assert.ok(kills > 30, `${String(kills)} kills`);
});
