/** A question that a killed program left open is there again, and its answer takes the turn up where it was. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { heldStep } from "../harness/held-step.ts";
import type { ScriptedStep } from "../harness/model-servers/script.ts";
import { runProgram } from "../harness/run-program.ts";
import type { Sandbox } from "../harness/sandbox.ts";
import { answerPermission, ask, quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { assertStrict } from "../harness/strict-reader.ts";
import { untilStored } from "../harness/until-stored.ts";
import { answer, turnRequests, withModel } from "../harness/with-model.ts";

/** A step that writes a file, for which it needs the person. */
function writes(prompt: string, file: string): ScriptedStep {
  return {
    match: { hasTools: true, promptIncludes: prompt },
    blocks: [{ kind: "tool-call", name: "write", input: { file_path: file, content: `words about ${prompt}\n` } }],
  };
}

/** As `kill -9` does it, once so many questions are on the disk. */
async function killedAsking(app: RunningApp, sandbox: Sandbox, questions = 1): Promise<void> {
  await untilStored({
    file: sandbox.database,
    sql: "select id from x_ask",
    holds: (rows) => rows.length === questions,
  });
  app.kill("SIGKILL");
  await app.exited;
}

/** How many results each call has, by file. */
function resultsOf(sandbox: Sandbox): number[] {
  const rows = databaseRows(sandbox.database, "select role, parts from messages order by rowid");
  const parts = rows.map((row) => String(row["parts"])).join("\n");
  const calls = [...parts.matchAll(/"type":"tool_call","data":\{"id":"([^"]+)"/gu)].map(([, id = ""]) => id);
  return calls.map((id) => parts.split(`"tool_call_id":"${id}"`).length - 1);
}

test("the dialog is there again after kill -9; allowed, the file is written and the turn goes on", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(writes("Alders", "alders.txt"));
    await using app = startApp({ sandbox });
    await ask(app, "Alders");
    await app.waitFor("─ Permission");
    await killedAsking(app, sandbox);

    // Whoever reads the rows meanwhile, a Crush too, finds them in order.
    const listed = await runProgram({ sandbox, args: ["session", "last", "--json"] });
    assert.match(listed.stdout, /ended while the person was being asked/u);
    assertStrict(sandbox.database);
    assert.deepEqual(resultsOf(sandbox), [1]);

    await using again = startApp({ sandbox, args: ["-C"] });
    await again.waitFor("The program ended while this was asked.");
    await again.waitFor("alders.txt");
    await again.waitUntil(() => again.terminal.titles.at(-1)?.includes("asks") === true, {
      what: "the title to say that it asks",
    });
    server.push(answer("It is written."));
    await answerPermission(again, "a");
    await again.waitFor("It is written.");
    await untilReady(again);
    assert.equal(readFileSync(path.join(sandbox.project, "alders.txt"), "utf8"), "words about Alders\n");
    assert.deepEqual(resultsOf(sandbox), [1]);
    const conversation = turnRequests(server).at(-1)?.conversation ?? [];
    assert.deepEqual(
      conversation.map(({ role }) => role),
      ["system", "user", "assistant", "tool"],
    );
    assert.doesNotMatch(conversation.at(-1)?.text ?? "", /Not run/u);
    await quit(again);
  });
});

test("a reason that was half typed is there again after kill -9, and goes to the model once it is whole", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(writes("Alders", "alders.txt"));
    await using app = startApp({ sandbox });
    await ask(app, "Alders");
    await app.waitFor("r deny and say why");
    app.press("r");
    await app.waitUntilGone("r deny and say why");
    app.type("call it bir");
    await app.waitFor("call it bir");
    await untilStored({
      file: sandbox.database,
      sql: "select view from x_view",
      holds: (rows) => rows.some((row) => String(row["view"]).includes("call it bir")),
    });
    await killedAsking(app, sandbox);

    await using again = startApp({ sandbox, args: ["-C"] });
    await again.waitFor("The program ended while this was asked.");
    await again.waitFor("call it bir");
    await again.waitFor("enter deny with this word");
    server.push(answer("As you like."));
    again.type("ches");
    await again.waitFor("call it birches");
    again.press("enter");
    await again.waitFor("As you like.");
    await untilReady(again);
    assert.match(turnRequests(server).at(-1)?.conversation.at(-1)?.text ?? "", /call it birches/u);
    assert.ok(!existsSync(path.join(sandbox.project, "alders.txt")));
    assert.deepEqual(resultsOf(sandbox), [1]);
    await quit(again);
  });
});

test("a terminal that goes away leaves the question; quitting answers it: canceled", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(writes("Alders", "alders.txt"));
    await using app = startApp({ sandbox });
    await ask(app, "Alders");
    await app.waitFor("─ Permission");
    app.kill("SIGHUP");
    assert.equal((await app.exited).code, 129);
    assertStrict(sandbox.database);

    await using again = startApp({ sandbox, args: ["-C"] });
    await again.waitFor("The program ended while this was asked.");
    server.push(answer("It is written."), writes("Birches", "birches.txt"));
    await answerPermission(again, "a");
    await again.waitFor("It is written.");
    await ask(again, "Birches");
    await again.waitFor("─ Permission");
    again.press("ctrl+c");
    await again.waitFor("1 session still at work: stopped");
    again.press("y");
    assert.equal((await again.exited).code, 0);
    assert.deepEqual(databaseRows(sandbox.database, "select id from x_ask"), []);
    assert.deepEqual(resultsOf(sandbox), [1, 1]);
  });
});

test("--plain asks in words what a killed program left", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(writes("Alders", "alders.txt"));
    await using app = startApp({ sandbox });
    await ask(app, "Alders");
    await app.waitFor("─ Permission");
    await killedAsking(app, sandbox);

    await using again = startApp({ sandbox, args: ["--plain", "-C"], columns: 100, rows: 60 });
    await again.waitFor("The program ended while this was asked.");
    server.push(answer("It is written."));
    await again.waitFor("Allow? a: once");
    again.write("y\r");
    await again.waitFor("It is written.");
    await again.waitFor(/You: ?$/u);
    again.write("/quit\r");
    assert.equal((await again.exited).code, 0);
    assert.ok(existsSync(path.join(sandbox.project, "alders.txt")));
    assert.deepEqual(resultsOf(sandbox), [1]);
  });
});

test("a question of a session that is not shown comes back too: marked, counted, a key away", async () => {
  await withModel(async ({ sandbox, server }) => {
    const alders = heldStep(writes("Alders", "alders.txt"));
    server.push(alders.step);
    await using app = startApp({ sandbox });
    await ask(app, "Alders");
    app.press("ctrl+n");
    await app.waitFor(/│ New Session/u);
    alders.letGo();
    await app.waitFor("Alders asks alt+a");
    server.push(writes("Birches", "birches.txt"));
    await ask(app, "Birches");
    await app.waitFor("─ Permission");
    await killedAsking(app, sandbox, 2);

    await using again = startApp({ sandbox, args: ["-C"] });
    await again.waitFor("─ Permission · Birches");
    await again.waitFor("Alders asks alt+a");
    await again.waitUntil(() => again.terminal.titles.at(-1)?.includes("(1 asking)") === true, {
      what: "the title to count it",
    });
    again.press("ctrl+s");
    await again.waitFor("─ Sessions");
    const marked = again.terminal.rows().filter((row) => /│.*\? (?:Alders|Birches) .*now/u.test(row));
    assert.equal(marked.length, 2, again.terminal.rows().join("\n"));
    again.press("escape");
    await answerPermission(again, "d");
    await untilReady(again);
    assert.equal(turnRequests(server).length, 2, "denied without a word, it asks the model nothing");
    again.press("alt+a");
    await again.waitFor("─ Permission · Alders");
    server.push(answer("It is written."));
    await answerPermission(again, "a");
    await again.waitFor("It is written.");
    await untilReady(again);
    assert.ok(existsSync(path.join(sandbox.project, "alders.txt")));
    assert.ok(!existsSync(path.join(sandbox.project, "birches.txt")));
    assert.deepEqual(resultsOf(sandbox), [1, 1]);
    await quit(again);
  });
});
