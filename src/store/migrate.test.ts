import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { holdLock } from "../../test/harness/hold-lock.ts";
import { openStoreAt, openTestStore, querySql, runSql, sampleSql } from "../../test/harness/open-test-store.ts";
import { temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { AppError } from "../lib/app-error.ts";
import type { Log } from "../lib/log.ts";
import { asSessionId } from "../schema/ids.ts";
import { crushSteps, versionTable } from "./crush-schema.ts";
import { ownSteps } from "./own-schema.ts";
import { changedFiles, recordFileChange } from "./files.ts";
import { listMessages } from "./message-pages.ts";
import { insertSession, listSessions } from "./sessions.ts";
import { Store } from "./store.ts";

const newestVersion = 20260127000000;

/** The path of a database in a new data directory; nothing is there yet. */
function databasePath(t: TestContext): string {
  const directory = path.join(temporaryFolder(t), ".crush");
  mkdirSync(directory);
  return path.join(directory, "crush.db");
}

/** A database as Crush left it when it knew only the first `steps` of its migrations. */
function makeOldDatabase(t: TestContext, steps: number): string {
  const file = databasePath(t);
  runSql(file, `${versionTable}; insert into goose_db_version (version_id, is_applied) values (0, 1)`);
  for (const step of crushSteps.slice(0, steps)) {
    const booked = `insert into goose_db_version (version_id, is_applied) values (${String(step.version)}, 1)`;
    runSql(file, [...step.statements, booked].join(";\n"));
  }
  return file;
}

const oldRows = `
  insert into sessions (id, title, created_at, updated_at) values ('s1', 'Old times', 1745500000, 1745500000);
  insert into messages (id, session_id, role, parts, created_at, updated_at)
    values ('m1', 's1', 'user', '[{"type":"text","data":{"text":"hello"}}]', 1745500000, 1745500000)`;

for (let steps = 1; steps < crushSteps.length; steps += 1) {
  test(`a database with ${String(steps)} of Crush's ${String(crushSteps.length)} steps gets the others, after a copy`, async (t) => {
    const file = makeOldDatabase(t, steps);
    runSql(file, oldRows);
    const { store } = await openStoreAt(t, file);
    const [session] = store.read((handle) => listSessions(handle));
    assert.equal(session?.title, "Old times");
    assert.equal(store.read((handle) => listMessages(handle, session.id)).length, 1);
    const versions = querySql(file, "select version_id from goose_db_version order by id");
    assert.deepEqual(
      versions.map((row) => row["version_id"]),
      [0, ...crushSteps.map((step) => step.version)],
    );

    const copy = `${file}.before-${String(newestVersion)}`;
    assert.equal(statSync(copy).mode & 0o777, 0o600);
    assert.equal(querySql(copy, "select title from sessions")[0]?.["title"], "Old times");
    assert.equal(querySql(copy, "select count(*) as steps from goose_db_version")[0]?.["steps"], steps + 1);
  });
}

test("an upgraded database has the very objects that a new one has", async (t) => {
  const objects = "select type, name, tbl_name from sqlite_master order by type, name";
  const { path: upgraded } = await openStoreAt(t, makeOldDatabase(t, 1));
  const { path: fresh } = await openTestStore(t);
  assert.deepEqual(querySql(upgraded, objects), querySql(fresh, objects));
});

test("a database in which Crush had only begun to book its steps is finished", async (t) => {
  const { store } = await openStoreAt(t, makeOldDatabase(t, 0));
  await store.transact((tx) => insertSession(tx, { title: "works" }));
  assert.equal(store.read((handle) => listSessions(handle)).length, 1);
});

test("a database that Crush is up to date with keeps everything and gets our tables beside", async (t) => {
  const file = makeOldDatabase(t, crushSteps.length);
  runSql(file, sampleSql());
  const before = contentOfCrush(file);
  const { path: opened } = await openStoreAt(t, file);
  assert.equal(contentOfCrush(opened), before);
  assert.deepEqual(
    querySql(file, "select version from x_schema order by version").map((row) => row["version"]),
    ownSteps.map((step) => step.version),
  );
  assert.deepEqual(
    readdirSync(path.dirname(file)).filter((name) => name.includes("before")),
    [],
    "no copy where nothing is upgraded",
  );
});

function contentOfCrush(file: string): string {
  return JSON.stringify(
    ["sessions", "messages", "files", "read_files", "goose_db_version"].map((table) =>
      querySql(file, `select rowid, * from ${table} order by rowid`),
    ),
  );
}

test("a newer Crush's database opens, with a warning in the log, as long as our columns are there", async (t) => {
  const { store: first, path: file } = await openTestStore(t);
  await first.close();
  runSql(
    file,
    `alter table sessions add column mood TEXT; create table moods (id TEXT);
     insert into goose_db_version (version_id, is_applied) values (20991231000000, 1)`,
  );
  const lines: string[] = [];
  const log: Log = { write: (level, message) => lines.push(`${level} ${message}`) };
  const { store } = await openStoreAt(t, file, { log });
  await store.transact((tx) => insertSession(tx, { title: "still works" }));
  assert.deepEqual(lines, ["warn database of a newer Crush"]);
  assert.equal(querySql(file, "select count(*) as rows from goose_db_version")[0]?.["rows"], 9);
});

test("a newer Crush's database without a column that we use is refused, untouched", async (t) => {
  const { store, path: file } = await openTestStore(t);
  await store.close();
  runSql(
    file,
    `alter table sessions rename column todos to tasks;
     insert into goose_db_version (version_id, is_applied) values (20991231000000, 1)`,
  );
  await assertRefused(
    file,
    /newer Crush that this version can't read: its table sessions has no todos/u,
    "database-unfit",
  );
});

test("a newer crush-ts' database is opened read-only, and says so", async (t) => {
  const { store: first, path: file } = await openTestStore(t);
  await first.transact((tx) => insertSession(tx, { title: "from the future" }));
  await first.close();
  runSql(file, "insert into x_schema (version, applied_at_ms) values (99, 0)");
  const { store } = await openStoreAt(t, file);
  assert.equal(store.isReadOnly, true);
  assert.match(store.writeRefusal?.message ?? "", /newer version of this program \(schema 99/u);
  assert.equal(store.read((handle) => listSessions(handle))[0]?.title, "from the future");
  await assert.rejects(
    store.transact((tx) => insertSession(tx, { title: "no" })),
    (error) => error instanceof AppError && error.code === "database-newer" && error.hint !== undefined,
  );
});

const badFiles: readonly (readonly [what: string, make: (file: string) => void, reason: RegExp])[] = [
  ["a text file", (file) => writeFileSync(file, "just some notes\n".repeat(100)), /not a SQLite database/u],
  ["a few bytes", (file) => writeFileSync(file, "x"), /not a SQLite database/u],
  [
    "a database of another program",
    (file) => runSql(file, "create table recipes (id TEXT); insert into recipes values ('soup')"),
    /tables of another program/u,
  ],
  [
    "another program's database that goose manages",
    (file) =>
      runSql(
        file,
        `${versionTable}; create table users (id TEXT);
         insert into goose_db_version (version_id, is_applied) values (0, 1), (20240101000000, 1)`,
      ),
    /tables of another program/u,
  ],
  [
    "a damaged database",
    (file) => {
      runSql(file, `create table t (a); ${"insert into t values (randomblob(900));".repeat(50)}`);
      const bytes = readFileSync(file);
      bytes.fill(0xa5, 100, 4096);
      writeFileSync(file, bytes);
    },
    /damaged or not a SQLite database/u,
  ],
];

for (const [what, make, reason] of badFiles) {
  test(`${what} is refused and left untouched`, async (t) => {
    const file = databasePath(t);
    make(file);
    await assertRefused(file, reason);
  });
}

async function assertRefused(file: string, reason: RegExp, code = "database-invalid"): Promise<void> {
  const before = fingerprint(file);
  await assert.rejects(Store.open(file), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.match(error.message, reason);
    assert.ok(error.message.includes(file));
    assert.ok(error.hint !== undefined);
    return true;
  });
  assert.equal(fingerprint(file), before);
}

/** The file's content and its neighbours. */
function fingerprint(file: string): string {
  const hash = createHash("sha256").update(readFileSync(file)).digest("hex");
  return `${hash} ${readdirSync(path.dirname(file)).toSorted().join(" ")}`;
}

test("opening waits for another process that is writing, and gives up in time", async (t) => {
  const file = makeOldDatabase(t, crushSteps.length);
  const lock = await holdLock(t, file);
  await assert.rejects(
    Store.open(file, { lockTimeoutMs: 30 }),
    (error) => error instanceof AppError && error.code === "database-locked",
  );
  const opening = Store.open(file);
  await lock.release();
  const store = await opening;
  await store.transact((tx) => insertSession(tx, { title: "in the end" }));
  assert.equal(store.read((handle) => listSessions(handle)).length, 1);
  await store.close();
});

test("several programs may open a missing database at once", async (t) => {
  const file = path.join(temporaryFolder(t), ".crush", "crush.db");
  const stores = await Promise.all(Array.from({ length: 5 }, () => Store.open(file)));
  await Promise.all(
    stores.map((store, number) => store.transact((tx) => insertSession(tx, { title: String(number) }))),
  );
  assert.equal(querySql(file, "select count(*) as rows from goose_db_version")[0]?.["rows"], 8);
  assert.equal(querySql(file, "select count(*) as rows from sessions")[0]?.["rows"], 5);
  for (const store of stores) await store.close();
});

test("very old files, whose versions are words, are read and continued", async (t) => {
  const file = databasePath(t);
  const [first, ...others] = crushSteps;
  const asText = (first?.statements ?? []).map((statement) =>
    statement.replace("version INTEGER not null default 0", "version TEXT not null"),
  );
  runSql(file, `${versionTable}; insert into goose_db_version (version_id, is_applied) values (0, 1)`);
  for (const step of [{ version: first?.version ?? 0, statements: asText }, ...others]) {
    const booked = `insert into goose_db_version (version_id, is_applied) values (${String(step.version)}, 1)`;
    runSql(file, [...step.statements, booked].join(";\n"));
  }
  const versions = ["initial", ...Array.from({ length: 11 }, (_, number) => `v${String(number + 1)}`)];
  runSql(
    file,
    `${oldRows}; ${versions
      .map((version) => `insert into files values ('${version}', 's1', '/w/a', 'as of ${version}', '${version}', 1, 1)`)
      .join(";")}`,
  );
  const { store } = await openStoreAt(t, file);
  const sessionId = asSessionId("s1");
  assert.deepEqual(
    store.read((handle) => changedFiles(handle, sessionId)),
    [{ sessionId, path: "/w/a", before: "as of initial", after: "as of v11" }],
  );
  await store.transact((tx) => recordFileChange(tx, { sessionId, path: "/w/a", before: "as of v11", after: "today" }));
  assert.equal(querySql(file, "select version from files where content = 'today'")[0]?.["version"], "12");
  assert.equal(store.read((handle) => changedFiles(handle, sessionId))[0]?.after, "today");
});

test("an upgrade whose copy can't be made changes nothing", async (t) => {
  const file = makeOldDatabase(t, 2);
  symlinkSync("nowhere", `${file}.before-${String(newestVersion)}`);
  const before = readFileSync(file);
  await assert.rejects(
    Store.open(file),
    (error) => error instanceof AppError && error.code === "input-output" && /no copy/u.test(error.message),
  );
  assert.deepEqual(readFileSync(file), before);
  assert.deepEqual(readdirSync(path.dirname(file)).toSorted(), [
    "crush.db",
    `crush.db.before-${String(newestVersion)}`,
  ]);
});

test("processes that open an older database at once all get it, and one whole copy is kept", async (t) => {
  const file = makeOldDatabase(t, 2);
  runSql(
    file,
    `${oldRows}; create table x_filler as with recursive n(i) as (select 1 union all select i + 1 from n limit 4000)
    select randomblob(4000) as filler from n`,
  );
  const copy = `${file}.before-${String(newestVersion)}`;
  writeFileSync(`${copy}.0badc0de.part`, "of a process that was killed");
  const script = fileURLToPath(new URL("../../test/harness/add-sessions-process.ts", import.meta.url));
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, [...process.execArgv, script, file, "1"], { stdio: ["ignore", "ignore", "inherit"] }),
  );
  const exits = await Promise.all(children.map((child) => once(child, "exit")));
  assert.deepEqual(
    exits.map(([code]: unknown[]) => code),
    [0, 0, 0, 0],
  );
  assert.equal(querySql(file, "select title from sessions").length, 5);
  assert.equal(querySql(copy, "pragma integrity_check")[0]?.["integrity_check"], "ok");
  assert.equal(querySql(copy, "select count(*) as steps from goose_db_version")[0]?.["steps"], 3);
  assert.deepEqual(
    readdirSync(path.dirname(file)).filter((name) => name.endsWith(".part")),
    [],
  );
});
