/** Goldens of the screens that need more than a key to come up, small and large. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { checkGolden } from "../../../test/harness/golden.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import { must } from "../../lib/assert.ts";
import { asToolCallId } from "../../schema/ids.ts";

const sizes = [
  ["80x24", { columns: 80, rows: 24 }],
  ["120x40", { columns: 120, rows: 40 }],
] as const;

const command =
  "find . -name '*.ts' -not -path './node_modules/*' -print0 | xargs -0 grep --line-number --extended-regexp 'anvil|bellows|chisel' > found.txt";

/** Code, output and an edit whose lines are wider than the screen. */
async function withLongLines(
  t: TestContext,
  size: (typeof sizes)[number][1],
  options: { readonly hasColors?: boolean } = {},
): Promise<ScreenProgram> {
  const app = new FakeApp();
  const id = app.addSession("Long lines");
  const call = asToolCallId("call-1");
  const output = `short\n${"a row of the log that goes on and on, ".repeat(5)}end\nshort again`;
  app.addMessage(id, "user", [{ type: "text", text: "What does the log say?" }]);
  app.addMessage(id, "assistant", [
    { type: "text", text: `The command was:\n\n\`\`\`sh\n${command}\n\`\`\`\n\nIts output follows.` },
    {
      type: "tool_call",
      id: call,
      name: "bash",
      input: JSON.stringify({ command: "tail log", description: "Read the log" }),
      providerExecuted: false,
      finished: true,
    },
    { type: "finish", reason: "tool_use", time: 1_780_000_000 },
  ]);
  const facts = { content: output, data: "", mimeType: "", metadata: JSON.stringify({ output }), isError: false };
  app.addMessage(id, "tool", [{ type: "tool_result", toolCallId: call, name: "bash", ...facts }]);
  const running = await startScreenProgram(t, { app, size, sessionId: id, ...options });
  await running.load();
  return running;
}

for (const [name, size] of sizes) {
  test(`long lines, wrapped and cut, at ${name}`, async (t) => {
    const running = await withLongLines(t, size);
    checkGolden(`tui/long-lines-wrapped-${name}`, running.text);
    running.program.dispatch({ type: "command", command: "long-lines", argument: "" });
    await running.settle();
    await running.advance(7000);
    checkGolden(`tui/long-lines-cut-${name}`, running.text);
    assert.match(running.text, /…/u);
  });

  test(`the theme picker and the search in a transcript at ${name}`, async (t) => {
    const running = await withLongLines(t, size, { hasColors: true });
    running.program.dispatch({ type: "command", command: "theme", argument: "" });
    await running.settle();
    checkGolden(`tui/theme-${name}`, running.text);
    await running.press("escape", "tab", "/");
    await running.type("log");
    await running.waitUntil(() => running.rows.at(-1)?.includes("1 of 7  ") === true);
    checkGolden(`tui/find-typing-${name}`, running.text);
    await running.press("enter", "n");
    checkGolden(`tui/find-kept-${name}`, running.text);
  });

  test(`files to open, grants and the first start at ${name}`, async (t) => {
    const running = await withLongLines(t, size);
    const files = [
      { path: "/home/ada/forge/src/anvil.ts", line: 41 },
      { path: "/home/ada/forge/README.md", line: null },
    ];
    running.program.dispatch({ type: "files-named", files });
    await running.settle();
    checkGolden(`tui/files-${name}`, running.text);
    await running.press("escape");
    running.program.dispatch({ type: "command", command: "grants", argument: "" });
    await running.settle();
    checkGolden(`tui/grants-${name}`, running.text);
    await running.press("escape");
    running.program.dispatch({ type: "command", command: "first-start", argument: "" });
    await running.settle();
    checkGolden(`tui/first-start-${name}`, running.text);
  });

  test(`the question for trust at ${name}`, async (t) => {
    const file = "/home/ada/forge/crush.json";
    const untrusted = [
      { file, key: "providers.acme.base_url", reason: "sends prompts and the key to another address" },
      { file, key: "keys.permission.allow-once", reason: "changes what keys do" },
    ];
    const app = new FakeApp({ config: { untrusted, isTrusted: false } });
    app.addSession("Strange project");
    const running = await startScreenProgram(t, { app, size });
    checkGolden(`tui/trust-${name}`, running.text);
    assert.match(running.text, /t trust/u);
  });

  test(`what is spent, and a new limit, at ${name}`, async (t) => {
    const running = await withLongLines(t, size);
    running.program.dispatch({ type: "command", command: "budget", argument: "" });
    await running.settle();
    checkGolden(`tui/budget-${name}`, running.text);
    running.program.dispatch({ type: "command", command: "budget", argument: "day 10" });
    await running.settle();
    checkGolden(`tui/budget-set-${name}`, running.text);
  });

  test(`the palette with a filter, and with why the chosen command can't be used, at ${name}`, async (t) => {
    const running = await withLongLines(t, size);
    await running.press("ctrl+p");
    await running.type("fo");
    checkGolden(`tui/palette-filter-${name}`, running.text);
    await running.press("ctrl+u");
    await running.type("take");
    checkGolden(`tui/palette-reason-${name}`, running.text);
    await running.press("ctrl+u");
    await running.type("nonsense");
    assert.match(running.text, /no command matches/u, "scattered letters of a sentence are no match");
  });

  test(`questions for a command and for an edit at ${name}`, async (t) => {
    const running = await withLongLines(t, size);
    const sessionId = must(running.program.state.session, "a session").id;
    const asked = {
      id: "request-1",
      sessionId,
      toolCallId: asToolCallId("call-2"),
      tool: "bash",
      action: "execute",
      path: "/home/ada/forge",
      command,
      description: `Execute command: ${command}`,
      display: {
        title: "Bash",
        subject: "find",
        blocks: [{ kind: "code", language: "bash", text: command }],
      },
    } as const;
    running.app.emit({ type: "permission-asked", sessionId, request: asked });
    await running.advance(400);
    await running.load();
    checkGolden(`tui/ask-command-${name}`, running.text);
    assert.doesNotMatch(running.text, /split/u, "there is no diff");
    await running.press("d");
    const before = 'export const heat = 900;\nexport const metal = "iron";\n';
    const edit = {
      ...asked,
      id: "request-2",
      tool: "edit",
      action: "write",
      path: "/home/ada/forge/anvil.ts",
      description: "Edit anvil.ts",
      display: {
        title: "Edit",
        subject: "anvil.ts",
        blocks: [{ kind: "diff", path: "/home/ada/forge/anvil.ts", before, after: before.replace("900", "1100") }],
      },
    } as const;
    running.app.emit({ type: "permission-asked", sessionId, request: edit });
    await running.advance(400);
    await running.load();
    checkGolden(`tui/ask-edit-${name}`, running.text);
  });

  test(`prompts that wait, above the editor and in their list, at ${name}`, async (t) => {
    const running = await withLongLines(t, size);
    for (const prompt of ["go on", "then sweep the floor", "and close the door"]) {
      await running.type(prompt);
      await running.press("enter");
    }
    checkGolden(`tui/queue-${name}`, running.text);
    await running.press("ctrl+t", "down");
    checkGolden(`tui/queue-list-${name}`, running.text);
  });
}
