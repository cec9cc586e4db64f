/** What happens in a turn, seen on the screen, in the rows and in the requests. */
import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { runProgram } from "../harness/run-program.ts";
import { scriptedModel } from "../harness/scripted-config.ts";
import { ask, askAndWait, quit, untilReady, untilServersAreFound } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { answer, turnRequests, withModel } from "../harness/with-model.ts";

const partsSql = "SELECT role, parts FROM messages ORDER BY rowid";

test("a dropped try is shown as a countdown, and nothing of it stays on the screen or on the disk", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(
      {
        match: { hasTools: true },
        blocks: [{ kind: "text", text: "The first try, which breaks off in the middle of its answer." }],
        deltaLength: 4,
        fault: { at: "middle", afterFrames: 8, error: "drop" },
      },
      answer("The second try."),
    );
    await using app = startApp({ sandbox });
    await ask(app, "Try it");
    await app.waitFor(/again in|retry|try 2/iu);
    await app.waitFor("The second try.");
    await untilReady(app);
    assert.equal(app.terminal.find("The first try"), null);
    const rows = databaseRows(sandbox.database, partsSql).map((row) => String(row["parts"]));
    assert.ok(!rows.some((parts) => parts.includes("The first try")));
    assert.equal(rows.length, 2);
    await quit(app);
  });
});

test("a failure says what to do, keeps the prompt, and the session goes on", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push({ match: { hasTools: true }, fault: { at: "start", error: "context-too-long" } });
    await using app = startApp({ sandbox });
    await ask(app, "A very long story");
    await app.waitFor(/\/compact|summar/iu);
    await untilReady(app);
    server.push(answer("Shorter now."));
    await askAndWait(app, "A shorter one", "Shorter now.");
    const roles = turnRequests(server)
      .at(-1)
      ?.conversation.map(({ role }) => role);
    assert.deepEqual(roles?.filter((role) => role !== "system").slice(-1), ["user"]);
    await quit(app);
  });
});

test("markdown and code are drawn, thinking is folded, and the rows hold the text as it came", async () => {
  await withModel(
    async ({ sandbox, server }) => {
      const text = "# A heading\n\nSome **bold** words.\n\n```ts\nconst answer = 42;\n```\n\n- one\n- two\n";
      server.push({
        match: { hasTools: true },
        blocks: [
          { kind: "reasoning", text: Array.from({ length: 30 }, (_, index) => `thought ${index}`).join("\n") },
          { kind: "text", text },
        ],
      });
      await using app = startApp({ sandbox });
      await ask(app, "Show me");
      await app.waitFor("const answer = 42;");
      await untilReady(app);
      await app.waitUntilGone("**bold**");
      const bold = app.terminal.find("bold");
      assert.ok(bold !== null && app.terminal.cell(bold).isBold);
      assert.equal(app.terminal.find("thought 3 "), null, "thinking is folded");
      const stored = databaseRows(sandbox.database, "SELECT parts FROM messages WHERE role = 'assistant'");
      assert.ok(String(stored[0]?.["parts"]).includes(JSON.stringify(text).slice(1, -1)));
      await quit(app);
    },
    { dialect: "deepseek" },
  );
});

test("the person's own !command is run, shown and kept, and told to the model with the next prompt", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    await untilReady(app);
    app.type("!echo from-the-shell; exit 3");
    await app.waitFor("echo from-the-shell; exit 3");
    app.press("enter");
    await app.waitFor(/^.*from-the-shell\s*(?:│.*)?$/mu);
    await untilReady(app);
    server.push(answer("I saw it."));
    await askAndWait(app, "Did you see it?", "I saw it.");
    assert.match(JSON.stringify(turnRequests(server)[0]?.body["messages"]), /from-the-shell/u);
    const rows = databaseRows(sandbox.database, "SELECT parts FROM messages WHERE role = 'user' ORDER BY rowid");
    assert.match(String(rows[0]?.["parts"]), /"type":"shell_command".*"exit_code":3/u);
    await quit(app);
  });
});

test("/compact writes Crush's summary row, and the next request begins with it", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    server.push(answer("A first long answer."));
    await askAndWait(app, "A first question", "A first long answer.");
    // Titles are the small model's; a summary is made by the session's own.
    server.push({
      match: { model: scriptedModel, hasTools: false },
      blocks: [{ kind: "text", text: "What was said so far, in short." }],
    });
    app.type("/compact");
    await app.waitFor("compact");
    app.press("enter");
    await app.waitFor("What was said so far, in short.");
    await untilReady(app);
    const summary = databaseRows(
      sandbox.database,
      "SELECT m.id FROM messages m JOIN sessions s ON s.summary_message_id = m.id WHERE m.is_summary_message = 1 AND m.role = 'assistant'",
    );
    assert.equal(summary.length, 1);
    server.push(answer("Going on."));
    await askAndWait(app, "And now?", "Going on.");
    const texts = (turnRequests(server).at(-1)?.conversation ?? [])
      .filter(({ role }) => role !== "system")
      .map(({ text }) => text);
    assert.ok(texts.some((text) => text.includes("What was said so far, in short.")));
    assert.ok(!texts.some((text) => text.includes("A first question")));
    await quit(app);
  });
});

test("a key pasted into the first dialog is stored for the person alone and used at once", async () => {
  await withModel(async ({ sandbox, server }) => {
    sandbox.writeGlobalConfig({ providers: { openai: { base_url: server.url, type: "openai-compat" } } });
    await using app = startApp({ sandbox });
    await untilServersAreFound(app);
    app.press("up", "up");
    await app.waitFor("› Paste a key");
    app.press("enter");
    await app.waitFor("Whose key do you have?");
    app.type("openai");
    await app.waitFor("OPENAI_API_KEY");
    app.press("enter");
    await app.waitFor("Key for");
    app.paste("sk-scripted-0123456789abcdef");
    await app.waitFor("•");
    assert.equal(app.terminal.find("sk-scripted"), null, "the key is not shown");
    app.press("enter");
    await app.waitUntilGone("Key for");
    await app.waitFor("─ Reasoning effort ─");
    app.press("enter");
    await app.waitUntilGone("─ Reasoning effort ─");
    server.push(answer("The key fits."));
    await askAndWait(app, "Does it fit?", "The key fits.");
    await quit(app);
    const { stdout } = await runProgram({
      sandbox,
      program: "/usr/bin/stat",
      args: ["-c", "%a", `${sandbox.globalData}/crush.json`],
    });
    assert.equal(stdout.trim(), "600");
  });
});

test("$EDITOR opens the prompt and gives it back", async () => {
  await withModel(async ({ sandbox, server }) => {
    const editor = sandbox.writeFile("editor.sh", '#!/bin/sh\nprintf "written in the editor" > "$1"\n');
    chmodSync(editor, 0o700);
    server.push(answer("Well written."));
    await using app = startApp({ sandbox, environment: { EDITOR: editor } });
    await untilReady(app);
    app.type("begun here");
    await app.waitFor("› begun here");
    app.press("ctrl+o");
    await app.waitFor("› written in the editor");
    app.press("enter");
    await app.waitFor("Well written.");
    await untilReady(app);
    await quit(app);
    const sent = turnRequests(server)[0]?.conversation.at(-1)?.text;
    assert.equal(sent, "written in the editor");
  });
});

test("a prompt of many lines is pasted as one, and a paste of 1 MB becomes an attachment", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    await untilReady(app);
    app.paste("line one\nline two");
    await app.waitFor("line two");
    server.push(answer("Two lines."));
    app.press("enter");
    await app.waitFor("Two lines.");
    await untilReady(app);
    assert.equal(turnRequests(server)[0]?.conversation.at(-1)?.text, "line one\nline two");

    app.paste("0123456789abcde\n".repeat(65_536));
    await app.waitFor(/paste|attach/iu);
    server.push(answer("That was much."));
    await askAndWait(app, "What is it?", "That was much.");
    assert.ok((turnRequests(server).at(-1)?.conversation.at(-1)?.text.length ?? 0) > 1_000_000);
    const rows = databaseRows(sandbox.database, "SELECT parts FROM messages WHERE role = 'user' ORDER BY rowid");
    assert.match(String(rows[1]?.["parts"]), /"type":"binary"/u);
    await quit(app);
  });
});
