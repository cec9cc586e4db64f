/** The full-screen program and the terminal around it: editors, sizes, colours, ways to end. */
import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { Sandbox } from "../harness/sandbox.ts";
import { choosePracticeModel, quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";

async function started(sandbox: Sandbox, environment: Record<string, string> = {}): Promise<RunningApp> {
  const app = startApp({ sandbox, environment });
  await app.waitFor("Welcome");
  await choosePracticeModel(app);
  return app;
}

function assertClean(app: RunningApp): void {
  assert.deepEqual(app.terminal.modes.leftovers(), []);
  assert.ok(app.terminal.modes.isCursorVisible);
}

test("ctrl+o gives the terminal to $EDITOR and takes the prompt back", async () => {
  using sandbox = new Sandbox();
  const editor = sandbox.writeFile(
    "editor.sh",
    '#!/bin/sh\nprintf "editing now\\n"\nread answer\nprintf "%s\\n" "$answer" >> "$2"\n',
  );
  chmodSync(editor, 0o755);
  await using app = await started(sandbox, { EDITOR: `${editor} --flag` });
  app.type("first line ");
  await app.waitFor("› first line");
  app.press("ctrl+o");
  await app.waitFor("editing now");
  assert.ok(!app.terminal.modes.isAlternateScreen && app.isLineMode);
  app.write("second line\r");
  await app.waitFor(/› first line\s+.*\n.*second line|› first line second line/u);
  assert.ok(app.terminal.modes.isAlternateScreen);
  app.press("ctrl+u");
  await quit(app);
  assertClean(app);
});

test("NO_COLOR: not one colour is set, and the chosen row can still be told", async () => {
  using sandbox = new Sandbox();
  await using app = await started(sandbox, { NO_COLOR: "1" });
  app.press("ctrl+p");
  await app.waitFor("/sessions");
  await quit(app);
  // SGR parameters of colours: 30–38, 40–48, 90–97, 100–107.
  const colors = /\u001b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[\d;]*)?m/u;
  assert.doesNotMatch(app.output, colors);
  assert.match(app.output, /\u001b\[[\d;]*7[\d;]*m/u);
});

test("a 20×5 terminal says what it needs, keeps what is typed, and can be left", async () => {
  using sandbox = new Sandbox();
  await using app = await started(sandbox);
  app.type("keep this");
  await app.waitFor("› keep this");
  app.resize({ columns: 20, rows: 5 });
  await app.waitFor("Too small: 20×5");
  app.resize({ columns: 90, rows: 24 });
  await app.waitFor("› keep this");
  app.resize({ columns: 20, rows: 5 });
  await app.waitFor("Too small");
  app.press("ctrl+c", "ctrl+c");
  assert.equal((await app.exited).code, 0);
  assertClean(app);
});

test("SIGTERM in the midst of typing: the draft is stored, no mode is left on", async () => {
  using sandbox = new Sandbox();
  await using app = await started(sandbox);
  app.type("half a thought");
  await app.waitFor("› half a thought");
  app.kill("SIGTERM");
  assert.equal((await app.exited).code, 143);
  assertClean(app);
  const [row] = databaseRows(sandbox.database, "SELECT session_id, draft FROM x_session");
  assert.equal(row?.["draft"], "half a thought");
  await using again = startApp({ sandbox, args: ["-s", String(row["session_id"])] });
  await again.waitFor("› half a thought");
  await quit(again);
});

test("a megabyte pasted becomes an attachment, and its prompt is sent whole", async () => {
  using sandbox = new Sandbox();
  await using app = await started(sandbox);
  app.paste("0123456789abcde\n".repeat(65_536));
  await app.waitFor("[paste_1.txt 1.0 MB]");
  app.type("list files");
  app.press("enter");
  await app.waitFor("Done with ls");
  await quit(app);
  const [row] = databaseRows(sandbox.database, "SELECT length(parts) AS size FROM messages WHERE role = 'user'");
  assert.ok(Number(row?.["size"]) > 1_300_000, "the attachment is in its row");
});

test("a command of the person's own runs, is kept, and esc esc stops a long one", async () => {
  using sandbox = new Sandbox();
  await using app = await started(sandbox);
  app.type("!echo from the $((40 + 2))");
  app.press("enter");
  await app.waitFor("from the 42");
  await untilReady(app);
  app.type("!sleep 600");
  app.press("enter");
  await app.waitFor("running !sleep 600");
  app.press("escape");
  await app.waitFor("esc again cancels");
  app.press("escape");
  await app.waitFor(/ ready/u);
  await quit(app);
  const rows = databaseRows(sandbox.database, "SELECT parts FROM messages ORDER BY rowid");
  assert.equal(rows.length, 2);
  assert.match(String(rows[0]?.["parts"]), /from the 42/u);
});
