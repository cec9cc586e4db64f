import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { checkGolden } from "../../../test/harness/golden.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import { asToolCallId, type SessionId } from "../../schema/ids.ts";
import type { PermissionRequest } from "../../schema/permission.ts";
import { noUsage } from "../../schema/usage.ts";
import { allCommands } from "../commands/all-commands.ts";
import { textWidth } from "../../term/width.ts";

const small = { columns: 80, rows: 24 };
const large = { columns: 120, rows: 40 };

/** A session with a bit of everything, and two others. */
function populated(): { readonly app: FakeApp; readonly id: SessionId } {
  const app = new FakeApp();
  const id = app.addSession("Mend the anvil");
  app.addSession("Write the README of the forge", { messageCount: 12 });
  app.addSession("鍛冶場 🔨 の手入れ", { messageCount: 3 });
  app.addMessage(id, "user", [{ type: "text", text: "Please look at the anvil and mend it." }]);
  const call = asToolCallId("call-1");
  app.addMessage(id, "assistant", [
    { type: "text", text: "I look at **the anvil** first:" },
    {
      type: "tool_call",
      id: call,
      name: "bash",
      input: JSON.stringify({ command: "ls forge", description: "List the forge" }),
      providerExecuted: false,
      finished: true,
    },
    { type: "finish", reason: "tool_use", time: 1_780_000_000 },
  ]);
  app.addMessage(id, "tool", [
    {
      type: "tool_result",
      toolCallId: call,
      name: "bash",
      content: "anvil.txt\nhammer.txt",
      data: "",
      mimeType: "",
      metadata: JSON.stringify({ output: "anvil.txt\nhammer.txt", description: "List the forge" }),
      isError: false,
    },
  ]);
  app.addMessage(id, "assistant", [
    { type: "text", text: "The anvil is **mended**:\n\n- polished\n- levelled" },
    { type: "finish", reason: "end_turn", time: 1_780_000_000 },
  ]);
  app.measure(
    id,
    {
      turnCount: 1,
      consumed: {
        ...noUsage,
        inputTokens: 12_000,
        cacheReadTokens: 150_000,
        cacheWriteTokens: 900,
        outputTokens: 2400,
        reasoningTokens: 300,
      },
      knownCostUsd: 0.1234,
      contextTokens: 164_000,
      durationMs: 83_000,
      files: [
        { path: "/home/ada/forge/anvil.txt", change: "modified", additions: 3, removals: 1 },
        { path: "/home/ada/forge/deep/down/in/the/cellar/hammer.txt", change: "created", additions: 12, removals: 0 },
        { path: "/home/ada/forge/rust.txt", change: "deleted", additions: 0, removals: 40 },
      ],
    },
    {
      todos: [
        { content: "Look at the anvil", status: "completed", activeForm: "Looking at the anvil" },
        { content: "Mend the anvil", status: "in_progress", activeForm: "Mending the anvil" },
        { content: "Sweep the floor", status: "pending", activeForm: "Sweeping the floor" },
      ],
    },
  );
  return { app, id };
}

async function shown(t: TestContext, size = small): Promise<ScreenProgram & { readonly id: SessionId }> {
  const { app, id } = populated();
  const running = await startScreenProgram(t, { app, size, sessionId: id });
  await running.load();
  return Object.assign(running, { id });
}

for (const [name, size] of [
  ["80x24", small],
  ["120x40", large],
] as const) {
  test(`a session at ${name}`, async (t) => {
    const running = await shown(t, size);
    checkGolden(`tui/session-${name}`, running.text);
  });

  test(`an empty session at ${name}`, async (t) => {
    const app = new FakeApp();
    app.addSession("New Session");
    const running = await startScreenProgram(t, { app, size });
    checkGolden(`tui/empty-${name}`, running.text);
  });

  const dialogs = [
    ["sessions", ["ctrl+s"]],
    ["sessions-rename", ["ctrl+s", "down", "ctrl+r"]],
    ["sessions-delete", ["ctrl+s", "ctrl+x"]],
    ["models", ["ctrl+l"]],
    ["palette", ["ctrl+p"]],
    ["help", ["ctrl+g"]],
    ["quit", ["ctrl+c"]],
    ["details", ["ctrl+d"]],
    ["todos", ["ctrl+t"]],
    ["attach", ["ctrl+f"]],
  ] as const;
  for (const [dialog, keys] of dialogs) {
    test(`${dialog} at ${name}`, async (t) => {
      const running = await shown(t, size);
      await running.press(...keys);
      checkGolden(`tui/${dialog}-${name}`, running.text);
    });
  }
}

test("every command of the palette shows its whole title and its key, or that it can't be run now", async (t) => {
  const running = await shown(t, small);
  await running.press("ctrl+p");
  const rows = new Set<string>();
  for (let count = 0; count < allCommands.length; count += 1) {
    for (const row of running.rows.slice(3, -3)) rows.add(row);
    await running.press("down");
  }
  const listed = [...rows].join("\n");
  assert.doesNotMatch(listed, /…/u);
  for (const { id, title } of allCommands) {
    if (id !== "palette") assert.ok(listed.includes(title), title);
  }
});

function askedFor(id: SessionId, part: Partial<PermissionRequest>): PermissionRequest {
  return {
    id: "request-1",
    sessionId: id,
    toolCallId: asToolCallId("call-2"),
    tool: "bash",
    action: "execute",
    path: "/home/ada/forge",
    command: "rm -rf rust",
    description: "Execute command: rm -rf rust",
    display: {
      title: "Bash",
      subject: "rm -rf rust",
      blocks: [{ kind: "code", language: "bash", text: "rm -rf rust" }],
    },
    ...part,
  };
}

test("a permission: first while typing is still expected, then with its keys", async (t) => {
  const running = await shown(t);
  running.app.emit({ type: "turn-start", sessionId: running.id });
  running.app.emit({ type: "permission-asked", sessionId: running.id, request: askedFor(running.id, {}) });
  await running.advance(55);
  checkGolden("tui/permission-early-80x24", running.text);
  await running.advance(300);
  await running.load();
  checkGolden("tui/permission-80x24", running.text);
});

test("a permission with a long diff scrolls and fills the screen", async (t) => {
  const running = await shown(t, large);
  const before = Array.from({ length: 60 }, (_, index) => `line ${index}`).join("\n");
  const after = before.replaceAll(/line (\d*5)\b/gu, "changed $1");
  const request = askedFor(running.id, {
    tool: "edit",
    action: "write",
    path: "/home/ada/forge/anvil.txt",
    description: "Edit anvil.txt",
    display: {
      title: "Edit",
      subject: "anvil.txt",
      blocks: [{ kind: "diff", path: "/home/ada/forge/anvil.txt", before, after }],
    },
  });
  running.app.emit({ type: "permission-asked", sessionId: running.id, request });
  await running.advance(400);
  await running.load();
  checkGolden("tui/permission-diff-120x40", running.text);
  await running.press("f", "t");
  await running.press("end");
  checkGolden("tui/permission-full-120x40", running.text);
});

test("what waits, what is attached and what went wrong stand around the editor", async (t) => {
  const running = await shown(t);
  await running.type("go on");
  await running.press("enter");
  await running.type("and then sweep");
  await running.press("enter");
  await running.paste("x".repeat(3000));
  running.program.dispatch({ type: "notify", tone: "error", text: "The model is overloaded", hint: "try again later" });
  await running.type("y");
  checkGolden("tui/busy-80x24", running.text);
});

test("every row fits the screen, at any size", async (t) => {
  const running = await shown(t);
  for (const keys of [[], ["ctrl+s"], ["escape", "ctrl+p"], ["escape", "ctrl+g"], ["escape", "ctrl+d"]]) {
    await running.press(...keys);
    for (const columns of [40, 57, 99, 100, 101, 200]) {
      for (const rows of [10, 11, 24, 60]) {
        await running.resize({ columns, rows });
        assert.equal(running.rows.length, rows, `${columns}×${rows}`);
        for (const row of running.rows) assert.ok(textWidth(row) <= columns, `${columns}×${rows}: ${row}`);
      }
    }
  }
});

test("a terminal that is too small says so and loses nothing", async (t) => {
  const running = await shown(t);
  await running.type("half a prompt");
  await running.resize({ columns: 20, rows: 5 });
  assert.equal(running.text, "Too small: 20×5\nneeds 40×10");
  await running.type(" more");
  await running.resize({ columns: 1, rows: 1 });
  assert.ok(running.rows.length <= 1);
  await running.resize(small);
  assert.match(running.text, /half a prompt more/);
});

test("hostile titles, paths and notices are shown inert", async (t) => {
  const app = new FakeApp();
  const hostile = "\u001b]0;owned\u0007\u001b[2Jtitle\u202e\r\nnext";
  const id = app.addSession(hostile);
  app.measure(id, { files: [{ path: `/home/ada/forge/${hostile}`, change: "created", additions: 1, removals: 0 }] });
  const running = await startScreenProgram(t, { app, size: large });
  running.program.dispatch({ type: "notify", tone: "error", text: hostile, hint: hostile });
  for (const keys of [["ctrl+s"], ["escape", "ctrl+d"], ["escape", "escape"]]) {
    await running.press(...keys);
    const [frame] = running.screen.frames.slice(-1);
    for (const line of frame?.lines ?? []) {
      for (const { text } of line) assert.doesNotMatch(text, /[\p{Cc}\u202e]/u);
    }
  }
});
