/** A session of many messages is copied in a thread: the screen goes on, and what was cut off leaves nothing. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { runSql } from "../harness/open-test-store.ts";
import { runProgram } from "../harness/run-program.ts";
import { launcher, type Sandbox } from "../harness/sandbox.ts";
import { quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { untilStored } from "../harness/until-stored.ts";
import { answer, withModel } from "../harness/with-model.ts";
import type { ModelServer } from "../harness/model-servers/start-model-server.ts";

const messages = 10_000;

/** Some 20 MB, whose copying goes on until it is killed or `copyFast` was called, on a machine of any speed. */
async function hasLongSession(sandbox: Sandbox, server: ModelServer): Promise<string> {
  server.push(answer("Begun."));
  await runProgram({ sandbox, args: ["run", "-q", "begin"] });
  const id = String(databaseRows(sandbox.database, "select id from sessions")[0]?.["id"]);
  runSql(
    sandbox.database,
    `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${String(messages)})
     insert into messages (id, session_id, role, model, parts, created_at, updated_at)
     select printf('00000000-0000-4000-8000-%012x', i), '${id}', 'user', '', '[{"type":"text","data":{"text":"' || hex(zeroblob(1000)) || '"}},{"type":"finish","data":{"reason":"stop","time":0}}]',
       2000000000, 2000000000 from n;
     create trigger slow_copy after insert on messages begin select hex(randomblob(3000000)); end`,
  );
  return id;
}

function copyFast(sandbox: Sandbox): void {
  runSql(sandbox.database, "drop trigger slow_copy");
}

const count = (sandbox: Sandbox, table: string): number =>
  Number(databaseRows(sandbox.database, `select count(*) as n from ${table}`)[0]?.["n"]);

test("while a long session is copied its progress is shown and the screen goes on; then the copy is opened", async () => {
  await withModel(async ({ sandbox, server }) => {
    await hasLongSession(sandbox, server);
    await using app = startApp({ sandbox, args: ["-C"] });
    await untilReady(app);
    app.type(" /fork");
    app.press("enter");
    await app.waitFor(/copying the session \d+ %/u);
    app.type("typed meanwhile");
    await app.waitFor("› typed meanwhile");
    assert.equal(count(sandbox, "sessions"), 1, "nobody sees it before all is there");
    copyFast(sandbox);
    await app.waitFor("Forked as “A scripted title (fork)”");
    await app.waitUntilGone("copying the session");
    await quit(app);
    const rows = databaseRows(sandbox.database, "select message_count as n from sessions");
    assert.deepEqual(
      rows.map(({ n }) => n),
      [messages + 2, messages + 2],
    );
    assert.equal(count(sandbox, "x_copy"), 0);
  });
});

test("a process that is killed while it copies leaves no session, and the next one removes what it had copied", async () => {
  await withModel(async ({ sandbox, server }) => {
    const id = await hasLongSession(sandbox, server);
    const forking = spawn(launcher, ["session", "fork", id], {
      cwd: sandbox.project,
      env: sandbox.environment(),
      stdio: "ignore",
    });
    const end = once(forking, "exit");
    await untilStored({
      file: sandbox.database,
      sql: `select count(*) as n from messages where session_id != '${id}'`,
      holds: (rows) => Number(rows[0]?.["n"]) > 0,
    });
    forking.kill("SIGKILL");
    await end;
    copyFast(sandbox);
    assert.equal(count(sandbox, "sessions"), 1);
    assert.equal(count(sandbox, "x_copy"), 1);
    assert.ok(count(sandbox, "messages") < 2 * messages + 4, "it was killed in the middle");
    const list = await runProgram({ sandbox, args: ["session", "list", "--json"] });
    assert.equal((JSON.parse(list.stdout) as unknown[]).length, 1);
    await using app = startApp({ sandbox, args: ["-C"] });
    await untilStored({ file: sandbox.database, sql: "select 1 from x_copy", holds: (rows) => rows.length === 0 });
    await untilReady(app);
    await quit(app);
    assert.equal(count(sandbox, "messages"), messages + 2);
    const doctor = await runProgram({ sandbox, args: ["doctor"] });
    assert.doesNotMatch(doctor.stdout, /^(?:mend|damage):/mu);
  });
});
