/** Commands and their keys: the palette, the help, and keys of the person's own. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { runProgram } from "../harness/run-program.ts";
import { Sandbox } from "../harness/sandbox.ts";
import { answerPermission, ask, choosePracticeModel, quit } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";

test("the palette has every command with its key, and says why one can't be used", async () => {
  using sandbox = new Sandbox();
  await using app = startApp({ sandbox, rows: 60 });
  await choosePracticeModel(app);
  app.press("/");
  await app.waitFor("─ Commands");
  for (const row of [/\/sessions .*ctrl\+s/u, /\/quit .*ctrl\+c/u, /Next message .* J/u, /\/sidebar/u]) {
    assert.match(app.screen, row);
  }
  assert.match(app.screen, /\/detach .*nothing is attached/u);
  app.type("detach");
  await app.waitFor("/detach");
  app.press("enter");
  await app.waitFor(/ i nothing is attached/u);
  app.press("escape");
  await app.waitUntilGone("─ Commands");
  await quit(app);
});

test("the help line follows what is in focus, and ctrl+g shows the keys of everything", async () => {
  using sandbox = new Sandbox();
  await using app = startApp({ sandbox, rows: 60 });
  await choosePracticeModel(app);
  await app.waitFor("tab transcript");
  app.type("hello");
  await app.waitFor("enter send");
  app.press("tab");
  await app.waitFor("space unfold");
  app.press("tab");
  await app.waitFor("enter send");
  app.press("ctrl+g");
  await app.waitFor("─ Help");
  for (const group of ["Prompt", "Session", "Transcript (tab goes there)"]) {
    assert.ok(app.terminal.find(group), group);
  }
  app.press("end");
  await app.waitFor("Suspend to the shell");
  app.press("escape");
  await app.waitUntilGone("─ Help");
  app.press("ctrl+u");
  await quit(app);
});

test("f1 in a dialog lists the keys of that dialog, and leads back to it", async () => {
  using sandbox = new Sandbox();
  await using app = startApp({ sandbox, columns: 80, rows: 24 });
  await choosePracticeModel(app);
  app.press("ctrl+s");
  await app.waitFor("f1 all keys");
  app.press("f1");
  await app.waitFor("In the list of sessions");
  await app.waitFor("Open in the background");
  assert.equal(app.terminal.find("Send the prompt"), null, "nothing of the screen under it");
  app.press("end");
  await app.waitFor("is:pinned");
  app.press("f1");
  await app.waitUntilGone("─ Help");
  await app.waitFor("─ Sessions");
  app.press("escape");
  await app.waitUntilGone("─ Sessions");
  await quit(app);
});

test("keys of the config work, and what is wrong with them is named", async () => {
  using sandbox = new Sandbox();
  sandbox.writeGlobalConfig({ keys: { "new-session": "ctrl+x", models: "ctrl+x f6", sesions: "f2", help: "ctrl+" } });
  const check = await runProgram({ sandbox, args: ["config", "check"] });
  assert.equal(check.code, 0, check.stderr);
  assert.match(check.stdout, /keys\.new-session: ctrl\+x is the key of "models" already/u);
  assert.match(check.stdout, /keys\.sesions: there is no such command/u);
  assert.match(check.stdout, /keys\.help: "ctrl\+" is no key/u);
  assert.match(check.stdout, /crush\.json: keys\./u);
  await using app = startApp({ sandbox });
  await choosePracticeModel(app);
  await app.waitFor(/ctrl\+x models/u);
  app.press("ctrl+x");
  await app.waitFor("─ Models");
  app.press("escape");
  await app.waitUntilGone("─ Models");
  await quit(app);
});

test("keys of dialogs come from the config, show in the dialogs, and letters still go into fields", async () => {
  using sandbox = new Sandbox();
  const keys = { "sessions.rename": "f2", "sessions-edit.done": "f3", "palette.close": "f9", "palette.run": "g" };
  sandbox.writeGlobalConfig({ keys });
  const check = await runProgram({ sandbox, args: ["config", "check"] });
  assert.match(check.stdout, /keys\."palette\.run": g types into the palette/u);
  await using app = startApp({ sandbox });
  await choosePracticeModel(app);
  app.press("ctrl+s");
  await app.waitFor("f2 rename");
  app.press("f2");
  await app.waitFor("f3 rename");
  app.press("ctrl+u");
  app.type("By my own keys");
  await app.waitFor("New title: By my own keys");
  app.press("f3");
  await app.waitFor(/› .*By my own keys/u);
  app.press("escape");
  await app.waitUntilGone("─ Sessions");
  app.press("ctrl+p");
  await app.waitFor("f9 close");
  app.type("go");
  await app.waitFor("/go");
  app.press("f9");
  await app.waitUntilGone("─ Commands");
  await quit(app);
});

test("a project that is not trusted can bind no key, least of all those that answer a question", async () => {
  using sandbox = new Sandbox();
  sandbox.writeGlobalConfig({ models: { large: { provider: "practice", model: "practice" } } });
  sandbox.writeFile("crush.json", JSON.stringify({ keys: { "permission.allow-once": "d", "permission.deny": "a" } }));
  await using app = startApp({ sandbox });
  await app.waitFor("─ Trust this project?");
  await app.waitFor(/keys/u);
  app.press("i");
  await app.waitUntilGone("─ Trust this project?");
  await ask(app, "run touch made.txt");
  await app.waitFor("a allow once");
  await app.waitFor("d deny");
  await answerPermission(app, "d");
  await app.waitFor(/denied/iu);
  assert.equal(existsSync(path.join(sandbox.project, "made.txt")), false);
  await quit(app);
});
