/** Where the program can't show itself it says so; when it goes, however it goes, the terminal is as it was. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { runProgram } from "../harness/run-program.ts";
import { launcher, Sandbox } from "../harness/sandbox.ts";
import { useScriptedModel } from "../harness/scripted-config.ts";
import { quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { answer, withModel } from "../harness/with-model.ts";

const nowhere = "http://127.0.0.1:9/v1";

function assertTerminalRestored(app: RunningApp): void {
  assert.deepEqual(app.terminal.modes.leftovers(), []);
  assert.equal(app.isLineMode, true);
}

test("signals that end programs leave the terminal as it was", async (t) => {
  for (const [signal, code] of [
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGQUIT", 131],
  ] as const) {
    await t.test(signal, async () => {
      using sandbox = new Sandbox();
      useScriptedModel(sandbox, { url: nowhere });
      await using app = startApp({ sandbox, hasKittyKeyboard: true });
      await untilReady(app);
      assert.ok(app.terminal.modes.isAlternateScreen);
      app.kill(signal);
      assert.equal((await app.exited).code, code);
      assertTerminalRestored(app);
    });
  }
});

test("started with SIGINT ignored, as by some wrappers, it ends by SIGINT all the same", async () => {
  using sandbox = new Sandbox();
  useScriptedModel(sandbox, { url: nowhere });
  const through = ["/bin/sh", "-c", `trap '' INT; exec "$@"`, "sh"];
  await using app = startApp({ sandbox, through });
  await untilReady(app);
  app.kill("SIGINT");
  assert.equal((await app.exited).code, 130);
  assertTerminalRestored(app);
});

test("in a terminal with the kitty keyboard protocol too, quitting leaves nothing on", async () => {
  using sandbox = new Sandbox();
  useScriptedModel(sandbox, { url: nowhere });
  await using app = startApp({ sandbox, hasKittyKeyboard: true });
  await untilReady(app);
  await app.waitUntil((terminal) => terminal.modes.kittyFlags > 0, { what: "the kitty keyboard protocol" });
  app.write("\u001B[99;5u");
  await app.waitFor("Leave Crush?");
  app.press("y");
  await app.exited;
  assertTerminalRestored(app);
});

test("ctrl+z gives the terminal back, and fg takes it again", async () => {
  using sandbox = new Sandbox();
  useScriptedModel(sandbox, { url: nowhere });
  // Job control needs a shell between the terminal and the program.
  await using app = startApp({
    sandbox,
    program: "/bin/bash",
    args: ["--norc", "-i"],
    environment: { PS1: "shell> ", CRUSH_LAUNCHER: launcher },
  });
  await app.waitFor("shell>");
  app.type('"$CRUSH_LAUNCHER"\r');
  await untilReady(app);
  app.press("ctrl+z");
  await app.waitFor(/Stopped/u);
  assert.deepEqual(
    app.terminal.modes.leftovers().filter((mode) => mode !== "bracketed paste"),
    [],
  );
  app.type("fg\r");
  await untilReady(app);
  assert.ok(app.terminal.modes.isAlternateScreen);
  app.type("typed after all that");
  await app.waitFor("› typed after all that");
  app.press("ctrl+c");
  await app.waitFor("Leave Crush?");
  app.press("y");
  await app.waitUntil((terminal) => !terminal.modes.isAlternateScreen, { what: "the shell" });
  app.type("exit\r");
  await app.exited;
});

test("a terminal of 20 columns and 5 rows is told to be too small", async () => {
  using sandbox = new Sandbox();
  useScriptedModel(sandbox, { url: nowhere });
  await using app = startApp({ sandbox, columns: 20, rows: 5 });
  const { code } = await app.exited;
  assert.notEqual(code, 0);
  assert.match(app.terminal.mainText().replaceAll(/\s+/gu, " "), /small/u);
  assertTerminalRestored(app);
});

test("a window that becomes too small says so, and shows everything again when it is large enough", async () => {
  using sandbox = new Sandbox();
  useScriptedModel(sandbox, { url: nowhere });
  await using app = startApp({ sandbox });
  await untilReady(app);
  app.resize({ columns: 20, rows: 5 });
  await app.waitFor(/small/iu);
  app.resize({ columns: 80, rows: 24 });
  await untilReady(app);
  await app.waitFor("Ask, @file");
  await quit(app);
  assertTerminalRestored(app);
});

test("a session in which nothing was said is left without a trace", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("An answer."));
    await runProgram({ sandbox, args: ["run", "-q", "A question"] });
    await using app = startApp({ sandbox });
    await untilReady(app);
    await quit(app);
    assert.equal(app.terminal.mainText(), "", "there is nothing to continue");
    const sessions = databaseRows(sandbox.database, "SELECT title FROM sessions");
    assert.equal(sessions.length, 1);
  });
});

test("without a terminal it points to run", async () => {
  using sandbox = new Sandbox();
  const { code, stderr, stdout } = await runProgram({ sandbox, args: [] });
  assert.notEqual(code, 0);
  assert.equal(stdout, "");
  assert.match(stderr, /crush run/u);
});

test("what is refused before the screen is shown is told on the main screen", async (t) => {
  await withModel(async ({ sandbox }) => {
    for (const [args, message] of [
      [["-s", "0badcafe"], /session not found: 0badcafe/u],
      [["-C"], /no sessions/u],
      [["-c", "nowhere"], /nowhere/u],
      [["-s", "x", "-C"], /exclude/u],
    ] as const) {
      await t.test(args.join(" "), async () => {
        await using app = startApp({ sandbox, args });
        const { code } = await app.exited;
        assert.notEqual(code, 0);
        assert.match(app.terminal.mainText(), message);
        assertTerminalRestored(app);
      });
    }
    sandbox.writeGlobalConfig("no object");
    await using app = startApp({ sandbox });
    assert.notEqual((await app.exited).code, 0);
    assert.match(app.terminal.mainText(), /crush\.json/u);
  });
});
