import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseRows } from "../../test/harness/database-rows.ts";
import { openTestStore, runSql } from "../../test/harness/open-test-store.ts";
import { inspectDatabase } from "./inspect-database.ts";
import { repairCrushRows } from "./repair-database.ts";

/** As a copy under way has them: the session's own row is the last one. */
const rowsWithoutSession = (sessionId: string): string => `
  insert into messages (id, session_id, role, parts, created_at, updated_at)
    values ('${sessionId}-m', '${sessionId}', 'user', '[]', 1, 1);
  insert into files (id, session_id, path, content, version, created_at, updated_at)
    values ('${sessionId}-f', '${sessionId}', 'a.ts', '', 0, 1, 1);`;

test("rows of a session that is being copied are no orphans, others are", async (t) => {
  const { store, path } = await openTestStore(t);
  runSql(
    path,
    `pragma foreign_keys = off; ${rowsWithoutSession("copied")} ${rowsWithoutSession("lost")}
     insert into x_copy (session_id, owner_id, begun_at_ms) values ('copied', 'one', 1)`,
  );
  const { rows } = inspectDatabase(path);
  assert.deepEqual(
    rows?.danglingReferences.toSorted((one, other) => one.table.localeCompare(other.table)),
    [
      { table: "files", rows: 1 },
      { table: "messages", rows: 1 },
    ],
  );
  const done = await store.transact(repairCrushRows);
  assert.equal(done.length, 2);
  assert.deepEqual(
    databaseRows(path, "select session_id from messages union all select session_id from files").map(
      (row) => row["session_id"],
    ),
    ["copied", "copied"],
  );
});
