/** What a person answers to a tool's question, and how long the answer holds. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { heldStep } from "../harness/held-step.ts";
import type { ScriptedStep } from "../harness/model-servers/script.ts";
import { answerPermission, ask, quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { answer, turnRequests, withModel } from "../harness/with-model.ts";

function touch(name: string): ScriptedStep {
  const input = { description: "make a file", command: `touch ${name}` };
  return { match: { hasTools: true }, blocks: [{ kind: "tool-call", name: "bash", input }] };
}

test("allowed once asks again; allowed for the session does not, in this session only and after a restart too", async () => {
  await withModel(async ({ sandbox, server }) => {
    const made = (name: string): boolean => existsSync(path.join(sandbox.project, name));
    await using app = startApp({ sandbox });
    server.push(touch("one.txt"), answer("One."));
    await ask(app, "Make one");
    assert.equal(made("one.txt"), false, "nothing happens before the answer");
    await answerPermission(app, "a");
    await app.waitFor("One.");
    assert.ok(made("one.txt"));

    server.push(touch("one.txt"), answer("One again."));
    await ask(app, "Make it again");
    await answerPermission(app, "s");
    await app.waitFor("One again.");
    server.push(touch("one.txt"), answer("And again."));
    await ask(app, "Once more");
    await app.waitFor("And again.");
    await untilReady(app);
    await quit(app);

    await using later = startApp({ sandbox, args: ["-C"] });
    server.push(touch("one.txt"), answer("After the restart."));
    await ask(later, "And now");
    await later.waitFor("After the restart.");
    await untilReady(later);
    later.press("ctrl+n");
    await later.waitUntilGone("After the restart.");
    server.push(touch("one.txt"), answer("In another session."));
    await ask(later, "Here too");
    await answerPermission(later, "a");
    await later.waitFor("In another session.");
    await untilReady(later);
    await quit(later);
  });
});

test("a denial ends the turn; a denial with a word goes on with it", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    server.push(touch("never.txt"));
    await ask(app, "Make it");
    await answerPermission(app, "d");
    await app.waitFor("denied");
    await untilReady(app);
    assert.equal(turnRequests(server).length, 1);

    server.push(touch("never.txt"), answer("Then I will not."));
    await ask(app, "Try again");
    await app.waitFor("a allow once");
    app.press("r");
    await app.waitFor(/why|reason|say/iu);
    app.type("use a different name");
    await app.waitFor("use a different name");
    app.press("enter");
    await app.waitFor("Then I will not.");
    const told = turnRequests(server).at(-1)?.conversation.at(-1);
    assert.equal(told?.role, "tool");
    assert.match(told.text, /use a different name/u);
    await untilReady(app);
    await quit(app);
    assert.equal(existsSync(path.join(sandbox.project, "never.txt")), false);
  });
});

test("keys that were being typed when the question came do not answer it", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    server.push({ ...touch("never.txt"), delayMs: 20 });
    await ask(app, "Make it");
    const typed = "a sad day ".repeat(6).trim();
    for (const key of typed) app.type(key);
    await app.waitFor("a allow once");
    assert.equal(existsSync(path.join(sandbox.project, "never.txt")), false);
    await app.waitFor("a sad day a sad day");
    app.press("d");
    await untilReady(app);
    assert.equal(existsSync(path.join(sandbox.project, "never.txt")), false);
    await quit(app);
  });
});

test("--yolo asks nothing, and reading inside the project is never asked", async () => {
  await withModel(async ({ sandbox, server }) => {
    sandbox.writeFile("notes.txt", "a note\n");
    await using app = startApp({ sandbox });
    server.push(
      {
        match: { hasTools: true },
        blocks: [
          { kind: "tool-call", name: "view", input: { file_path: "notes.txt" } },
          { kind: "tool-call", name: "ls", input: {} },
          { kind: "tool-call", name: "grep", input: { pattern: "note" } },
          { kind: "tool-call", name: "bash", input: { description: "look", command: "cat notes.txt | wc -l" } },
        ],
      },
      answer("I have read it."),
    );
    await ask(app, "Read it");
    await app.waitFor("I have read it.");
    await untilReady(app);
    await quit(app);

    await using yolo = startApp({ sandbox, args: ["-y"] });
    server.push(touch("made.txt"), answer("It is made."));
    await ask(yolo, "Make it");
    await yolo.waitFor("It is made.");
    await untilReady(yolo);
    assert.ok(existsSync(path.join(sandbox.project, "made.txt")));
    await quit(yolo);
  });
});

test("several questions of one step are answered one after the other, each for its own call", async () => {
  await withModel(async ({ sandbox, server }) => {
    const call = (
      name: string,
    ): { kind: "tool-call"; name: string; input: { file_path: string; content: string } } => ({
      kind: "tool-call",
      name: "write",
      input: { file_path: name, content: `${name}\n` },
    });
    server.push(
      { match: { hasTools: true }, blocks: [call("first.txt"), call("second.txt")] },
      answer("Both are made."),
    );
    await using app = startApp({ sandbox });
    await ask(app, "Make both");
    for (const name of ["first.txt", "second.txt"]) {
      await app.waitFor(`Create file ${name}`);
      await app.waitFor("a allow once");
      app.press("a");
      await app.waitUntilGone(`Create file ${name}`);
    }
    await app.waitFor("Both are made.");
    await untilReady(app);
    assert.equal(readFileSync(path.join(sandbox.project, "second.txt"), "utf8"), "second.txt\n");
    await quit(app);
    const results = databaseRows(sandbox.database, "SELECT id FROM messages WHERE role = 'tool'");
    assert.equal(results.length, 2);
  });
});

test("a question in a session that is not shown waits there", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("A quiet session."));
    await using app = startApp({ sandbox });
    await ask(app, "A quiet question");
    await app.waitFor("A quiet session.");
    await untilReady(app);
    await server.settled();
    app.press("ctrl+n");
    await app.waitUntilGone("A quiet session.");
    const later = heldStep(touch("later.txt"));
    server.push(later.step);
    await ask(app, "Make it later");
    app.press("ctrl+s");
    await app.waitFor("─ Sessions (");
    app.press("down");
    app.press("enter");
    await app.waitFor("A quiet session.");
    later.letGo();
    await app.waitFor("? Make it later");
    assert.equal(app.terminal.find("─ Permission "), null, "the question is not put in the wrong session");
    app.press("ctrl+s");
    await app.waitFor("─ Sessions (");
    app.type("Make it later");
    await app.waitFor("Filter: Make it later");
    app.press("enter");
    await answerPermission(app, "d");
    await untilReady(app);
    assert.equal(existsSync(path.join(sandbox.project, "later.txt")), false);
    await quit(app);
  });
});
