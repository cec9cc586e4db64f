/** Sessions of every kind that Crush writes open, show and go on; what Crush wrote stays as it was. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addCrushSample, sampleSessions } from "../harness/crush-sample.ts";
import { databaseRows, type Row } from "../harness/database-rows.ts";
import { runProgram } from "../harness/run-program.ts";
import type { Sandbox } from "../harness/sandbox.ts";
import { scriptedModel } from "../harness/scripted-config.ts";
import { quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { answer, type ModelStage, turnRequests, withModel } from "../harness/with-model.ts";

const messagesSql =
  "SELECT id, session_id, role, parts, model, created_at, finished_at, provider, is_summary_message FROM messages ORDER BY rowid";

function rowsById(sandbox: Sandbox): Map<string, Row> {
  return new Map(databaseRows(sandbox.database, messagesSql).map((row) => [String(row["id"]), row]));
}

async function withSample(story: (stage: ModelStage) => Promise<void>): Promise<void> {
  await withModel(
    async (stage) => {
      stage.server.push(answer("Made by ours."));
      const made = await runProgram({ sandbox: stage.sandbox, args: ["run", "-q", "A session of our own"] });
      assert.equal(made.code, 0, made.stderr);
      addCrushSample(stage.sandbox);
      const before = rowsById(stage.sandbox);
      await story(stage);
      const after = rowsById(stage.sandbox);
      for (const [id, row] of before) assert.deepEqual(after.get(id), row, `the row ${id} of Crush's`);
    },
    { dialect: "deepseek", leaves: "unsettled" },
  );
}

test("all are listed and shown, child and title sessions are not", async () => {
  await withSample(async ({ sandbox }) => {
    const listed = await runProgram({ sandbox, args: ["session", "list", "--json"] });
    const uuids = (JSON.parse(listed.stdout) as { readonly uuid: string }[]).map(({ uuid }) => uuid);
    assert.equal(uuids.length, 6);
    for (const uuid of Object.values(sampleSessions)) {
      assert.ok(uuids.includes(uuid));
      for (const args of [
        ["session", "show", uuid],
        ["session", "show", uuid, "--json"],
      ]) {
        const shown = await runProgram({ sandbox, args });
        assert.equal(shown.code, 0, shown.stderr);
        assert.ok(shown.stdout.includes(uuid));
      }
    }
  });
});

test("each goes on headless with a request that a strict server takes", async () => {
  await withSample(async ({ sandbox, server }) => {
    for (const [name, uuid] of Object.entries(sampleSessions)) {
      server.push(answer(`On with ${name}.`));
      const result = await runProgram({
        sandbox,
        args: ["run", "-q", "--anyway", "-m", scriptedModel, "-s", uuid, `Go on with ${name}`],
      });
      assert.equal(result.code, 0, `${name}: ${result.stderr}`);
      const conversation = turnRequests(server).at(-1)?.conversation ?? [];
      assert.equal(conversation.at(-1)?.text, `Go on with ${name}`);
      const calls = conversation.flatMap((message) => message.calls.map((call) => call.id));
      const results = conversation.flatMap((message) => message.callId ?? []);
      assert.deepEqual(results.toSorted(), calls.toSorted(), `${name}: each call has one result`);
    }
  });
});

test("a summarised session sends its summary and what came after it", async () => {
  await withSample(async ({ sandbox, server }) => {
    const summary = databaseRows(
      sandbox.database,
      `SELECT m.rowid AS place, m.parts FROM messages m JOIN sessions s ON s.summary_message_id = m.id WHERE s.id = '${sampleSessions.summarised}'`,
    )[0];
    const [{ data }] = JSON.parse(String(summary?.["parts"])) as [{ readonly data: { readonly text: string } }];
    server.push(answer("On with it."));
    await runProgram({ sandbox, args: ["run", "-q", "-m", scriptedModel, "-s", sampleSessions.summarised, "Go on"] });
    const first = turnRequests(server)
      .at(-1)
      ?.conversation.find(({ role }) => role !== "system");
    assert.equal(first?.role, "user");
    assert.ok(first.text.includes(data.text));
  });
});

test("each opens on the screen, offers a model where its own is gone, and goes on there", async () => {
  await withSample(async ({ sandbox, server }) => {
    for (const [name, uuid] of Object.entries(sampleSessions)) {
      await using app = startApp({ sandbox, args: ["-s", uuid], rows: 50 });
      await untilReady(app);
      app.type(`Go on with ${name}`);
      await app.waitFor(`› Go on with ${name}`);
      if (/provider \w+ is not/u.test(app.screen)) {
        app.press("enter");
        await app.waitFor("─ Models ─");
        app.press("enter");
        await app.waitUntilGone("─ Models ─");
        await app.waitFor(`› Go on with ${name}`);
      }
      server.push(answer(`On with ${name}.`));
      app.press("enter");
      if (name === "interrupted") {
        // Whether Crush is still at work there can't be seen: the first enter asks.
        await app.waitFor("its last step is unfinished");
        await app.waitFor(`› Go on with ${name}`);
        app.press("enter");
      }
      await app.waitFor(`On with ${name}.`);
      await untilReady(app);
      await quit(app);
    }
    assert.equal(turnRequests(server).length, 6);
  });
});
