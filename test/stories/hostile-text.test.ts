/** Control sequences in what a model says, in file names, tool output and titles are shown, never obeyed. */
import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { askAndWait, openInPicker, quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { answer, withModel } from "../harness/with-model.ts";

const escape = "\u001B";
/** Window title, clear, leave the alternate screen, home, mouse off, paste off, clipboard, questions, bell, C1 forms. */
const attack = [
  `${escape}]0;owned\u0007`,
  `${escape}]2;owned${escape}\\`,
  `${escape}[2J`,
  `${escape}[?1049l`,
  `${escape}[H`,
  `${escape}[?1002l`,
  `${escape}[?2004l`,
  `${escape}]52;c;b3duZWQ=\u0007`,
  `${escape}[6n`,
  `${escape}[c`,
  `${escape}P+q544e${escape}\\`,
  `${escape}c`,
  "\u0007",
  "\u009B2J",
  "\u009D0;owned\u009C",
  "\r\u001B[1A",
  "\u0008\u0008\u0008",
  "\u202Egnp.exe",
].join("");

function before(word: string): string {
  return `${word}-before`;
}

/** The marks stand on both sides of the attack, so that what is between them must have been shown or taken out. */
function hostile(word: string): string {
  return `${before(word)} ${attack} ${word}-after`;
}

function assertUnharmed(app: RunningApp): void {
  const { terminal } = app;
  assert.deepEqual(terminal.clipboardWrites, [], "nothing reached the clipboard");
  assert.equal(terminal.bellCount, 0, "no bell");
  const { modes } = terminal;
  assert.ok(modes.isAlternateScreen && modes.hasMouse && modes.isBracketedPaste, "no mode was switched off");
  assert.ok(
    !terminal.titles.some((title) => title.includes(escape) || title === "owned"),
    "the window's title is ours",
  );
  assert.match(terminal.text(), /ctrl\+g help|ctrl\+c quit/u, "the screen is whole");
}

test("in an answer, reasoning, tool output, a file's content and a file name", async () => {
  await withModel(
    async ({ sandbox, server }) => {
      sandbox.writeFile("hostile.txt", `${hostile("content")}\n`);
      const name = `name-before${attack.replaceAll("/", "")}name-after.txt`;
      writeFileSync(path.join(sandbox.project, name), "x");
      const script = sandbox.writeFile("say.sh", `#!/bin/sh\ncat <<'END'\n${hostile("output")}\nEND\n`);
      chmodSync(script, 0o700);
      server.push(
        {
          match: { hasTools: true },
          blocks: [
            { kind: "reasoning", text: hostile("thought") },
            { kind: "text", text: hostile("first") },
            { kind: "tool-call", name: "view", input: { file_path: "hostile.txt" } },
            { kind: "tool-call", name: "ls", input: {} },
          ],
        },
        {
          match: { hasTools: true },
          blocks: [
            { kind: "text", text: "Now the script." },
            { kind: "tool-call", name: "bash", input: { description: hostile("reason"), command: "sh ./say.sh" } },
          ],
        },
        answer(hostile("last")),
      );
      await using app = startApp({ sandbox, args: ["-y"], rows: 70 });
      await untilReady(app);
      await askAndWait(app, "Look at everything", "last-after");
      for (const word of ["first", "content", "output", "last"]) {
        assert.ok(app.terminal.find(before(word)), `${word} is shown:\n${app.screen}`);
        assert.ok(app.terminal.find(`${word}-after`), `what follows the attack in ${word} is shown`);
      }
      assert.ok(app.terminal.find("name-before"), "the file name is shown");
      assertUnharmed(app);
      await quit(app);
    },
    { dialect: "deepseek" },
  );
});

test("in a permission dialog", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push({
      match: { hasTools: true },
      blocks: [
        {
          kind: "tool-call",
          name: "bash",
          input: { description: "harmless", command: `touch made ${attack}; echo command-after` },
        },
      ],
    });
    await using app = startApp({ sandbox });
    await untilReady(app);
    app.type("Do it");
    await app.waitFor("› Do it");
    app.press("enter");
    await app.waitFor("a allow once");
    assert.ok(app.terminal.find("command-after"), "the whole command is shown");
    assertUnharmed(app);
    app.press("d");
    await app.waitFor("denied permission");
    await untilReady(app);
    await quit(app);
  });
});

test("in a session's title", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("The answer of that session."));
    await using first = startApp({ sandbox });
    await askAndWait(first, "A question", "The answer of that session.");
    await quit(first);
    const database = new DatabaseSync(sandbox.database);
    database.prepare("UPDATE sessions SET title = ?").run(hostile("title"));
    database.close();

    await using app = startApp({ sandbox });
    await untilReady(app);
    await openInPicker(app, before("title"));
    await app.waitFor("The answer of that session.");
    assert.ok(app.terminal.find(before("title")), "the title is shown");
    assertUnharmed(app);
    await quit(app);
    assertNotObeyed(app);

    for (const args of [
      ["session", "list"],
      ["session", "last"],
      ["run", "-C", "-q", "Again"],
    ]) {
      server.push(...(args[0] === "run" ? [answer(hostile("printed"))] : []));
      await using printed = startApp({ sandbox, args, environment: { PAGER: "cat" } });
      assert.deepEqual(await printed.exited, { code: 0, signal: null });
      assert.match(printed.terminal.mainText(), args[0] === "run" ? /printed-after/u : /title-before/u);
      assertNotObeyed(printed);
    }
    assert.equal(databaseRows(sandbox.database, "SELECT title FROM sessions WHERE title LIKE '%owned%'").length, 1);
  });
});

/** Of a program that has ended: nothing of the attack took effect, and none of it was written out. */
function assertNotObeyed(app: RunningApp): void {
  assert.deepEqual(app.terminal.modes.leftovers(), []);
  assert.deepEqual(app.terminal.clipboardWrites, []);
  assert.equal(app.terminal.bellCount, 0);
  assert.ok(!app.terminal.titles.includes("owned"));
  assert.ok(!app.output.includes("\u009B") && !app.output.includes(`${escape}c`) && !app.output.includes("\u202E"));
}
