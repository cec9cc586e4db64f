/** Reading a transcript: from prompt to prompt, searching, copying, opening what it names, the mouse. */
import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { test } from "node:test";
import { fillWithMessages } from "../../bench/bench-project.ts";
import { must } from "../../src/lib/assert.ts";
import { heldStep } from "../harness/held-step.ts";
import { residentBytes } from "../harness/resident-bytes.ts";
import { Sandbox } from "../harness/sandbox.ts";
import { ask, choosePracticeModel, quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { answer, withModel } from "../harness/with-model.ts";

function clipboard(app: RunningApp): string {
  const last = app.terminal.clipboardWrites.at(-1) ?? "";
  return Buffer.from(last.replace(/^c;/u, ""), "base64").toString("utf8");
}

async function untilCopied(app: RunningApp, text: string): Promise<void> {
  await app.waitUntil(() => clipboard(app) === text, { what: `${JSON.stringify(text)} on the clipboard` });
}

test("a session of 50,000 messages is searched page by page, from its end to its beginning", async (t) => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("hello"));
    const sessionId = await fillWithMessages(sandbox, { count: 50_000, sizeBytes: 25_000 * 600 });
    await using app = startApp({ sandbox, args: ["-s", sessionId], columns: 100, rows: 30 });
    await app.waitFor("Answer 49998 ends here.");
    app.press("tab", "/");
    await app.waitFor("find in this session");
    app.type("answer 2 ends");
    // A busy machine takes long to read them all.
    await app.waitFor(/1 of 1 {2}enter keeps/u, { deadlineMs: 50_000 });
    await app.waitFor("Answer 2 ends here.");
    const cell = app.terminal.cell(must(app.terminal.find("Answer 2 ends"), "the match"));
    assert.ok(cell.background !== null || cell.isInverse, "the match is marked");
    app.press("enter");
    await app.waitFor("N newer");
    const bytes = residentBytes(app.pid);
    if (bytes === null) t.diagnostic("this system does not tell how much memory a process has");
    else assert.ok(bytes < 400 * 1024 * 1024, `${bytes} bytes are held`);
    app.press("escape");
    await app.waitFor("/ find");
    app.press("G");
    await app.waitFor("Answer 49998 ends here.");
    await quit(app);
  });
});

test("/ finds while one types, matches are counted and marked, n and N lead through them", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox, rows: 24 });
    for (const place of ["north", "south", "west"]) {
      server.push(
        answer(`The forge of the ${place}.\n\n${"A line of its own.\n\n".repeat(12)}The end of the ${place}.`),
      );
      await ask(app, `Tell me of the ${place}`);
      await app.waitFor(`The end of the ${place}.`);
      await untilReady(app);
    }
    app.press("tab", "/");
    await app.waitFor("find in this session");
    app.type("FORGE");
    await app.waitFor(/1 of 3/u);
    await app.waitFor("The forge of the west.");
    app.press("enter");
    await app.waitFor("n older");
    app.press("n");
    await app.waitFor("2 of 3");
    await app.waitFor("The forge of the south.");
    app.press("n", "n");
    await app.waitFor("1 of 3");
    app.press("N");
    await app.waitFor("3 of 3");
    await app.waitFor("The forge of the north.");
    app.press("escape");
    await app.waitFor("/ find");
    app.press("[");
    await app.waitFor("▌ Tell me of the north");
    app.press("]");
    await app.waitFor("Tell me of the south");
    assert.match(app.screen, /▌ Tell me of the south/u);
    await quit(app);
  });
});

test("/ finds what streams, and what came after one began to look", async () => {
  await withModel(async ({ sandbox, server }) => {
    const { step, letGo } = heldStep(answer("The smith quenches. Then the smith quenches again."));
    server.push(step);
    await using app = startApp({ sandbox, rows: 24 });
    await ask(app, "What is next?");
    await app.waitFor("waiting for the model");
    app.press("tab", "/");
    await app.waitFor("find in this session");
    app.type("again");
    await app.waitFor("nothing found");
    app.press("enter");
    letGo();
    await app.waitFor("quenches again.");
    await app.waitFor("1 found");
    app.press("n");
    await app.waitFor("1 of 1");
    const cell = app.terminal.cell(must(app.terminal.find("again"), "the match"));
    assert.ok(cell.background !== null || cell.isInverse, "the match is marked");
    await quit(app);
  });
});

test("a message, a code block and what the mouse marks are copied clean", async () => {
  await withModel(async ({ sandbox, server }) => {
    const text = "Do this:\n\n```sh\nmake anvil\nmake hammer\n```\n\nand then **rest**.";
    server.push(answer(text));
    await using app = startApp({ sandbox });
    await ask(app, "What now?");
    await app.waitFor("make hammer");
    await untilReady(app);
    app.press("tab", "c");
    await untilCopied(app, text);
    app.press("C");
    await untilCopied(app, "make anvil\nmake hammer");
    const from = must(app.terminal.find("make anvil"), "the code");
    const to = must(app.terminal.find("make hammer"), "the code");
    app.drag({ row: from.row, column: 0 }, { row: to.row, column: 60 });
    await untilCopied(app, "  make anvil\n  make hammer");
    await quit(app);
  });
});

test("numbers and bars beside the text are not copied with it", async () => {
  using sandbox = new Sandbox();
  sandbox.writeFile("anvil.txt", "first\nsecond\nthird\n");
  await using app = startApp({ sandbox });
  await choosePracticeModel(app);
  await ask(app, "read anvil.txt");
  await app.waitFor("✓ View");
  await untilReady(app);
  const from = must(app.terminal.find("first"), "the file");
  app.drag({ row: from.row, column: 0 }, { row: from.row + 1, column: 60 });
  await untilCopied(app, "first\nsecond");
  await quit(app);
});

test("o opens the file that a message names at its line in $EDITOR", async () => {
  await withModel(async ({ sandbox, server }) => {
    const editor = sandbox.writeFile("../vi", '#!/bin/sh\nprintf "editing %s %s\\n" "$@"\nread answer\n');
    chmodSync(editor, 0o755);
    sandbox.writeFile("src/anvil.ts", "export {};\n");
    server.push(answer("The fault is in `src/anvil.ts:17`, not in src/hammer.ts:2."));
    await using app = startApp({ sandbox, environment: { EDITOR: editor } });
    await ask(app, "Where?");
    await app.waitFor("The fault is in");
    await untilReady(app);
    app.press("tab", "o");
    await app.waitFor(/editing \+17 .*src\/anvil\.ts/u);
    assert.ok(!app.terminal.modes.isAlternateScreen, "the editor has the terminal");
    app.write("\r");
    await app.waitFor("The fault is in");
    await quit(app);
  });
});

test("links can be followed and say where they lead; tables, nested and task lists are drawn", async () => {
  await withModel(async ({ sandbox, server }) => {
    const text = [
      "See [the docs](https://example.org/anvil) and [a trap](javascript:alert(1)).",
      "",
      "| tool | weight |",
      "|---|---:|",
      "| anvil | 90 |",
      "",
      "- [x] forged",
      "- [ ] polished",
      "  - with sand",
      "    1. fine",
    ].join("\n");
    server.push(answer(text));
    await using app = startApp({ sandbox });
    await ask(app, "Show me");
    await app.waitFor("• with sand");
    await untilReady(app);
    assert.match(app.screen, /the docs \(https:\/\/example\.org\/anvil\)/u);
    assert.ok(app.output.includes("\u001b]8;;https://example.org/anvil\u001b\\"), "a link for the terminal");
    assert.ok(!app.output.includes("]8;;javascript"), "no link that runs something");
    assert.match(app.screen, /tool +│? *weight/u);
    assert.match(app.screen, /\[x\] forged[^\n]*\n[^\n]*\[ \] polished[^\n]*\n[^\n]* {2,}• with sand/u);
    await quit(app);
  });
});

test("long lines are cut and wrapped by a key, unfolding shows them whole, and the session keeps it", async () => {
  await withModel(async ({ sandbox, server }) => {
    const code = `let words = "${"many ".repeat(30)}the end";`;
    server.push(answer(`As code:\n\n\`\`\`ts\n${code}\n\`\`\``));
    await using app = startApp({ sandbox, columns: 80 });
    await ask(app, "show a long line");
    await app.waitFor('the end";');
    await untilReady(app);
    app.press("tab", "w");
    await app.waitFor("Long lines are cut – space shows those of a message whole");
    await app.waitFor(/let words = "many .*…/u);
    assert.equal(app.terminal.find('the end";'), null);
    app.press("space");
    await app.waitFor('the end";');
    app.press("space");
    await app.waitUntilGone('the end";');
    await quit(app);
    await using again = startApp({ sandbox, args: ["-C"], columns: 80 });
    await again.waitFor(/let words = "many .*…/u);
    await untilReady(again);
    again.press("ctrl+p");
    await again.waitFor("─ Commands");
    again.type("wrap");
    await again.waitFor("/wrap");
    again.press("enter");
    await again.waitFor('the end";');
    await quit(again);
  });
});
