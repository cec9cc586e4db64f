/** Sessions in which nothing was said leave nothing behind, at the screen as in the database. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { runProgram } from "../harness/run-program.ts";
import { askAndWait, quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
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
