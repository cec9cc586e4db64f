import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { openTestStore, querySql, runSql } from "../../test/harness/open-test-store.ts";
import { asSessionId } from "../schema/ids.ts";
import { removeSome, tablesOfSessions } from "./remove-rows.ts";
import { Connection } from "./sqlite.ts";
import { burySession } from "./tombstones.ts";

interface Place {
  readonly file: string;
  readonly connection: Connection;
}

/** `gone` is buried and has rows in each table, `kept` has the same. */
async function openPlace(t: TestContext, messages: number): Promise<Place> {
  const { store, path: file } = await openTestStore(t);
  for (const id of ["gone", "kept"]) {
    const values = Array.from(
      { length: messages },
      (_, index) => `('${id}${String(index)}', '${id}', 'user', '[]', 1, 1)`,
    );
    runSql(
      file,
      `insert into sessions (id, title, created_at, updated_at) values ('${id}', 'T', 1, 1);
       insert into messages (id, session_id, role, parts, created_at, updated_at) values ${values.join(",")};
       insert into x_message (message_id, parts_hash, blocks) values ('${id}0', 'h', '[]');
       insert into files (id, session_id, path, content, created_at, updated_at) values ('${id}f', '${id}', '/p', 'c', 1, 1);
       insert into read_files (session_id, path, read_at) values ('${id}', 'p', 1);
       insert into x_session (session_id, draft, created_at_ms, updated_at_ms) values ('${id}', 'd', 1, 1);
       insert into x_grant (id, scope, session_id, tool, action, pattern, created_at_ms)
         values ('${id}g', 'session', '${id}', 't', 'a', 'p', 1);
       insert into x_file_fact (session_id, path, size_bytes, modified_ns, hash, read_at) values ('${id}', '/p', 1, '1', 'h', 1)`,
    );
  }
  runSql(
    file,
    "create table other_program (n INTEGER, owner TEXT references sessions (id)); insert into other_program values (1, 'gone')",
  );
  await store.transact((tx) => burySession(tx, asSessionId("gone"), { isForgotten: false }));
  const connection = new Connection(file, { isReadOnly: false });
  connection.execute("pragma foreign_keys = on");
  t.after(() => {
    connection.close();
  });
  return { file, connection };
}

function removeAll(
  connection: Connection,
  budget: { readonly workMsMax: number; readonly sizeBytesMax: number },
): number {
  const tables = tablesOfSessions(connection);
  let transactions = 0;
  while (removeSome(connection, { tables, nowMs: 1, budget })) transactions += 1;
  return transactions;
}

const wide = { workMsMax: 60_000, sizeBytesMax: 1_000_000_000 };

test("rows go from every table that hangs on sessions, another program's too; others' rows stay", async (t) => {
  const { file, connection } = await openPlace(t, 3);
  const tables = tablesOfSessions(connection).map(({ name }) => name);
  assert.ok(
    ["messages", "files", "read_files", "x_usage", "x_turn", "other_program"].every((name) => tables.includes(name)),
  );
  assert.equal(removeAll(connection, wide), 1);
  for (const name of tables) {
    const column = name === "other_program" ? "owner" : "session_id";
    assert.deepEqual(querySql(file, `select 1 from ${name} where ${column} = 'gone'`), [], name);
  }
  assert.deepEqual(querySql(file, "select id, message_count as n from sessions"), [{ id: "kept", n: 3 }]);
  assert.equal(querySql(file, "select 1 from messages").length, 3);
  assert.equal(querySql(file, "select 1 from x_message").length, 1);
  assert.deepEqual(querySql(file, "select session_id from x_tombstone"), []);
  assert.equal(querySql(file, "select id from x_wipe").length, 1);
});

test("each transaction takes what its budget allows, at least one row; a cut leaves a session that goes on later", async (t) => {
  const { file, connection } = await openPlace(t, 20);
  const tables = tablesOfSessions(connection);
  const oneRow = { workMsMax: 60_000, sizeBytesMax: 0 };
  const rows = `select 1 from messages where session_id = 'gone' union all select 1 from files where session_id = 'gone'`;
  assert.ok(removeSome(connection, { tables, nowMs: 1, budget: oneRow }));
  assert.equal(querySql(file, rows).length, 20);
  assert.equal(querySql(file, "select 1 from x_tombstone").length, 1);
  assert.ok(removeAll(connection, oneRow) >= 20);
  assert.ok(!removeSome(connection, { tables, nowMs: 1, budget: oneRow }));
  assert.deepEqual(querySql(file, "select id from sessions"), [{ id: "kept" }]);
});

test("a session that another program has put below it meanwhile goes too", async (t) => {
  const { file, connection } = await openPlace(t, 1);
  runSql(
    file,
    `insert into sessions (id, parent_session_id, title, created_at, updated_at)
     values ('late', 'gone', 'L', 1, 1), ('later', 'late', 'L', 1, 1)`,
  );
  removeAll(connection, wide);
  assert.deepEqual(querySql(file, "select id from sessions"), [{ id: "kept" }]);
});
