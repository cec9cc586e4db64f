import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { CommandLine, type CallResult } from "../harness/command-line.ts";
import { querySql, runSql } from "../harness/open-test-store.ts";

async function doctor(line: CommandLine, ...flags: readonly string[]): Promise<CallResult> {
  return line.call(["doctor", ...flags, "--cwd", line.place.project]);
}

interface Report {
  readonly findings: readonly { readonly id: string; readonly kind: string; readonly count: number }[];
  readonly left?: readonly { readonly id: string }[];
  readonly repaired?: { readonly backup: string | null; readonly done: readonly string[] };
}

const report = async (line: CommandLine, ...flags: readonly string[]): Promise<Report> =>
  JSON.parse((await doctor(line, "--json", ...flags)).output) as Report;

async function withSession(): Promise<{ readonly line: CommandLine; readonly database: string }> {
  const line = new CommandLine();
  await line.call(["run", "--cwd", line.place.project, "hello"]);
  return { line, database: path.join(line.place.project, ".crush", "crush.db") };
}

test("a sound database: nothing is wrong, and what fills it", async () => {
  const { line } = await withSession();
  using _line = line;
  const { code, output } = await doctor(line);
  assert.equal(code, 0);
  assert.match(output, /\nNothing is wrong\.\n/u);
  assert.match(output, /What fills it:\n.*messages\n/su);
  const { repaired } = await report(line, "--repair");
  assert.deepEqual(repaired, { backup: null, done: [], set_aside: null, tables: [] });
});

/** Faults of ours and of Crush's tables, as programs, crashes and people make them. */
const faults = `
  pragma foreign_keys = off;
  insert into x_usage (id, session_id, purpose, provider, model, input_tokens, cache_read_tokens, cache_write_tokens,
    cache_write_long_tokens, output_tokens, reasoning_tokens, is_estimated, is_provider_cost, started_at_ms, duration_ms, outcome)
    values ('u', 'gone', 'turn', 'p', 'm', 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 'ok');
  insert into messages (id, session_id, role, parts, created_at, updated_at) values ('lost', 'gone', 'user', '[]', 1, 1);
  insert into sessions (id, parent_session_id, title, created_at, updated_at) values ('m$$c', 'gone', 'child', 1, 1);
  insert into sessions (id, parent_session_id, title, created_at, updated_at) values ('grandchild', 'm$$c', 'child', 1, 1);
  insert into sessions (id, title, created_at, updated_at, summary_message_id) values ('s', 'odd', 1, 1, 'gone');
  insert into messages (id, session_id, role, parts, created_at, updated_at) values
    ('bad', 's', 'user', '[', 'yesterday', 1),
    ('open', 's', 'assistant', '[{"type":"tool_call","data":{"id":"c","name":"bash","input":"{}","finished":true}}]', 5, 5);
  update sessions set message_count = 7 where id = 's';
  insert into x_turn (session_id, owner_id, owner_name, phase, message_id, started_at_ms)
    values ('s', 'dead', 'process 1 on nowhere', 'starting', null, 1);
  insert into x_fragment (removed_at_ms) values (1);
  insert into goose_db_version (version_id, is_applied) values (20260127000000, 1)`;

test("each fault is found; ours is mended after a backup, Crush's only when asked, the rest is left as it is", async () => {
  const { line, database } = await withSession();
  using _line = line;
  runSql(database, faults);
  mkdirSync(path.join(path.dirname(database), "journal"), { recursive: true });
  writeFileSync(path.join(path.dirname(database), "journal", "stray.jsonl"), '["step",1]\n');
  writeFileSync(
    path.join(path.dirname(database), "journal", "command_1.jsonl"),
    '["command",1,"gone","o","sleep 9"]\n',
  );
  const before = querySql(database, "select id, message_count from sessions order by id");
  const found = await report(line);
  assert.deepEqual(found.findings.map(({ id, kind, count }) => `${id} ${kind} ${String(count)}`).toSorted(), [
    "counts crush 1",
    "dead-turns own 1",
    "fragments note 1",
    "open-calls note 1",
    "orphans crush 1",
    "references crush 1",
    "references own 1",
    "stray-journals own 1",
    "summaries crush 1",
    "times note 1",
    "unreadable note 1",
    "versions note 1",
  ]);
  assert.deepEqual(querySql(database, "select id, message_count from sessions order by id"), before);
  assert.equal((await doctor(line)).code, 1);

  const own = await report(line, "--repair");
  assert.deepEqual(
    new Set(own.left?.map(({ id }) => id)),
    new Set([
      "counts",
      "orphans",
      "references",
      "summaries",
      "fragments",
      "times",
      "unreadable",
      "open-calls",
      "versions",
    ]),
  );
  assert.deepEqual(own.repaired?.done.toSorted(), [
    "1 journals of steps that are over: settled",
    "1 rows of x_usage without their session removed",
    "1 turns whose process has ended: settled",
  ]);
  assert.equal(querySql(own.repaired?.backup ?? "", "select id from x_usage where id = 'u'").length, 1);
  assert.deepEqual(querySql(database, "select id, message_count from sessions order by id"), before);

  const { code, output } = await doctor(line, "--repair", "--all");
  assert.equal(code, 0, output);
  assert.match(output, /^Backed up first to /mu);
  assert.match(output, /^done: 2 child sessions of sub-agents without a parent removed\n/mu);
  assert.deepEqual(querySql(database, "select message_count, summary_message_id from sessions where id = 's'"), [
    { message_count: 2, summary_message_id: null },
  ]);
  assert.equal(querySql(database, "select id from messages where id in ('bad', 'open')").length, 2);
});

test("conversations whose parents lead nowhere are listed; doctor names them, and lifts them instead of removing them", async () => {
  const { line, database } = await withSession();
  using _line = line;
  await line.call(["run", "--cwd", line.place.project, "another"]);
  await line.call(["run", "--cwd", line.place.project, "a third"]);
  const ids = querySql(database, "select id from sessions order by id").map(({ id }) => String(id));
  runSql(
    database,
    `update sessions set parent_session_id = 'gone' where id = '${ids[0]}';
     update sessions set parent_session_id = '${ids[2]}' where id = '${ids[1]}';
     update sessions set parent_session_id = '${ids[1]}' where id = '${ids[2]}'`,
  );
  const listed = async (): Promise<readonly string[]> =>
    (
      JSON.parse((await line.call(["session", "list", "--json", "--cwd", line.place.project])).output) as {
        uuid: string;
      }[]
    )
      .map(({ uuid }) => uuid)
      .toSorted();
  assert.deepEqual(await listed(), ids);
  const shown = await line.call(["session", "show", ids[1] ?? "", "--cwd", line.place.project]);
  assert.equal(shown.output.includes("child sessions"), false, shown.output);
  const { findings } = await report(line);
  assert.deepEqual(
    findings.map(({ id, kind, count }) => `${id} ${kind} ${String(count)}`),
    ["orphaned-sessions crush 1", "circles crush 2"],
  );
  const { code, output } = await doctor(line, "--repair", "--all");
  assert.equal(code, 0, output);
  assert.match(output, /^done: 3 sessions whose parent is gone, .*made top-level \(nothing of them is lost\)$/mu);
  assert.deepEqual(await listed(), ids);
  assert.deepEqual(querySql(database, "select count(*) as n from messages"), [{ n: 6 }]);
});

/** What was done, what doctor finds, and whether Crush's tables have to be mended for it; the last two can't be opened. */
const schemaFaults: readonly (readonly [sql: string, found: string, flags: readonly string[], isRefused: boolean])[] = [
  ["drop index idx_messages_session_id", "index-missing crush", ["--repair", "--all"], false],
  ["drop trigger update_session_message_count_on_insert", "trigger-missing crush", ["--repair", "--all"], false],
  ["drop index x_usage_session_id", "index-missing own", ["--repair"], false],
  [
    "delete from goose_db_version where version_id = 20250627000000",
    "versions-missing crush",
    ["--repair", "--all"],
    false,
  ],
  ["delete from x_schema", "versions-missing own", ["--repair"], true],
  ["drop table x_queue", "table-missing own", ["--repair"], true],
  ["drop table read_files", "table-missing crush", ["--repair", "--all"], true],
  ["drop table goose_db_version", "table-missing crush", ["--repair", "--all"], true],
];

for (const [sql, found, flags, isRefused] of schemaFaults) {
  test(`tables that somebody has changed are named, and made whole: ${sql}`, async () => {
    const { line, database } = await withSession();
    using _line = line;
    runSql(database, `pragma foreign_keys = off; ${sql}`);
    const { findings } = await report(line);
    assert.deepEqual(
      findings.map(({ id, kind }) => `${id} ${kind}`),
      [found],
    );
    for (const words of [["run", "on"], ["session", "list"], ["session", "search", "hello"], ["stats"]]) {
      const { code, errors } = await line.call([...words, "--cwd", line.place.project]);
      assert.equal(code, isRefused ? 7 : 0, errors);
      assert.equal(/hint: .*crush doctor/u.test(errors), isRefused, errors);
    }
    const { code, output, errors } = await doctor(line, ...flags);
    assert.equal(code, 0, output + errors);
    assert.match(output, /^Backed up first to .*\ndone: .*made again$/mu);
    assert.equal((await line.call(["run", "on", "--cwd", line.place.project])).code, 0);
    assert.deepEqual((await report(line)).findings, []);
    assert.equal(querySql(database, "select id from messages").length, isRefused ? 4 : 6);
  });
}

test("with both kinds missing ours are made first, and the rest is said; what can't be made is read into a new database", async () => {
  const { line, database } = await withSession();
  using _line = line;
  runSql(database, "drop table x_queue; drop table read_files");
  const own = await doctor(line, "--repair");
  assert.equal(own.code, 1);
  assert.match(own.output, /^done: table x_queue is missing: made again$/mu);
  assert.match(own.output, /doctor --repair --all` mends Crush's tables too/u);
  assert.equal((await doctor(line, "--repair", "--all")).code, 0);
  runSql(database, "alter table messages rename column model to maker");
  const damaged = await doctor(line);
  assert.equal(damaged.code, 7);
  assert.match(damaged.output, /^damage: column messages\.model is missing$/mu);
  assert.equal((await doctor(line, "--repair")).code, 0);
  assert.equal(querySql(database, "select id from messages where role = 'user'").length, 1);
});

test("a database that only Crush has used, and another program's", async () => {
  const { line, database } = await withSession();
  using _line = line;
  const own = querySql(database, "select name from sqlite_master where type = 'table' and name like 'x%'");
  runSql(database, `pragma foreign_keys = off; ${own.map(({ name }) => `drop table ${String(name)}`).join("; ")}`);
  const { code, output } = await doctor(line);
  assert.equal(code, 0);
  assert.match(output, /^note: some tables are not there yet: the next start makes them/mu);
  assert.equal((await line.call(["run", "on", "--cwd", line.place.project])).code, 0);
  runSql(database, "drop table goose_db_version; create table invoices (id)");
  const foreign = await doctor(line);
  assert.equal(foreign.code, 7);
  assert.match(foreign.errors, /it holds the tables of another program/u);
});

test("of a newer Crush's database without something that we use nothing is mended, nor read into a new one", async () => {
  const { line, database } = await withSession();
  using _line = line;
  runSql(
    database,
    `insert into goose_db_version (version_id, is_applied) values (20991231000000, 1);
     create table moods (id); insert into moods values (1); drop table read_files; drop table x_queue;
     alter table messages drop column is_summary_message`,
  );
  const found = await doctor(line, "--repair");
  assert.match(found.output, /^note: column messages\.is_summary_message is missing: .* newer Crush/mu);
  assert.match(found.output, /^done: table x_queue is missing: made again$/mu);
  const { code, output } = await doctor(line, "--repair", "--all");
  assert.equal(code, 0);
  assert.match(output, /^note: table read_files is missing: .* newer Crush/mu);
  assert.match(output, /^There was nothing to mend\.$/mu);
  assert.deepEqual(querySql(database, "select * from moods"), [{ id: 1 }]);
  const started = await line.call(["session", "list", "--cwd", line.place.project], { answers: [] });
  assert.deepEqual([started.code, started.questions], [7, []]);
  assert.match(started.errors, /newer Crush that this version can't read.*hint: .*Use a newer version/su);
});

test("what dead processes and others left is found and mended before the next start makes newer tables of ours", async () => {
  const { line, database } = await withSession();
  using _line = line;
  runSql(
    database,
    `${faults}; drop table x_unseen_end; drop table x_number_key; delete from x_schema where version >= 15`,
  );
  const ids = (await report(line)).findings.map(({ id }) => id);
  assert.ok(ids.includes("dead-turns") && ids.includes("orphans"), ids.join());
  assert.equal((await doctor(line, "--repair", "--all")).code, 0);
  assert.deepEqual(querySql(database, "select * from x_turn"), []);
  assert.deepEqual(querySql(database, "select id from sessions where parent_session_id <> ''"), []);
});

test("without a database it says so", async () => {
  using line = new CommandLine();
  const { code, errors } = await doctor(line);
  assert.equal(code, 6);
  assert.match(errors, /there is no session database/u);
});
