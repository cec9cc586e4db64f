/** Sessions in which nothing was said leave nothing behind, at the screen as in the database. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { runProgram } from "../harness/run-program.ts";
import { askAndWait, openInPicker, quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { untilStored } from "../harness/until-stored.ts";
import { answer, withModel } from "../harness/with-model.ts";

test("a start after a conversation makes no row; a new session left empty goes; quitting from one ends well", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("The first answer."), answer("The second answer."));
    const first = await runProgram({ sandbox, args: ["run", "-q", "first"] });
    assert.equal(first.code, 0, first.stderr);
    const rows = (): number => databaseRows(sandbox.database, "select id from sessions").length;
    await using app = startApp({ sandbox });
    await untilReady(app);
    assert.equal(rows(), 1);
    await askAndWait(app, "second", "The second answer.");
    assert.equal(rows(), 2);
    app.press("ctrl+n");
    await app.waitUntilGone("The second answer.");
    await untilReady(app);
    assert.equal(rows(), 3);
    await quit(app);
    assert.equal(rows(), 2);
  });
});

test("the empty session of the start that is left for another one has no place and no number beside the others", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("The first answer."));
    await runProgram({ sandbox, args: ["run", "-q", "first"] });
    await using app = startApp({ sandbox });
    await untilReady(app);
    await openInPicker(app, "scripted");
    await app.waitFor("The first answer.");
    await app.waitUntilGone("Other sessions");
    assert.equal(app.terminal.find("New Session"), null);
    await quit(app);
  });
});

test("with a draft the session of the start keeps its number", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("The first answer."));
    await runProgram({ sandbox, args: ["run", "-q", "first"] });
    await using app = startApp({ sandbox });
    await untilReady(app);
    app.type("half a thought");
    await app.waitFor("› half a thought");
    await openInPicker(app, "scripted");
    await app.waitFor(/\d {3}New Session/u);
    app.press("alt+1");
    await app.waitFor("› half a thought");
    const sql = "select draft from x_session where draft <> ''";
    const [row] = await untilStored({ file: sandbox.database, sql, holds: (rows) => rows.length > 0 });
    assert.equal(row?.["draft"], "half a thought");
    assert.equal(databaseRows(sandbox.database, "select id from sessions").length, 2);
    await quit(app);
  });
});
