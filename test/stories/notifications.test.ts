/** While another window has the focus, what wants the person is told as `options.notifications` says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerPermission, ask, quit, untilReady } from "../harness/screen-steps.ts";
import { scriptedConfig } from "../harness/scripted-config.ts";
import { startApp } from "../harness/start-app.ts";
import { answer, withModel } from "../harness/with-model.ts";

/** A session that is not shown asks; resolves with how often the bell rang for it. */
async function askOutOfSight(notifications: "bell" | "none", expected: number): Promise<number> {
  let bells = -1;
  await withModel(async ({ sandbox, server }) => {
    const options = { disable_default_providers: true, notifications };
    sandbox.writeGlobalConfig(scriptedConfig({ url: server.url, more: { options } }));
    await using app = startApp({ sandbox });
    const input = { file_path: "alders.txt", content: "words about alders\n" };
    server.push({
      match: { hasTools: true, promptIncludes: "Alders" },
      blocks: [{ kind: "tool-call", name: "write", input }],
      delayMs: 100,
    });
    await untilReady(app);
    app.write("\u001B[O");
    await ask(app, "Alders");
    app.press("ctrl+n");
    await app.waitFor(/│ New Session/u);
    await app.waitFor("Alders asks alt+a");
    await app.waitUntil((terminal) => terminal.bellCount >= expected, { what: `${expected} bells` });
    bells = app.terminal.bellCount;
    app.write("\u001B[I");
    assert.ok(!app.output.includes("\u001B]9;Crush"), "no message of the terminal's");
    app.press("ctrl+s");
    await app.waitFor("─ Sessions");
    app.press("alt+a");
    await app.waitFor("─ Permission · Alders ");
    assert.equal(app.terminal.find("─ Sessions"), null, "the key leads there out of the list, too");
    server.push(answer("It is made."));
    await answerPermission(app, "a");
    await app.waitFor("It is made.");
    await untilReady(app);
    await quit(app);
  });
  return bells;
}

test("with the bell for notifications a question out of sight rings it, without words", async () => {
  assert.equal(await askOutOfSight("bell", 1), 1);
});

test("with no notifications a question out of sight is told on the screen alone", async () => {
  assert.equal(await askOutOfSight("none", 0), 0);
});
