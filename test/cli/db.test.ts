import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { CommandLine, type CallOptions, type CallResult } from "../harness/command-line.ts";
import { damageDatabase } from "../harness/damage-database.ts";
import { querySql, runSql } from "../harness/open-test-store.ts";

async function db(line: CommandLine, words: readonly string[], options: CallOptions = {}): Promise<CallResult> {
  return line.call(["db", ...words, "--cwd", line.place.project], options);
}

async function withSession(): Promise<{ readonly line: CommandLine; readonly database: string }> {
  const line = new CommandLine();
  await line.call(["run", "--cwd", line.place.project, "hello"]);
  return { line, database: path.join(line.place.project, ".crush", "crush.db") };
}

test("info: size, contents and backups, for people and scripts", async () => {
  const { line, database } = await withSession();
  using _line = line;
  const { code, output } = await db(line, ["info"]);
  assert.equal(code, 0);
  assert.match(output, new RegExp(`^Database: ${database}\n`, "u"));
  assert.match(output, /^Holds: {4}1 sessions \(and 0 child sessions\), 2 messages/mu);
  const facts = JSON.parse((await db(line, ["info", "--json"])).output) as Record<string, unknown>;
  assert.deepEqual(
    [facts["path"], facts["sessions"], facts["messages"], facts["crush_version"], facts["problem"], facts["copies"]],
    [database, 1, 2, 20_260_127_000_000, null, []],
  );
  assert.equal(facts["own_version"], facts["own_version_known"]);
  assert.doesNotMatch(output, /^Deleted:/mu);
  runSql(database, "insert into x_fragment (removed_at_ms) values (1)");
  assert.match(
    (await db(line, ["info"])).output,
    /^Deleted: {2}fragments of text may still be in the file; `\S+ db vacuum`/mu,
  );
  assert.equal((await db(line, ["vacuum"])).code, 0);
  assert.doesNotMatch((await db(line, ["info"])).output, /^Deleted:/mu);
});

test("info also looks at what can't be opened, and makes nothing where there is nothing", async () => {
  const { line, database } = await withSession();
  using _line = line;
  damageDatabase(database, "sqlite_master");
  const damaged = await db(line, ["info"]);
  assert.equal(damaged.code, 7);
  assert.match(damaged.output, /^Problem: .*not a SQLite database/mu);
  using empty = new CommandLine();
  const none = await db(empty, ["info", "--json"]);
  assert.equal(none.code, 7);
  assert.equal((JSON.parse(none.output) as { exists: boolean }).exists, false);
});

test("backup: the file holds the sessions; it replaces nothing unless told, and never the database itself", async () => {
  const { line, database } = await withSession();
  using _line = line;
  const made = await db(line, ["backup", "copy.db"]);
  const copy = path.join(line.place.project, "copy.db");
  assert.match(made.output, new RegExp(`^Backed up to ${copy} \\(\\d+ KB\\)\n$`, "u"));
  assert.deepEqual(querySql(copy, "select id from sessions"), querySql(database, "select id from sessions"));
  writeFileSync(copy, "precious");
  const refused = await db(line, ["backup", "copy.db"]);
  assert.equal(refused.code, 2);
  assert.match(refused.errors, /exists already/u);
  assert.equal(readFileSync(copy, "utf8"), "precious");
  const json = await db(line, ["backup", "--force", "--json", "copy.db"]);
  assert.equal((JSON.parse(json.output) as { path: string }).path, copy);
  for (const name of [".crush/crush.db", ".crush/crush.db-wal"]) {
    assert.equal((await db(line, ["backup", "--force", name])).code, 2);
  }
});

test("vacuum gives back what was deleted", async () => {
  const { line, database } = await withSession();
  using _line = line;
  runSql(
    database,
    "create table x_filler (text); insert into x_filler values (zeroblob(3000000)); drop table x_filler",
  );
  const { before_bytes: before, after_bytes: after } = JSON.parse((await db(line, ["vacuum", "--json"])).output) as {
    before_bytes: number;
    after_bytes: number;
  };
  assert.ok(before > 3_000_000 && after < 1_000_000, `${before} ${after}`);
  assert.match((await db(line, ["vacuum"])).output, /before, .* now\n$/u);
});

test("backup and vacuum say where there is no database", async () => {
  using line = new CommandLine();
  for (const words of [["backup", "x.db"], ["vacuum"]]) {
    const { code, errors } = await db(line, words);
    assert.equal(code, 6);
    assert.match(errors, /there is no session database/u);
  }
});
