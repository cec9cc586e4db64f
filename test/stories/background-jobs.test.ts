/** What commands run in the background of sessions: it is marked, and leaving asks what becomes of it. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { processRuns, untilDead } from "../harness/process-life.ts";
import { answerPermission, ask, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { untilWritten } from "../harness/until-stored.ts";
import { answer, withModel, type ModelStage } from "../harness/with-model.ts";

/** Runs until the file `go` is there. */
const command = "echo $$ > pid; until [ -e go ]; do sleep 0.05; done";

/** A session with a job, and an empty one on the screen. */
async function withJobElsewhere({ sandbox, server }: ModelStage, app: RunningApp): Promise<string> {
  const input = { command, description: "Serve", run_in_background: true };
  server.push({
    match: { hasTools: true, promptIncludes: "Alders" },
    blocks: [{ kind: "tool-call", name: "bash", input }],
  });
  server.push(answer("It serves."));
  await ask(app, "Alders");
  await answerPermission(app, "a");
  await app.waitFor("It serves.");
  await untilReady(app);
  await app.waitFor("ready · & 1 job");
  app.press("ctrl+n");
  await app.waitFor(/│ New Session/u);
  await untilReady(app);
  await app.waitFor(/1 {3}A scripted title & 1 job/u);
  await untilWritten(sandbox.project, /^pid$/u, /\d\n/u);
  return readFileSync(path.join(sandbox.project, "pid"), "utf8").trim();
}

test("a job of a session out of sight is marked, named before leaving, and leaving can wait for it", async () => {
  await withModel(async (world) => {
    await using app = startApp({ sandbox: world.sandbox });
    const pid = await withJobElsewhere(world, app);
    app.press("ctrl+s");
    await app.waitFor(/A scripted title & 1 job .* \d+ /u);
    app.press("escape");
    await app.waitUntilGone("─ Sessions ");
    app.press("ctrl+c");
    await app.waitFor("1 background job still runs: stopped with Crush.");
    await app.waitFor(/echo \$\$ > pid.*\(A scripted title\)/u);
    app.press("w");
    await app.waitFor("quits when 1 job has ended");
    assert.ok(processRuns(pid));
    writeFileSync(path.join(world.sandbox.project, "go"), "");
    assert.equal((await app.exited).code, 0);
  });
});

test("leaving can stop what runs in the background", async () => {
  await withModel(async (world) => {
    await using app = startApp({ sandbox: world.sandbox });
    const pid = await withJobElsewhere(world, app);
    app.press("ctrl+c");
    await app.waitFor("1 background job still runs: stopped with Crush.");
    app.press("y");
    assert.equal((await app.exited).code, 0);
    await untilDead(pid);
  });
});
