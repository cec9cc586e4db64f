import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { openTestStore, querySql, runSql } from "../../../test/harness/open-test-store.ts";
import { systemClock } from "../../lib/clock.ts";
import { asSessionId } from "../../schema/ids.ts";
import { applicationId } from "./index-schema.ts";
import { SearchDesk } from "./search-desk.ts";
import type { FoundHits } from "./search-messages.ts";

interface Place {
  readonly databasePath: string;
  readonly indexPath: string;
  readonly desk: SearchDesk;
  readonly troubles: string[];
}

/** Shards hold a few sessions each, so that there are several. */
const shardSize = 20_000;
const givenUp = new SharedArrayBuffer(4);

async function openDesk(t: TestContext, sessions: number, isGivenUp = (): boolean => false): Promise<Place> {
  const { store, path: databasePath } = await openTestStore(t);
  fill(databasePath, sessions);
  const indexPath = path.join(path.dirname(databasePath), "search.db");
  const troubles: string[] = [];
  const desk = new SearchDesk({
    store,
    indexPath,
    clock: systemClock,
    shardSize,
    isGivenUp,
    pause: () => Promise.resolve(),
    onTrouble: (reason) => troubles.push(reason),
  });
  t.after(async () => desk.close());
  return { databasePath, indexPath, desk, troubles };
}

/** Sessions of ten messages, prompts and answers, each of them with a word of its own and one of its session. */
function fill(databasePath: string, sessions: number): void {
  const filler = "the quick brown fox jumps over the lazy dog ".repeat(5);
  const statements: string[] = [];
  for (let session = 0; session < sessions; session += 1) {
    const id = `session-${String(session)}`;
    for (let number = 0; number < 10; number += 1) {
      const text = `unique${String(session)}x${String(number)} of mark${String(session)}end ${filler}`;
      const parts = JSON.stringify([{ type: "text", data: { text } }]);
      statements.push(
        `insert into messages (id, session_id, role, parts, created_at, updated_at)
         values ('${id}-${String(number)}', '${id}', '${number % 2 === 0 ? "user" : "assistant"}', '${parts}', ${String(session)}, 1);`,
      );
    }
    statements.push(
      `insert into sessions (id, title, message_count, created_at, updated_at)
       values ('${id}', 'T', 10, ${String(session)}, ${String(session)});`,
    );
  }
  runSql(databasePath, `begin; pragma defer_foreign_keys = on; ${statements.join("\n")} commit;`);
}

async function find(desk: SearchDesk, text: string, limit = 100): Promise<FoundHits> {
  const found = await desk.find({ kind: "find", id: 1, text, limit, isPatient: false, givenUp });
  assert.ok(found !== null);
  return found;
}

function count(file: string, table: string): number {
  return Number(querySql(file, `select count(*) as rows from ${table}`)[0]?.["rows"]);
}

test("several shards are searched, the newest messages first, and no more than needed", async (t) => {
  const { desk, indexPath } = await openDesk(t, 40);
  assert.equal(await desk.catchUp(), true);
  assert.ok(count(indexPath, "shard") > 3);
  assert.equal((await find(desk, "fox", 1000)).hits.length, 400);
  const newest = await find(desk, "fox", 5);
  assert.deepEqual(new Set(newest.hits.map((hit) => hit.sessionId)), new Set(["session-39"]));
  assert.equal(newest.isComplete, false);
  assert.equal((await find(desk, "unique7x3 ")).hits.length, 1);
});

test("an unfinished word beside others, frequent or rare, is the beginning of a word", async (t) => {
  const { desk, databasePath } = await openDesk(t, 40);
  runSql(
    databasePath,
    "update messages set parts = replace(parts, 'lazy', 'reZznn') where id in ('session-3-4', 'session-9-1')",
  );
  await desk.catchUp();
  const idsOf = async (text: string): Promise<readonly (string | null)[]> =>
    (await find(desk, text, 1000)).hits.map((hit) => hit.messageId);
  assert.equal((await idsOf("fox u")).length, 400);
  assert.equal((await idsOf("fox o -dog")).length, 0);
  assert.deepEqual(await idsOf("fox re"), ["session-9-1", "session-3-4"], "behind more in vain than are tried");
  assert.deepEqual(await idsOf("fox zz"), ["session-9-1", "session-3-4"], "the second part of an identifier");
  assert.deepEqual(await idsOf("fox ez"), []);
  assert.deepEqual(await idsOf("nowhere o"), []);
  assert.equal((await find(desk, "fox th", 7)).hits.length, 7);
});

test("one character of a script without spaces, frequent or rare, alone and beside others", async (t) => {
  const { desk, databasePath } = await openDesk(t, 40);
  runSql(
    databasePath,
    `update messages set parts = replace(parts, 'lazy', '森の中');
     update messages set parts = replace(parts, 'brown', '深鯨') where id in ('session-3-4', 'session-9-1')`,
  );
  await desk.catchUp();
  const idsOf = async (text: string): Promise<readonly (string | null)[]> =>
    (await find(desk, text, 1000)).hits.map((hit) => hit.messageId);
  assert.equal((await idsOf("森")).length, 400);
  for (const query of ["鯨", "深", "鯨 ", "fox 鯨", "鯨 fo", "鯨 森", "中 鯨 do", "鯨 -nowhere ", "鯨 深鯨"]) {
    assert.deepEqual(await idsOf(query), ["session-9-1", "session-3-4"], query);
  }
  assert.deepEqual(await idsOf("鯨 -fox "), []);
  assert.deepEqual(await idsOf("鯨 nowhere"), []);
  assert.equal((await find(desk, "森", 7)).hits.length, 7);
});

test("the first hits are told while older shards are looked into", async (t) => {
  const { desk } = await openDesk(t, 40);
  await desk.catchUp();
  const firstOf = async (text: string, limit: number): Promise<readonly FoundHits[]> => {
    const told: FoundHits[] = [];
    const request = { kind: "find", id: 1, text, limit, isPatient: false, givenUp } as const;
    const all = await desk.find(request, (first) => told.push(first));
    assert.deepEqual(all?.hits.slice(0, told[0]?.hits.length ?? 0), told[0]?.hits ?? []);
    return told;
  };
  const [first, ...others] = await firstOf("fox", 1000);
  assert.equal(others.length, 0);
  assert.equal(first?.isComplete, false);
  assert.ok(first.hits.length > 0 && first.hits.length < 400);
  assert.equal((await firstOf("fox", 5)).length, 0, "the newest shard holds all that were asked for");
  assert.equal((await firstOf("nothing", 5)).length, 0);
});

test("a query that is given up stops at the next message", async (t) => {
  let asked = 0;
  const { desk } = await openDesk(t, 40, () => {
    asked += 1;
    return asked > 20;
  });
  await desk.catchUp();
  const request = { kind: "find", id: 1, text: "fox ", limit: 1000, isPatient: false, givenUp } as const;
  assert.equal(await desk.find(request), null);
  assert.ok(asked < 30, `asked ${String(asked)} times for 400 messages`);
});

test("nothing of a removed session is left in the file, in whichever shard it stood, changed rows included", async (t) => {
  const { desk, indexPath, databasePath } = await openDesk(t, 40);
  await desk.catchUp();
  runSql(
    databasePath,
    "update messages set parts = replace(parts, 'unique7x', '鯨鯱 changed7x') where session_id = 'session-7'; update sessions set title = 'U' where id = 'session-7'",
  );
  await desk.catchUp();
  assert.equal((await find(desk, "changed7x3 ")).hits.length, 1);
  const holds = (word: string): boolean =>
    ["", "-wal"].some((suffix) => readFileSync(`${indexPath}${suffix}`).includes(word));
  for (const word of ["mark7end", "鯨鯱"]) assert.ok(holds(word), word);
  await desk.remove([asSessionId("session-7")]);
  // Neighbouring words share their beginnings in the index, so what is looked for are ends that no other word has.
  for (const word of ["mark7end", "7x3", "hanged7x", "鯨鯱"]) assert.equal(holds(word), false, word);
  assert.equal((await find(desk, "mark8end ")).hits.length, 10);
});

test("what was written bit by bit is merged, once, and no room is kept that nothing needs", async (t) => {
  const { desk, indexPath, databasePath } = await openDesk(t, 40);
  await desk.catchUp();
  const unmerged = "select count(*) as rows from shard where size > merged_size * 1.5";
  const state = (): unknown => [
    querySql(indexPath, unmerged)[0]?.["rows"],
    Number(querySql(indexPath, "pragma freelist_count")[0]?.["freelist_count"]) < 256,
  ];
  assert.deepEqual(state(), [0, true]);
  const before = querySql(indexPath, "select number, size, merged_size from shard");
  runSql(
    databasePath,
    `insert into messages (id, session_id, role, parts, created_at, updated_at)
     values ('late', 'session-1', 'user', '[{"type":"text","data":{"text":"an otter"}}]', 50, 50);
     update sessions set updated_at = 50 where id = 'session-1'`,
  );
  await desk.catchUp();
  assert.equal((await find(desk, "otte")).hits.length, 1);
  const after = querySql(indexPath, "select number, size, merged_size from shard");
  assert.deepEqual(
    after.map((row) => row["merged_size"]),
    before.map((row) => row["merged_size"]),
    "not for a few words",
  );
  assert.deepEqual(state(), [0, true]);
});

test("two processes bring up one index: each message is in it once", async (t) => {
  const { desk, indexPath, databasePath, troubles } = await openDesk(t, 60);
  const other = startProcess(databasePath, indexPath);
  other.letGo();
  const [isDone, lines] = await Promise.all([desk.catchUp(), other.ended]);
  assert.equal(isDone, true);
  assert.ok(lines.includes("ready"), lines.join());
  assert.deepEqual(troubles, []);
  assert.equal(count(indexPath, "document"), 600);
  assert.equal((await find(desk, "fox", 1000)).hits.length, 600);
  assert.equal((await find(desk, "unique31x4 ")).hits.length, 1);
});

test("killed while it writes, again and again, the index is whole, and goes on where it was", async (t) => {
  const { desk, indexPath, databasePath, troubles } = await openDesk(t, 150);
  for (let kills = 1; kills <= 5; kills += 1) {
    const other = startProcess(databasePath, indexPath);
    await other.killIn(kills);
    assert.ok(!(await other.ended).includes("ready"));
    assert.ok(count(indexPath, "document") < 1500);
  }
  assert.equal(await desk.catchUp(), true);
  assert.deepEqual(troubles, []);
  assert.equal(count(indexPath, "document"), 1500);
  assert.equal((await find(desk, "unique149x9 ")).hits.length, 1);
  assert.equal((await find(desk, "unique0x0 ")).hits.length, 1);
});

test("an index that was removed or replaced while it was open is made again", async (t) => {
  const { desk, indexPath } = await openDesk(t, 3);
  await desk.catchUp();
  renameSync(indexPath, `${indexPath}.away`);
  assert.equal(await desk.catchUp(), true);
  assert.equal(count(indexPath, "document"), 30);
  assert.equal((await find(desk, "mark1end ")).hits.length, 10);
});

function startProcess(
  databasePath: string,
  indexPath: string,
): {
  readonly ended: Promise<string[]>;
  /** It does not wait between batches any more. */
  readonly letGo: () => void;
  /** Kills it while it writes what comes after so many batches. */
  readonly killIn: (batches: number) => Promise<void>;
} {
  const program = new URL("../../../test/harness/index-sessions-process.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [...process.execArgv, program, databasePath, indexPath], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  return {
    ended: once(child, "close").then(() => lines),
    letGo: () => child.stdin.end(),
    killIn: async (batches) => {
      for (let done = 0; done < batches; done += 1) {
        while (lines.length <= done) await once(reader, "line");
        child.stdin.write("\n");
      }
      child.kill("SIGKILL");
    },
  };
}

test("a title is found as soon as it is given, twice within a second, too", async (t) => {
  const { desk, databasePath } = await openDesk(t, 3);
  assert.equal((await find(desk, "zebra")).hits.length, 0);
  runSql(databasePath, "update messages set finished_at = 5 where id = 'session-1-1'");
  assert.equal((await find(desk, "zebra")).hits.length, 0);
  for (const title of ["zebra", "okapi"]) {
    runSql(databasePath, `update sessions set title = '${title}' where id = 'session-1'`);
    assert.deepEqual(
      (await find(desk, title)).hits.map((hit) => hit.title),
      [title],
    );
  }
  runSql(databasePath, "delete from sessions where id = 'session-1'");
  assert.equal((await find(desk, "okapi")).hits.length, 0);
});

test("what another program adds to an answer that it never ends is found", async (t) => {
  const { desk, databasePath } = await openDesk(t, 3);
  const answer = (text: string): string => JSON.stringify([{ type: "text", data: { text } }]);
  runSql(
    databasePath,
    `insert into messages (id, session_id, role, parts, created_at, updated_at)
     values ('streaming', 'session-1', 'assistant', '${answer("a heron")}', 5, strftime('%s', 'now'));
     drop trigger update_sessions_updated_at;
     update sessions set updated_at = 5 where id = 'session-1'`,
  );
  await desk.catchUp();
  assert.equal((await find(desk, "heron")).hits.length, 1);
  // Its session's row stays as it was: only the end of a turn changes that.
  runSql(databasePath, `update messages set parts = '${answer("a heron and an otter")}' where id = 'streaming'`);
  await desk.catchUp();
  assert.equal((await find(desk, "otter")).hits.length, 1);
});

test("of an output the first 16 K characters are found, of an answer all", async (t) => {
  const { desk, databasePath } = await openDesk(t, 1);
  const inside = "inside".padStart(16 * 1024, "- ");
  const text = `${inside} outside`;
  const rows = [
    { role: "tool", part: { type: "tool_result", data: { tool_call_id: "c", name: "bash", content: text } } },
    { role: "user", part: { type: "shell_command", data: { command: "true", output: text, exit_code: 0 } } },
    { role: "assistant", part: { type: "text", data: { text } } },
  ];
  for (const { role, part } of rows) {
    runSql(
      databasePath,
      `insert into messages (id, session_id, role, parts, created_at, updated_at)
       values ('of-${role}', 'session-0', '${role}', '${JSON.stringify([part])}', 5, 5)`,
    );
  }
  await desk.catchUp();
  const found = async (word: string): Promise<ReadonlySet<string | null>> =>
    new Set((await find(desk, word)).hits.map(({ messageId }) => messageId));
  assert.deepEqual(await found("inside "), new Set(["of-tool", "of-user", "of-assistant"]));
  assert.deepEqual(await found("outside "), new Set(["of-assistant"]));
});

test("where a newer program's index lies, a removed session's words go with the whole of it", async (t) => {
  const { desk, indexPath } = await openDesk(t, 3);
  runSql(indexPath, `pragma application_id = ${String(applicationId)}; pragma user_version = 999; create table t (a)`);
  await desk.remove([asSessionId("session-1")]);
  assert.ok(!existsSync(indexPath));
});

test("of many sessions with a path the last changed are found first, and those with a tag all", async (t) => {
  const { desk, databasePath } = await openDesk(t, 900);
  runSql(
    databasePath,
    `insert into read_files (session_id, path, read_at) select id, '/p/src/index.ts', 1 from sessions;
     insert into x_session_tag (session_id, tag, created_at_ms) values ('session-1', 'mine', 1)`,
  );
  const newest = await find(desk, "index.ts", 3);
  assert.deepEqual(
    newest.hits.slice(0, 3).map(({ sessionId }) => sessionId),
    ["session-899", "session-898", "session-897"],
  );
  assert.ok(!newest.isComplete);
  const tagged = await find(desk, "tag:mine index.ts");
  assert.deepEqual(
    tagged.hits.map(({ sessionId, field }) => [sessionId, field]),
    [["session-1", "path"]],
  );
});
