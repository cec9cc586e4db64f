import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../lib/app-error.ts";
import { openTestStore, querySql, runSql, sampleSql } from "../../test/harness/open-test-store.ts";
import { inspectDatabase } from "./inspect-database.ts";
import { mendSchema } from "./schema-faults.ts";
import { Store } from "./store.ts";

const schemaOf = (path: string): readonly unknown[] =>
  querySql(
    path,
    "select type, name, tbl_name, sql from sqlite_master where name not like 'sqlite%' order by type, name",
  );
const textsOf = (path: string): readonly string[] => inspectDatabase(path).schema.faults.map(({ text }) => text);

async function madeDatabase(t: Parameters<typeof openTestStore>[0]): Promise<string> {
  const { store, path } = await openTestStore(t);
  runSql(path, sampleSql());
  await store.close();
  return path;
}

test("each table, index, trigger and version that is missing is named, and made again as it was", async (t) => {
  const path = await madeDatabase(t);
  const whole = schemaOf(path);
  assert.deepEqual(textsOf(path), []);
  const objects = querySql(
    path,
    "select type, name from sqlite_master where sql is not null and name not like 'sqlite%'",
  );
  assert.ok(objects.length > 40);
  for (const { type, name } of objects) {
    runSql(path, `pragma foreign_keys = off; drop ${String(type)} ${String(name)}`);
    assert.ok(
      textsOf(path).includes(`${String(type)} ${String(name)} is missing`),
      `${String(name)}: ${textsOf(path).join()}`,
    );
    const done = await mendSchema(path, { all: true, nowMs: 1 });
    assert.ok(done.length > 0);
    assert.deepEqual(textsOf(path), []);
    assert.deepEqual(schemaOf(path), whole, String(name));
  }
  for (const [table, column] of [
    ["x_schema", "version"],
    ["goose_db_version", "version_id"],
  ] as const) {
    for (const { version } of querySql(path, `select ${column} as version from ${table} where ${column} > 0`)) {
      runSql(path, `delete from ${table} where ${column} = ${String(version)}`);
      assert.deepEqual(textsOf(path), [`of ${table} these versions are missing: ${String(version)}`]);
      await mendSchema(path, { all: true, nowMs: 1 });
      assert.deepEqual(textsOf(path), []);
    }
    runSql(path, `delete from ${table}`);
    assert.equal(textsOf(path).length, 1);
    await mendSchema(path, { all: true, nowMs: 1 });
    assert.deepEqual(textsOf(path), []);
  }
  await (await Store.open(path)).close();
});

test("what is lost with a table is filled again from what is left", async (t) => {
  const path = await madeDatabase(t);
  runSql(
    path,
    `insert into x_usage (id, session_id, purpose, provider, model, input_tokens, cache_read_tokens, cache_write_tokens,
       cache_write_long_tokens, output_tokens, reasoning_tokens, is_estimated, is_provider_cost, started_at_ms, duration_ms, outcome)
       select id, id, 'turn', 'p', 'm', 7, 0, 0, 0, 0, 0, 0, 0, 1, 1, 'ok' from sessions limit 1;
     pragma foreign_keys = off; drop table x_session_sum; drop table x_daily_total; drop table sessions`,
  );
  const messages = querySql(path, "select count(distinct session_id) as n from messages");
  await mendSchema(path, { all: false, nowMs: 1 });
  assert.deepEqual(textsOf(path), ["table sessions is missing"]);
  await mendSchema(path, { all: true, nowMs: 1 });
  assert.deepEqual(querySql(path, "select tokens from x_session_sum"), [{ tokens: 7 }]);
  assert.deepEqual(querySql(path, "select input_tokens from x_daily_total"), [{ input_tokens: 7 }]);
  assert.deepEqual(querySql(path, "select count(*) as n from sessions where title = 'Recovered session'"), messages);
});

test("of a newer Crush and of a database not yet upgraded nothing is wrong; a column that no step adds can't be made", async (t) => {
  const newer = await madeDatabase(t);
  runSql(
    newer,
    `insert into goose_db_version (version_id, is_applied) values (20991231000000, 1);
     insert into x_schema (version, applied_at_ms) values (9999, 1); drop index idx_files_path; drop table x_copy`,
  );
  assert.deepEqual(textsOf(newer), []);
  assert.deepEqual(await mendSchema(newer, { all: true, nowMs: 1 }), []);
  const older = await madeDatabase(t);
  const own = querySql(older, "select name from sqlite_master where type = 'table' and name like 'x%'");
  runSql(older, `pragma foreign_keys = off; ${own.map(({ name }) => `drop table ${String(name)}`).join("; ")}`);
  assert.deepEqual(inspectDatabase(older), { schema: { faults: [], isReadable: false }, rows: null });
  runSql(newer, "alter table messages rename column parts to pieces");
  const { faults } = inspectDatabase(newer).schema;
  assert.deepEqual(faults, [
    {
      owner: "crush",
      kind: "column",
      text: "column messages.parts is missing: the database is of a newer Crush, which this version can't read",
      remedy: null,
    },
  ]);
  runSql(newer, "pragma foreign_keys = off; drop table x_message");
  assert.match(textsOf(newer)[1] ?? "", /^table x_message is missing: .* newer version of this program/u);
  const unused = await madeDatabase(t);
  runSql(unused, "alter table messages rename column parts to pieces");
  assert.deepEqual(
    inspectDatabase(unused).schema.faults.map(({ text, remedy }) => `${text}: ${remedy ?? ""}`),
    ["column messages.parts is missing: salvage"],
  );
});

test("a database that the next start would only give newer tables of ours is looked into", async (t) => {
  const path = await madeDatabase(t);
  runSql(
    path,
    `drop table x_unseen_end; drop table x_number_key; delete from x_schema where version >= 15;
     insert into sessions (id, parent_session_id, title, created_at, updated_at) values ('m$$c', 'gone', 'child', 1, 1)`,
  );
  const { schema, rows } = inspectDatabase(path);
  assert.deepEqual(schema, { faults: [], isReadable: true });
  assert.equal(rows?.childrenWithoutParent, 1);
});

for (const [what, sql] of [
  ["table x_queue", "drop table x_queue"],
  ["table read_files", "drop table read_files"],
  ["table x_session already exists", "delete from x_schema"],
  ["duplicate column name: summary_message_id", "delete from goose_db_version"],
] as const) {
  test(`a start names what does not fit, and what to do: ${sql}`, async (t) => {
    const path = await madeDatabase(t);
    runSql(path, sql);
    await assert.rejects(
      Store.open(path),
      (error) =>
        error instanceof AppError &&
        error.code === "database-unfit" &&
        error.message.includes(what) &&
        error.hint?.includes("crush doctor --repair") === true,
    );
  });
}

test("a table that goes while the database is open is named as well", async (t) => {
  const { store, path } = await openTestStore(t);
  runSql(path, "drop table x_queue; alter table x_turn drop column wish");
  const isNamed = (what: string) => (error: unknown) => error instanceof AppError && error.message.includes(what);
  assert.throws(() => store.read((handle) => handle.all("select * from x_queue")), isNamed("table x_queue is missing"));
  assert.throws(() => store.read((handle) => handle.all("select wish from x_turn")), isNamed("column wish is missing"));
  await assert.rejects(
    store.transact((tx) => tx.run("insert into x_turn (wish) values (1)")),
    isNamed("column x_turn.wish is missing"),
  );
});
