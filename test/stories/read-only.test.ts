/** A project that may be read and not written, sessions in it: what was said is shown, nothing is changed, and that is said. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import path from "node:path";
import { test } from "node:test";
import { contentHash } from "../../src/lib/content-hash.ts";
import { querySql, runSql } from "../harness/open-test-store.ts";
import { privateMountProblem, runWithMounts, startWithMounts } from "../harness/private-mounts.ts";
import { runProgram } from "../harness/run-program.ts";
import type { Sandbox } from "../harness/sandbox.ts";
import { untilReady } from "../harness/screen-steps.ts";
import { answer, turnRequests, withModel } from "../harness/with-model.ts";
import type { ModelServer } from "../harness/model-servers/start-model-server.ts";

const skip = privateMountProblem() ?? false;
/** The directory is entered anew: the mount lies over the one that the script was started in. */
const readOnly = 'mount --bind . . && mount -o remount,ro,bind . && cd "$PWD"';
const isReadOnly = /crush\.db is on a read-only file system/u;

async function hasSaid(sandbox: Sandbox, server: ModelServer): Promise<void> {
  server.push(answer("The anvil is heavy."));
  const { code } = await runProgram({ sandbox, args: ["run", "-q", "Tell me of the anvil"] });
  assert.equal(code, 0);
}

/** As a program leaves it that was killed on another machine: what it wrote last is in the log alone. */
function leaveLog(file: string): void {
  const files = [file, `${file}-wal`];
  const database = new DatabaseSync(file);
  database.exec("update sessions set title = 'only in the log'");
  const contents = files.map((each) => readFileSync(each));
  database.close();
  for (const [index, each] of files.entries()) writeFileSync(each, contents[index] ?? "");
  rmSync(`${file}-shm`, { force: true });
}

const fileHash = (file: string): string => contentHash(readFileSync(file, "latin1"));

test("what reads works, what writes names the file and changes nothing", { skip }, async () => {
  await withModel(async ({ sandbox, server }) => {
    await hasSaid(sandbox, server);
    const id = String(querySql(sandbox.database, "select id from sessions")[0]?.["id"]);
    const before = fileHash(sandbox.database);
    const run = async (...words: readonly string[]): ReturnType<typeof runWithMounts> =>
      runWithMounts(sandbox, `${readOnly}; exec "$PROGRAM" ${words.join(" ")}`);
    const copy = path.join(sandbox.root, "copy.db");
    for (const [words, shown] of [
      [["session", "list"], /A scripted title/u],
      [["session", "show", id], /The anvil is heavy\./u],
      [["session", "search", "scripted"], /A scripted title/u],
      [["stats"], /Total/u],
      [["db", "info"], /1 sessions/u],
      [["doctor"], /Nothing is wrong/u],
      [["db", "backup", copy], /Backed up/u],
    ] as const) {
      const { code, stdout, stderr } = await run(...words);
      assert.equal(code, 0, `${words.join(" ")}: ${stderr}`);
      assert.match(stdout, shown);
    }
    assert.match((await run("session", "search", "anvil")).stderr, /index of words can't be kept here/u);
    assert.equal(querySql(copy, "select id from messages").length, 2);
    for (const words of [
      ["run", "-q", "more"],
      ["run", "-q", "-C", "more"],
      ["session", "rename", id, "other"],
      ["session", "delete", "--yes", id],
      ["db", "vacuum"],
    ]) {
      const { code, stdout, stderr } = await run(...words);
      assert.deepEqual([code, stdout], [1, ""], words.join(" "));
      assert.match(stderr, isReadOnly);
      assert.match(stderr, /hint: Make the file and its directory writable/u);
    }
    assert.equal(turnRequests(server).length, 1, "nothing more was asked of the model");
    assert.equal(fileHash(sandbox.database), before);
  });
});

test(
  "the screen shows the sessions, says that nothing can be changed, and keeps what was typed",
  { skip },
  async () => {
    await withModel(async ({ sandbox, server }) => {
      await hasSaid(sandbox, server);
      const before = fileHash(sandbox.database);
      await using app = startWithMounts(sandbox, `${readOnly}; exec "$PROGRAM" -C`);
      await app.waitFor("The anvil is heavy.");
      await untilReady(app);
      app.type("and the hammer");
      app.press("enter");
      await app.waitFor("Nothing can be changed: ");
      await app.waitFor("› and the hammer");
      app.press("ctrl+s");
      await app.waitFor("─ Sessions (1) ─");
      app.press("escape");
      await app.waitUntilGone("─ Sessions (1) ─");
      app.press("ctrl+c");
      await app.waitFor("Leave Crush?");
      app.press("y");
      assert.equal((await app.exited).code, 0);
      assert.match(app.terminal.mainText(), /What was typed last could not be kept: Nothing can be changed/u);
      assert.match(app.terminal.mainText(), /Continue with: /u);
      assert.equal(turnRequests(server).length, 1);
      assert.equal(fileHash(sandbox.database), before);
    });
  },
);

test("what must be written to be read is refused, and stays as it is", { skip }, async () => {
  await withModel(
    async ({ sandbox, server }) => {
      await hasSaid(sandbox, server);
      runSql(sandbox.database, "delete from x_schema where version = (select max(version) from x_schema)");
      const older = await runWithMounts(sandbox, `${readOnly}; exec "$PROGRAM" session list`);
      assert.notEqual(older.code, 0);
      assert.match(
        older.stderr,
        /is of an older version and can't be brought up to date: \S+ is on a read-only file system/u,
      );
      leaveLog(sandbox.database);
      const logged = await runWithMounts(sandbox, `${readOnly}; exec "$PROGRAM" session list`);
      assert.notEqual(logged.code, 0);
      assert.match(logged.stderr, /crush\.db can't be read where it can't be written: its log holds changes/u);
    },
    { leaves: "unsettled" },
  );
});
