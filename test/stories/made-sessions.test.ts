/** New sessions and earlier ones, asked for in words: with the practice model, without key or network. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { runProgram } from "../harness/run-program.ts";
import { Sandbox } from "../harness/sandbox.ts";
import { answerPermission, ask, quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";

const practice = { models: { large: { provider: "practice", model: "practice" } } };

function practiceSandbox(): Sandbox {
  const sandbox = new Sandbox();
  sandbox.writeGlobalConfig(practice);
  return sandbox;
}

test("a session made in words works in the background; the person stays, and one key leads there", async () => {
  using sandbox = practiceSandbox();
  sandbox.writeFile("notes.txt", "walnut\n");
  await using app = startApp({ sandbox });
  await ask(app, 'make a session for "The notes" and read notes.txt');
  await app.waitFor(/Start a session: The notes/u);
  await answerPermission(app, "a");
  await app.waitFor(/New session “The notes” works in the background – alt\+2 goes there/u);
  await app.waitFor(/Done with session_create/u);
  await untilReady(app);
  app.press("alt+2");
  await app.waitFor(/Done with view/u);
  await app.waitFor("walnut");
  await quit(app);
  const rows = databaseRows(sandbox.database, "SELECT title, parent_session_id FROM sessions ORDER BY rowid");
  assert.deepEqual({ ...rows.at(-1) }, { title: "The notes", parent_session_id: null });
});

test("headless, a run waits for the session that it made", async () => {
  using sandbox = practiceSandbox();
  sandbox.writeFile("notes.txt", "walnut\n");
  const { code, stderr } = await runProgram({
    sandbox,
    args: ["run", "-m", "practice/practice", 'make a session for "The notes" and run sleep 1; cat notes.txt'],
  });
  assert.equal(code, 0, stderr);
  const [made] = databaseRows(
    sandbox.database,
    "SELECT m.parts FROM messages m JOIN sessions s ON s.id = m.session_id WHERE s.title = 'The notes' ORDER BY m.rowid DESC LIMIT 1",
  );
  assert.match(String(made?.["parts"]), /walnut/u);
});

test("earlier work is found when it is asked for", async () => {
  using sandbox = practiceSandbox();
  sandbox.writeFile("notes.txt", "walnut\n");
  const run = (prompt: string): ReturnType<typeof runProgram> =>
    runProgram({ sandbox, args: ["run", "-q", "-m", "practice/practice", prompt] });
  await run("read notes.txt");
  const { stdout } = await run("list sessions");
  const shortId = /^([0-9a-f]{12}) .*read notes\.txt$/mu.exec(stdout)?.[1];
  assert.ok(shortId !== undefined, stdout);
  assert.match((await run(`read session ${shortId}`)).stdout, /Person: read notes\.txt[\s\S]*walnut/u);
});

test("/new with a task makes a session and starts on it, without a model's help", async () => {
  using sandbox = practiceSandbox();
  sandbox.writeFile("notes.txt", "walnut\n");
  await using app = startApp({ sandbox });
  await ask(app, "list files");
  await app.waitFor(/Done with ls/u);
  await untilReady(app);
  app.paste("/new read notes.txt");
  app.press("enter");
  await app.waitFor(/Done with view/u);
  await untilReady(app);
  assert.equal(app.terminal.find("Done with ls"), null, "the session before is left as it is");
  await quit(app);
  const rows = databaseRows(sandbox.database, "SELECT title FROM sessions ORDER BY rowid");
  assert.deepEqual(
    rows.map(({ title }) => title),
    ["list files", "read notes.txt"],
  );
});

test("what is typed right after ctrl+n goes into the new session, however fast it comes", async () => {
  using sandbox = practiceSandbox();
  sandbox.writeFile("notes.txt", "walnut\n");
  await using app = startApp({ sandbox });
  await ask(app, "list files");
  await app.waitFor(/Done with ls/u);
  await untilReady(app);
  app.write("\u000Eread notes.txt\r");
  await app.waitFor(/Done with view/u);
  await untilReady(app);
  await quit(app);
  const rows = databaseRows(
    sandbox.database,
    "SELECT title, (SELECT count(*) FROM messages m WHERE m.session_id = s.id AND m.role = 'user') AS prompts FROM sessions s ORDER BY rowid",
  );
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [
      { title: "list files", prompts: 1 },
      { title: "read notes.txt", prompts: 1 },
    ],
  );
});
