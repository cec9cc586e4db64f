/** The list of prompts that wait: it changes by itself, and keys work on what the person saw. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { ask } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { untilStored } from "../harness/until-stored.ts";
import { withModel } from "../harness/with-model.ts";

test("in the list of waiting prompts a key works on the chosen one alone, however fast it comes", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    server.push({
      match: { hasTools: true, promptIncludes: "Alders" },
      blocks: [{ kind: "text", text: `Alders begins. ${"And more. ".repeat(20)}` }],
      deltaLength: 40,
      fault: { at: "middle", afterFrames: 4, error: "hang" },
    });
    await ask(app, "Alders");
    await app.waitFor("Alders begins.");
    for (const name of ["Birches", "Cedars", "Douglas"]) {
      app.type(name);
      await app.waitFor(`› ${name}`);
      app.press("enter");
      await app.waitUntilGone(`› ${name}`);
    }
    app.press("ctrl+t");
    await app.waitFor("› Birches");
    app.press("down", "down");
    await app.waitFor("› Douglas");
    app.type("uu");
    const texts = "SELECT text FROM x_queue ORDER BY position, rowid";
    await untilStored({
      file: sandbox.database,
      sql: texts,
      holds: (rows) => rows.map(({ text }) => text).join() === "Douglas,Birches,Cedars",
    });
    await app.waitFor(/› Douglas[\s\S]*Birches[\s\S]*Cedars/u);
    app.type("xx");
    await app.waitUntilGone("› Douglas");
    const left = databaseRows(sandbox.database, texts);
    assert.deepEqual(
      left.map(({ text }) => text),
      ["Birches", "Cedars"],
    );
    app.press("escape");
    await app.waitUntilGone("─ Todos");
    app.press("ctrl+c");
    await app.waitFor("Leave Crush?");
    app.press("y");
    assert.equal((await app.exited).code, 0);
  });
});
