/** A database that is gone, cut off or damaged: said, never begun anew in silence, and brought back as far as it goes. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { keepDailyBackup } from "../../src/app/daily-backup.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLog } from "../../src/lib/log.ts";
import { CommandLine, type CallOptions, type CallResult } from "../harness/command-line.ts";
import { damageDatabase, lastPageOf, truncateDatabase, zeroHeader } from "../harness/damage-database.ts";
import { querySql, runSql } from "../harness/open-test-store.ts";

interface Stage {
  readonly line: CommandLine;
  readonly data: string;
  readonly database: string;
  readonly id: string;
}

async function call(line: CommandLine, words: readonly string[], options: CallOptions = {}): Promise<CallResult> {
  return line.call([...words, "--cwd", line.place.project], options);
}

/** A project with a session, backed up unless told. */
async function stage(options: { readonly isBackedUp?: boolean } = {}): Promise<Stage> {
  const line = new CommandLine();
  const { output } = await call(line, ["run", "--format", "json", "hello"]);
  const data = path.join(line.place.project, ".crush");
  if (options.isBackedUp !== false) {
    const config = line.config({ cwd: line.place.project });
    const daily = { options: { ...config.options, backups: { ...config.options.backups, daily: true } } };
    await keepDailyBackup({ config: { ...config, ...daily }, clock: systemClock, log: silentLog });
  }
  const { session_id: id } = JSON.parse(output) as { session_id: string };
  return { line, data, database: path.join(data, "crush.db"), id };
}

const listed = async (line: CommandLine, options?: CallOptions): Promise<string[]> =>
  (JSON.parse((await call(line, ["session", "list", "--json"], options)).output) as { uuid: string }[]).map(
    ({ uuid }) => uuid,
  );

test("a script is told that .crush is gone, and db restore brings the newest backup back", async () => {
  const { line, data, database, id } = await stage();
  using _line = line;
  rmSync(data, { recursive: true });
  const told = await call(line, ["run", "again"]);
  assert.equal(told.code, 0);
  assert.match(
    told.errors,
    /The sessions of this project are gone: .*The newest backup is of .*1 session, 2 messages/su,
  );
  assert.match(told.errors, /`crush db restore` brings it back/u);
  const refused = await call(line, ["db", "restore"]);
  assert.equal(refused.code, 2);
  assert.match(refused.errors, /holds 1 sessions.*--force/su);
  const restored = await call(line, ["db", "restore", "--force"]);
  assert.match(restored.output, /^Restored 1 session with 2 messages from .*\nWhat was there before is kept as /u);
  assert.deepEqual(await listed(line), [id]);
  assert.equal(statSync(database).mode & 0o777, 0o600);
  assert.ok(readdirSync(data).some((name) => name.startsWith("crush.db.replaced-")));
});

test("a person is asked: restore, begin without, or leave everything", async () => {
  const { line, data, database, id } = await stage();
  using _line = line;
  rmSync(data, { recursive: true });
  const left = await call(line, ["session", "list"], { answers: ["q"] });
  assert.equal(left.code, 2);
  assert.equal(existsSync(database), false);
  assert.deepEqual(await listed(line, { answers: [""] }), [id]);
  assert.equal(readFileSync(path.join(data, ".gitignore"), "utf8"), "*\n");
  rmSync(data, { recursive: true });
  assert.deepEqual(await listed(line, { answers: ["n"] }), []);
});

test("a database that was cut off to nothing is told of as one that is gone, by doctor too", async () => {
  const { line, data, database, id } = await stage();
  using _line = line;
  for (const name of ["crush.db-wal", "crush.db-shm"]) rmSync(path.join(data, name), { force: true });
  writeFileSync(database, "");
  const examined = await call(line, ["doctor"]);
  assert.match(examined.output, /1 database that is empty/u);
  const left = await call(line, ["session", "list"], { answers: ["q"] });
  assert.equal(left.code, 2);
  assert.match(
    left.errors,
    /sessions of this project are gone: crush\.db is empty in.*The newest backup is of .*1 session/su,
  );
  assert.equal(statSync(database).size, 0);
  assert.deepEqual(await listed(line, { answers: [""] }), [id]);
});

test("where there is no backup that is said; a new project is not asked about", async () => {
  const { line, data } = await stage({ isBackedUp: false });
  using _line = line;
  rmSync(data, { recursive: true });
  const none = await call(line, ["session", "list"], { answers: ["n"] });
  assert.equal(none.code, 2);
  assert.match(none.errors, /There is no backup of them/u);
  const restored = await call(line, ["db", "restore"]);
  assert.equal(restored.code, 6);
  assert.match(restored.errors, /there is no backup of this project/u);
  using fresh = new CommandLine();
  const { errors, questions } = await call(fresh, ["session", "list"], { answers: [] });
  assert.deepEqual([errors, questions], ["", []]);
});

test("of a damaged database what can be read is read into a new one, and the rest is named", async () => {
  const { line, data, database, id } = await stage({ isBackedUp: false });
  using _line = line;
  runSql(
    database,
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < 400)
     insert into messages (id, session_id, role, parts, created_at, updated_at)
     select 'm' || i, '${id}', 'user', '[{"type":"text","data":{"text":"' || hex(zeroblob(200)) || '"}}]', 1800000000, 1 from n`,
  );
  damageDatabase(database, "files");
  const found = await call(line, ["doctor"]);
  assert.equal(found.code, 7);
  assert.match(found.output, /^damage: /mu);
  assert.equal(existsSync(database), true);
  truncateDatabase(database, 0.7);
  const before = readFileSync(database);
  const { code, output } = await call(line, ["doctor", "--repair", "--json"]);
  assert.equal(code, 0, output);
  const { repaired } = JSON.parse(output) as {
    repaired: { set_aside: string; tables: { table: string; rows: number; lost: number; isCutOff: boolean }[] };
  };
  assert.deepEqual(readFileSync(repaired.set_aside), before);
  const messages = repaired.tables.find(({ table }) => table === "messages");
  assert.ok(messages !== undefined && messages.rows > 50 && messages.rows < 402 && messages.isCutOff, output);
  assert.deepEqual(await listed(line), [id]);
  assert.deepEqual(querySql(database, "select message_count - (select count(*) from messages) as n from sessions"), [
    { n: 0 },
  ]);
  assert.deepEqual(
    readdirSync(data).filter((name) => /salvag/u.test(name)),
    [],
  );
});

test("wherever a small database is cut off behind its messages, all of them come back", async () => {
  const { line, data, database, id } = await stage({ isBackedUp: false });
  using _line = line;
  const needed = lastPageOf(database, "sessions", "messages");
  const messages = querySql(database, "select * from messages order by rowid");
  const whole = readFileSync(database);
  const pages = whole.length / 4096;
  assert.ok(needed < pages - 10, "most of the tables lie behind");
  for (const sizeBytes of [needed * 4096, (needed + 12) * 4096 - 1000, (pages - 1) * 4096]) {
    writeFileSync(database, whole);
    truncateSync(database, sizeBytes);
    for (const name of ["crush.db-wal", "crush.db-shm"]) rmSync(path.join(data, name), { force: true });
    const { code, output, errors } = await call(line, ["doctor", "--repair"]);
    assert.equal(code, 0, output + errors);
    assert.match(output, /Read into a new database: 2 messages, 1 session/u);
    assert.deepEqual(querySql(database, "select * from messages order by rowid"), messages);
    assert.deepEqual(await listed(line), [id]);
  }
});

test("what lay on a page that was cut through is lost, not filled up with zeros", async () => {
  const { line, database } = await stage({ isBackedUp: false });
  using _line = line;
  const text = "words ".repeat(10_000);
  runSql(
    database,
    `insert into messages (id, session_id, role, parts, created_at, updated_at)
     select 'long', id, 'user', '[{"type":"text","data":{"text":"${text}"}}]', 1800000000, 1 from sessions`,
  );
  truncateSync(database, lastPageOf(database, "messages") * 4096 - 3000);
  const { output } = await call(line, ["doctor", "--repair"]);
  assert.match(output, /2 messages, 1 session/u);
  assert.match(output, /Could not be read: messages: the end of the table/u);
  assert.deepEqual(querySql(database, "select count(*) as n from messages where instr(parts, char(0))"), [{ n: 0 }]);
});

for (const sizeBytes of [16, 100]) {
  test(`a database whose first ${String(sizeBytes)} bytes are zeros loses nothing but them`, async () => {
    const { line, database, id } = await stage({ isBackedUp: false });
    using _line = line;
    lastPageOf(database, "messages");
    zeroHeader(database, sizeBytes);
    const damaged = readFileSync(database);
    const { code, output, errors } = await call(line, ["doctor", "--repair", "--json"]);
    assert.equal(code, 0, output + errors);
    const { repaired } = JSON.parse(output) as {
      repaired: { set_aside: string; tables: { lost: number; isCutOff: boolean }[] };
    };
    assert.deepEqual(readFileSync(repaired.set_aside), damaged);
    assert.ok(repaired.tables.every(({ lost, isCutOff }) => lost === 0 && !isCutOff));
    assert.deepEqual(await listed(line), [id]);
  });
}

test("a person is offered both at the start; what is no database is never overwritten", async () => {
  const { line, database, id } = await stage();
  using _line = line;
  truncateDatabase(database, 0.5);
  const cut = readFileSync(database);
  const left = await call(line, ["session", "list"], { answers: ["q"] });
  assert.equal(left.code, 7);
  assert.match(left.errors, /damaged.*s: read what can be read.*b: put the newest backup/su);
  assert.deepEqual(readFileSync(database), cut);
  assert.deepEqual(await listed(line, { answers: ["b"] }), [id]);
  writeFileSync(database, "my shopping list, and it is not a database at all");
  const foreign = await call(line, ["session", "list"], { answers: ["s"] });
  assert.equal(foreign.code, 7);
  assert.match(foreign.errors, /nothing can be read.*db restore/su);
  assert.match(readFileSync(database, "utf8"), /^my shopping list/u);
});

for (const table of ["sessions", "messages", "x_session"]) {
  test(`a database that opens and whose ${table} can't be read is offered to be mended at the start, once`, async () => {
    const { line, database, id } = await stage();
    using _line = line;
    damageDatabase(database, table);
    const damaged = readFileSync(database);
    const left = await call(line, ["--plain", "-C"], { answers: ["q"] });
    assert.equal(left.code, 7);
    assert.equal(left.errors.match(/What shall be done\?|s: read what/gu)?.length, 1, left.errors);
    assert.deepEqual(readFileSync(database), damaged);
    const { code, output, errors } = await call(line, ["--plain", "-C"], { answers: ["b", "", "/quit"] });
    assert.equal(code, 0, errors);
    assert.match(errors, /Restored: 1 session with 2 messages\.\nThe damaged file is kept as\n/u);
    assert.match(output, /^Session: /mu);
    assert.deepEqual(await listed(line), [id]);
  });
}

test("what a newer program had in a damaged database is named where it is left out", async () => {
  const { line, database } = await stage({ isBackedUp: false });
  using _line = line;
  runSql(database, "alter table sessions add column mood TEXT; create table moods (id)");
  lastPageOf(database, "messages");
  zeroHeader(database, 100);
  const { code, output } = await call(line, ["doctor", "--repair"]);
  assert.equal(code, 0, output);
  assert.match(output, /^Left out, as this version does not know it: sessions\.mood, moods\.$/mu);
  assert.doesNotMatch(output, /Nothing was lost/u);
});

test("sums that a damaged database has not got are made of the ledger", async () => {
  const { line, database } = await stage({ isBackedUp: false });
  using _line = line;
  const sums = (): unknown => [
    querySql(database, "select session_id, requests, tokens, known_cost_usd from x_session_sum"),
    querySql(database, "select * from x_daily_total"),
  ];
  const before = sums();
  runSql(database, "drop table x_session_sum; drop table x_daily_total");
  lastPageOf(database, "messages");
  zeroHeader(database, 100);
  const { code, output } = await call(line, ["doctor", "--repair"]);
  assert.equal(code, 0, output);
  assert.deepEqual(sums(), before);
});

for (const sql of ["drop table x_session_sum", "alter table x_turn drop column wish"]) {
  test(`what can be made again is no damage to ask about, at the start or later: ${sql}`, async () => {
    const { line, database } = await stage();
    using _line = line;
    runSql(database, sql);
    for (const words of [
      ["session", "list"],
      ["--plain", "-C"],
    ]) {
      const { code, errors, questions } = await call(line, words, { answers: ["s", ""] });
      assert.deepEqual([code, questions], [7, []], errors);
      assert.match(errors, /is missing.*hint: .*crush doctor --repair/su);
    }
  });
}

test("a missing log is named", async () => {
  const { line, database } = await stage();
  using _line = line;
  rmSync(`${database}-wal`, { force: true });
  writeFileSync(`${database}-shm`, "");
  const { code, output } = await call(line, ["doctor"]);
  assert.equal(code, 0);
  assert.match(output, /note: crush\.db-wal is missing: what was written last, before a crash, may be lost/u);
});
