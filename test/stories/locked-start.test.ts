/** Another program has the database alone while the window starts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { holdLock } from "../harness/hold-lock.ts";
import { runProgram } from "../harness/run-program.ts";
import { quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { answer, withModel } from "../harness/with-model.ts";

test("the start says whom it waits for, and goes on when the database is free", async (t) => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("One."));
    await runProgram({ sandbox, args: ["run", "-q", "first"] });
    const lock = await holdLock(t, sandbox.database, "commit; pragma locking_mode = exclusive; begin immediate");
    await using app = startApp({ sandbox, args: ["-C"] });
    await app.waitFor(/waiting: the session database is locked by (?:process \d+ \(|another program)/u);
    await lock.release();
    await untilReady(app);
    await app.waitFor("One.");
    assert.match(app.screen, /first/u);
    await quit(app);
  });
});
