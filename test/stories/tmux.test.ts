/** Inside tmux, as over SSH: the multiplexer is the terminal. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { launcher, Sandbox } from "../harness/sandbox.ts";
import { ask, choosePracticeModel } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";

test("inside tmux it draws, follows the window's size, and leaves nothing on", async (t) => {
  if (spawnSync("tmux", ["-V"]).status !== 0) {
    t.skip("tmux is not installed");
    return;
  }
  using sandbox = new Sandbox();
  const socket = path.join(sandbox.root, "tmux.socket");
  const variables = { TERM: "xterm-256color", PS1: "$ " };
  const environment = sandbox.environment(variables);
  const tmux = (...words: readonly string[]): string =>
    spawnSync("tmux", ["-S", socket, ...words], { env: environment, encoding: "utf8" }).stdout.trim();
  /** Of the pane, as tmux keeps them: alternate screen, mouse, cursor. */
  const modes = (): string => tmux("display-message", "-p", "#{alternate_on}#{mouse_any_flag}#{cursor_flag}");

  await using app = startApp({
    sandbox,
    program: "tmux",
    args: ["-S", socket, "-f", "/dev/null", "new-session", "sh"],
    environment: variables,
    columns: 80,
    rows: 25,
  });
  await app.waitFor("$ ");
  app.write(`${launcher}\r`);
  await choosePracticeModel(app);
  await ask(app, "list files");
  await app.waitFor("✓ List");
  app.resize({ columns: 120, rows: 37 });
  await app.waitFor("│ list files");
  app.resize({ columns: 80, rows: 25 });
  await app.waitFor(/✓ List[\s\S]*^ ready/mu);
  assert.equal(modes(), "111", "alternate screen, mouse and cursor are on");
  app.press("ctrl+c");
  await app.waitFor("Leave Crush?");
  app.write("y");
  await app.waitFor("Continue with:");
  assert.equal(modes(), "001", "only the cursor is");
  app.write("exit\r");
  assert.equal((await app.exited).code, 0);
});
