/** The picker: list, filter, open, new, rename, delete. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { runProgram } from "../harness/run-program.ts";
import type { Sandbox } from "../harness/sandbox.ts";
import { ask, askAndWait, openInPicker, quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { answer, type ModelStage, withModel } from "../harness/with-model.ts";

const titlesSql = "SELECT title FROM sessions ORDER BY title";

function titles(sandbox: Sandbox): string[] {
  return databaseRows(sandbox.database, titlesSql).map((row) => String(row["title"]));
}

/** A conversation a title, oldest first. */
async function makeSessions({ sandbox, server }: ModelStage, names: readonly string[]): Promise<void> {
  for (const name of names) {
    server.push(answer(`All about ${name}.`));
    const made = await runProgram({ sandbox, args: ["run", "--format", "json", `Tell me about ${name}`] });
    assert.equal(made.code, 0, made.stderr);
    const { session_id: id } = JSON.parse(made.stdout) as { readonly session_id: string };
    await runProgram({ sandbox, args: ["session", "rename", id, name] });
  }
}

async function openPicker(app: RunningApp): Promise<void> {
  await untilReady(app);
  app.press("ctrl+s");
  await app.waitFor("─ Sessions (");
}

test("sessions are listed newest first, filtered while typing, and opened", async () => {
  await withModel(async (stage) => {
    await makeSessions(stage, ["Alders", "Birches", "Cedars"]);
    await using app = startApp({ sandbox: stage.sandbox });
    await openPicker(app);
    const rows = app.terminal.rows().filter((row) => /Alders|Birches|Cedars/u.test(row));
    assert.equal(rows.length, 3);
    app.type("birc");
    await app.waitUntilGone("Cedars");
    assert.ok(app.terminal.find("Birches") && app.terminal.find("Alders") === null);
    app.press("enter");
    await app.waitFor("All about Birches.");
    await openPicker(app);
    app.press("escape");
    await app.waitUntilGone("─ Sessions (");
    assert.ok(app.terminal.find("All about Birches."), "esc leaves the session as it was");
    await quit(app);
    assert.match(app.terminal.mainText(), /Birches/u);
  });
});

test("a session is renamed and another deleted after a confirmation, with all that is its own", async () => {
  await withModel(async (stage) => {
    const { sandbox } = stage;
    await makeSessions(stage, ["Alders", "Birches"]);
    await using app = startApp({ sandbox });
    await openPicker(app);
    app.type("alders");
    await app.waitUntilGone("Birches");
    app.press("ctrl+r");
    await app.waitFor("New title: Alders");
    app.type(" and elms");
    await app.waitFor("New title: Alders and elms");
    app.press("enter");
    await app.waitUntilGone("New title:");
    await app.waitFor("Alders and elms");
    assert.ok(titles(sandbox).includes("Alders and elms"));
    app.press("escape");
    await app.waitUntilGone("─ Sessions (");

    await openPicker(app);
    app.type("birches");
    await app.waitUntilGone("Alders");
    app.press("ctrl+x");
    await app.waitFor("Delete “Birches”?");
    app.press("escape");
    await app.waitUntilGone("Delete “Birches”?");
    assert.ok(titles(sandbox).includes("Birches"), "kept without the confirmation");
    app.press("ctrl+x");
    await app.waitFor("Delete “Birches”?");
    app.press("y");
    await app.waitUntilGone("Birches");
    await quit(app);
    assert.ok(!titles(sandbox).includes("Birches"));
    const orphans = databaseRows(
      sandbox.database,
      "SELECT id FROM messages WHERE session_id NOT IN (SELECT id FROM sessions)",
    );
    assert.deepEqual(orphans, []);
    assert.equal(databaseRows(sandbox.database, "SELECT id FROM messages").length, 2, "the other session's are there");
  });
});

test("a new session starts empty, and an empty one that is left does not stay behind", async () => {
  await withModel(async (stage) => {
    const { sandbox, server } = stage;
    await makeSessions(stage, ["Alders"]);
    await using app = startApp({ sandbox, args: ["-C"] });
    await app.waitFor("All about Alders.");
    app.press("ctrl+n");
    await app.waitUntilGone("All about Alders.");
    await openInPicker(app, "Alders");
    await app.waitFor("All about Alders.");
    app.press("ctrl+n");
    await app.waitUntilGone("All about Alders.");
    server.push(answer("A first answer."));
    await askAndWait(app, "A first question", "A first answer.");
    await quit(app);
    assert.equal(titles(sandbox).length, 2);
  });
});

test("an answer goes on while another session is looked at, and both are whole", async () => {
  await withModel(async (stage) => {
    const { sandbox, server } = stage;
    await makeSessions(stage, ["Alders"]);
    const text = Array.from({ length: 60 }, (_, index) => `word${index}`).join(" ");
    server.push({
      match: { promptIncludes: "slowly" },
      blocks: [{ kind: "text", text }],
      delayMs: 15,
      deltaLength: 12,
    });
    await using app = startApp({ sandbox });
    await ask(app, "Say it slowly");
    await app.waitFor("word3");
    app.press("ctrl+s");
    await app.waitFor("─ Sessions (");
    app.type("Alders");
    await app.waitFor("Filter: Alders");
    app.press("enter");
    await app.waitFor("All about Alders.");
    assert.equal(app.terminal.find("word3"), null);
    server.push({ match: { promptIncludes: "quickly" }, blocks: [{ kind: "text", text: "A quick answer." }] });
    await askAndWait(app, "Say it quickly", "A quick answer.");
    app.press("ctrl+s");
    await app.waitFor("─ Sessions (");
    app.press("down");
    await server.settled();
    await quit(app);
    const stored = databaseRows(sandbox.database, "SELECT parts FROM messages WHERE role = 'assistant'");
    assert.ok(stored.some((row) => String(row["parts"]).includes(text)));
    assert.ok(stored.some((row) => String(row["parts"]).includes("A quick answer.")));
  });
});
