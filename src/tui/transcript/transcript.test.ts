import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleMessage as message } from "../../../test/harness/sample-message.ts";
import type { DisplayBlock, DisplayCall } from "../../schema/display-block.ts";
import { asMessageId, asSessionId, asToolCallId } from "../../schema/ids.ts";
import type { Message, Part, ToolCallPart, ToolResultPart } from "../../schema/message.ts";
import { LateModules } from "../../term/late-modules.ts";
import { ScrollWindow } from "../../term/scroll-window.ts";
import { lineText } from "../../term/spans.ts";
import { darkTheme } from "../../term/theme-dark.ts";
import { Transcript } from "./transcript.ts";

const sessionId = asSessionId("session");

/** The message as it is while more comes. */
function growing(id: string, parts: readonly Part[]): Message {
  return { ...message(id, "assistant", parts), finishedAt: null };
}

const text = (value: string): Part => ({ type: "text", text: value });
const finish = (reason: string, extra: { message?: string; details?: string } = {}): Part => ({
  type: "finish",
  reason,
  time: 2,
  ...extra,
});

function call(id: string, input: unknown, changes: Partial<ToolCallPart> = {}): ToolCallPart {
  const base = { id: asToolCallId(id), name: "tool", input: JSON.stringify(input) };
  return { type: "tool_call", providerExecuted: false, finished: true, ...base, ...changes };
}

function result(id: string, content: string, changes: Partial<ToolResultPart> = {}): ToolResultPart {
  const base = { toolCallId: asToolCallId(id), name: "tool", content };
  return { type: "tool_result", data: "", mimeType: "", metadata: "", isError: false, ...base, ...changes };
}

function blocksOf(content: string, metadata: unknown): DisplayBlock[] {
  return Array.isArray(metadata) ? (metadata as DisplayBlock[]) : [{ kind: "text", text: content }];
}

/** Shows a call by its arguments `subject` and `blocks`: blocks come from the metadata where there are any. */
const displayCall: DisplayCall = ({ name, input, result: answer }) => ({
  title: name,
  subject: typeof input["subject"] === "string" ? input["subject"] : "",
  ...(answer?.isError === true ? { summary: "failed" } : {}),
  blocks: answer === undefined ? [] : blocksOf(answer.content, answer.metadata["blocks"]),
});

interface Opened {
  readonly transcript: Transcript;
  readonly modules: LateModules;
  readonly shown: (width?: number) => string[];
}

async function open(messages: readonly Message[]): Promise<Opened> {
  const modules = new LateModules(() => undefined);
  await modules.ready();
  const transcript = new Transcript({ displayCall, theme: darkTheme, modules });
  transcript.load(messages);
  const shown = (width = 44) => {
    const { rows } = new ScrollWindow().layout(transcript, { width, height: 500 });
    return rows.map((row) => lineText(transcript.lineOf(row)).trimEnd());
  };
  shown();
  await modules.settled();
  return { transcript, modules, shown };
}

async function assertShows(messages: readonly Message[], rows: readonly string[]): Promise<void> {
  const { shown } = await open(messages);
  assert.deepEqual(shown(), rows);
}

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}`).join("\n");

test("a prompt and its answer", async () => {
  await assertShows(
    [
      message("u", "user", [text("Do it\nwell")]),
      message("a", "assistant", [text("**Done.**\n\n- one"), finish("end_turn")]),
    ],
    ["┃ Do it", "┃ well", "", "  Done.", "", "  • one"],
  );
});

test("attachments stand under the prompt", async () => {
  const data = "A".repeat(4000);
  await assertShows(
    [
      message("u", "user", [
        text("look"),
        { type: "binary", path: "shot.png", mimeType: "image/png", data },
        { type: "binary", path: "notes.txt", mimeType: "text/plain", data },
        { type: "image_url", url: "https://example.org/a.png" },
      ]),
    ],
    ["┃ look", "┃ [image] shot.png  3.0 KB", "┃ [file] notes.txt  3.0 KB", "┃ [image] https://example.org/a.png"],
  );
});

test("a long prompt is folded", async () => {
  const { transcript, shown } = await open([message("u", "user", [text(lines(30))])]);
  assert.equal(shown().length, 21);
  assert.equal(shown().at(-1), "┃ … 10 more lines");
  transcript.toggle("u/prompt");
  assert.equal(shown().length, 30);
  const endless = await open([message("u", "user", [text("x".repeat(2_000_000))])]);
  assert.deepEqual([endless.shown().length, endless.shown().at(-1)], [21, "┃ … more"]);
});

test("a tool's head and its body, folded to ten lines", async () => {
  const messages = [
    message("a", "assistant", [call("c1", { subject: "npm test" }), finish("tool_use")]),
    message("t", "tool", [result("c1", lines(14))]),
  ];
  const { transcript, shown } = await open(messages);
  const bodyRows = Array.from({ length: 10 }, (_, index) => `  │ line ${index + 1}`);
  assert.deepEqual(shown(), ["  ✓ tool npm test", ...bodyRows, "  │ … 4 more lines"]);
  const key = transcript.keyAt(0);
  assert.ok(transcript.isFoldable(key));
  transcript.toggle(key);
  assert.deepEqual(shown().slice(-2), ["  │ line 13", "  │ line 14"]);
  assert.deepEqual(transcript.expandedKeys, [key]);
});

test("each kind of block", async () => {
  const blocks: DisplayBlock[] = [
    {
      kind: "list",
      items: [
        { text: "a", state: "completed" },
        { text: "b", state: "in_progress" },
        { text: "c", state: "pending" },
      ],
    },
    { kind: "code", text: "let a;\nlet b;", path: "x.ts", firstLine: 9 },
    { kind: "table", columns: ["n", "m"], rows: [["1", "2"]] },
    { kind: "image", name: "a.png", mimeType: "image/png", sizeBytes: 120 },
  ];
  await assertShows(
    [
      message("a", "assistant", [call("c1", {}), finish("tool_use")]),
      message("t", "tool", [result("c1", "", { metadata: JSON.stringify({ blocks }) })]),
    ],
    [
      "  ✓ tool",
      "  │ ✓ a",
      "  │ → b",
      "  │ ○ c",
      "  │  9  let a;",
      "  │ 10  let b;",
      "  │ n │ m",
      "  │ ──┼──",
      "  │ 1 │ 2",
      "  │ [image] a.png (image/png, 120 B)",
    ],
  );
});

test("a diff is shown as one", async () => {
  const blocks: DisplayBlock[] = [{ kind: "diff", path: "a", before: "one\ntwo", after: "one\n2" }];
  await assertShows(
    [
      message("a", "assistant", [call("c1", {}), finish("tool_use")]),
      message("t", "tool", [result("c1", "", { metadata: JSON.stringify({ blocks }) })]),
    ],
    ["  ✓ tool", "  │ 1 1   one", "  │ 2   - two", "  │   2 + 2"],
  );
});

test("a failed call, one without result, one that was canceled", async () => {
  await assertShows(
    [
      message("a", "assistant", [call("c1", { subject: "x" }), call("c2", {}), finish("tool_use")]),
      message("t", "tool", [result("c1", "no such file", { isError: true })]),
      message("b", "assistant", [call("c3", {}), finish("canceled")]),
    ],
    [
      "  ✗ tool x  failed",
      "  │ no such file",
      "",
      "  – tool  interrupted",
      "",
      "  – tool  canceled",
      "",
      "  – Canceled",
    ],
  );
});

test("an ending of another program that is named as what every object has is none of ours", async () => {
  await assertShows([message("a", "assistant", [{ type: "text", text: "Done." }, finish("constructor")])], ["  Done."]);
});

test("results find their calls by the nearest message before; a lone one shows itself", async () => {
  await assertShows(
    [
      message("t0", "tool", [result("x", "lone")]),
      message("a", "assistant", [call("x", { subject: "first" }), finish("tool_use")]),
      message("t", "tool", [result("x", "one")]),
      message("b", "assistant", [call("x", { subject: "second" }), finish("tool_use")]),
      message("t2", "tool", [result("x", "two")]),
    ],
    ["  ✓ tool", "  │ lone", "", "  ✓ tool first", "  │ one", "", "  ✓ tool second", "  │ two"],
  );
});

test("how an answer ended, and what to do", async () => {
  const ended = (reason: string, extra = {}) => open([message("a", "assistant", [text("x"), finish(reason, extra)])]);
  const failed = await ended("error", { message: "Rate limited", details: "Try again in a minute." });
  assert.deepEqual(failed.shown().slice(2), ["  ✗ Rate limited", "    Try again in a minute."]);
  assert.deepEqual((await ended("max_tokens")).shown().slice(2), [
    "  ! Cut off at the model's output limit; ask",
    "    it to continue",
  ]);
  assert.deepEqual((await ended("end_turn")).shown(), ["  x"]);
  assert.deepEqual((await ended("some other reason")).shown(), ["  x"]);
  const cut = await open([message("a", "assistant", [text("x")])]);
  assert.deepEqual(cut.shown().slice(2), ["  ! Interrupted", "    The program ended before the answer did."]);
});

test("thinking is folded to a line, and unfolds", async () => {
  const thought: Part = {
    type: "reasoning",
    thinking: "First this.\n\nThen that.",
    signature: "",
    thoughtSignature: "",
    toolId: "",
    responsesData: null,
    startedAt: 10,
    finishedAt: 13,
  };
  const { transcript, shown } = await open([message("a", "assistant", [thought, text("x"), finish("end_turn")])]);
  assert.deepEqual(shown(), ["  ▸ Thought for 3 s", "", "  x"]);
  transcript.toggle("a/reasoning/0");
  assert.deepEqual(shown(), ["  ▾ Thought for 3 s", "    First this.", "", "    Then that.", "", "  x"]);
});

test("shell commands, summaries, unknown parts and unreadable rows", async () => {
  const shell: Part = { type: "shell_command", command: "ls -l", output: "a\nb\n", exitCode: 2 };
  const unknown: Part = { type: "unknown", originalType: "hologram", raw: {} };
  await assertShows(
    [
      message("u", "user", [shell]),
      { ...message("s", "assistant", [text("What was said."), finish("end_turn")]), isSummary: true },
      message("k", "assistant", [unknown, finish("end_turn")]),
      { ...message("r", "assistant", []), unreadable: "not JSON" },
    ],
    [
      "┃ ✗ ! ls -l  exit 2",
      "┃ │ a",
      "┃ │ b",
      "",
      "  ── Summary; it stands for what is above i…",
      "",
      "  What was said.",
      "",
      "  – [hologram: not shown by this version]",
      "",
      "  ! This message cannot be read; its row is",
      "    left as it is",
      "    not JSON",
    ],
  );
});

test("hostile text changes nothing on the screen", async () => {
  const evil = "\u001b[2J\u001b]0;owned\u0007\u202e\r\u009b31m";
  const { transcript, shown } = await open([
    message("u", "user", [text(evil), { type: "binary", path: evil, mimeType: evil, data: "" }]),
    message("a", "assistant", [
      text(`${evil}\n\n\`\`\`${evil}\n${evil}\n\`\`\``),
      call("c", { subject: evil }, { name: evil }),
      finish("error", { message: evil, details: evil }),
    ]),
    message("t", "tool", [result("c", evil, { isError: true })]),
    message("s", "user", [{ type: "shell_command", command: evil, output: evil, exitCode: 1 }]),
  ]);
  for (let index = 0; index < transcript.length; index++) transcript.toggle(transcript.keyAt(index));
  assert.doesNotMatch(shown().join(""), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
});

test("an answer that streams grows, then takes its row", async () => {
  const { transcript, shown } = await open([message("u", "user", [text("go")])]);
  transcript.accept({ type: "turn-start", sessionId });
  const live = (value: string) => growing("a", [text(value)]);
  transcript.setLive(live("Hel"));
  assert.deepEqual(shown(), ["┃ go", "", "  Hel"]);
  transcript.accept({ type: "message-created", sessionId, message: live("H") });
  transcript.setLive(live("Hello **wor"));
  assert.deepEqual(shown().slice(2), ["  Hello **wor"]);
  const row = message("a", "assistant", [text("Hello **world**"), finish("end_turn")]);
  transcript.accept({ type: "message-updated", sessionId, message: row });
  transcript.setLive(null);
  transcript.accept({ type: "turn-end", sessionId, reason: "end_turn" });
  assert.deepEqual(shown().slice(2), ["  Hello world"]);
});

test("a retry takes back what the failed try had shown", async () => {
  const { transcript, shown } = await open([message("u", "user", [text("go")])]);
  transcript.setActive(true);
  transcript.setLive(growing("a", [text("half an ans"), call("c", {})]));
  assert.equal(transcript.length, 3);
  transcript.setLive(growing("a", []));
  assert.deepEqual(shown(), ["┃ go"]);
  transcript.accept({ type: "message-deleted", sessionId, messageId: asMessageId("a") });
  transcript.setLive(null);
  assert.equal(transcript.length, 1);
});

test("a tool call while it streams, waits, runs and is done", async () => {
  const { transcript, shown } = await open([message("u", "user", [text("go")])]);
  const toolCallId = asToolCallId("c");
  transcript.accept({ type: "turn-start", sessionId });
  const streamed = call("c", {}, { input: '{"subject":"npm te', finished: false });
  transcript.setLive(growing("a", [streamed]));
  assert.deepEqual(shown().slice(2), ["  ○ tool npm te"]);
  const row = message("a", "assistant", [call("c", { subject: "npm test" }), finish("tool_use")]);
  transcript.accept({ type: "message-updated", sessionId, message: row });
  transcript.setLive(null);
  transcript.setToolState(toolCallId, "waiting");
  assert.deepEqual(shown().slice(2), ["  ? tool npm test  waiting for permission"]);
  transcript.accept({ type: "tool-run-start", sessionId, toolCallId });
  transcript.accept({ type: "tool-output", sessionId, toolCallId, text: `${lines(12)}\n` });
  assert.deepEqual(shown().slice(2, 5), ["  ● tool npm test  running", "  │ … 2 earlier lines", "  │ line 3"]);
  const done = message("t", "tool", [result("c", "all good")]);
  transcript.accept({ type: "message-created", sessionId, message: done });
  assert.deepEqual(shown().slice(2), ["  ✓ tool npm test", "  │ all good"]);
});

test("calls behind one that waits or runs wait for it", async () => {
  const calls = ["a", "b"].map((id) => call(id, { subject: id }));
  const { transcript, shown } = await open([message("m", "assistant", [...calls, finish("tool_use")])]);
  transcript.setActive(true);
  const states = (): unknown => shown().filter((row) => row !== "");
  transcript.setToolState(asToolCallId("a"), "waiting");
  assert.deepEqual(states(), ["  ? tool a  waiting for permission", "  ○ tool b  waiting for the call before it"]);
  transcript.setToolState(asToolCallId("a"), "running");
  assert.deepEqual(states(), ["  ● tool a  running", "  ○ tool b  waiting for the call before it"]);
  transcript.setToolState(asToolCallId("b"), "running");
  assert.deepEqual(states(), ["  ● tool a  running", "  ● tool b  running"]);
});

test("the focus has a bar, moves from item to item, and gives its text", async () => {
  const { transcript, shown } = await open([
    message("u", "user", [text("one")]),
    message("a", "assistant", [text("two\n\nthree"), finish("end_turn")]),
  ]);
  const key = transcript.neighborKey(null, -1);
  transcript.focus(key);
  assert.deepEqual(shown(), ["┃ one", "", "▌ two", "▌", "▌ three"]);
  assert.equal(transcript.textOf(key ?? ""), "two\n\nthree");
  assert.equal(transcript.messageIdOf(key ?? ""), "a");
  assert.equal(transcript.neighborKey(key, -1), "u/prompt");
  assert.equal(transcript.neighborKey("u/prompt", -1), "u/prompt");
});

test("an older page goes before, and what was looked at stays in sight", async () => {
  const many = Array.from({ length: 40 }, (_, index) => message(`m${index}`, "user", [text(`prompt ${index}`)]));
  const { transcript } = await open(many.slice(20));
  const window = new ScrollWindow();
  const size = { width: 40, height: 5 };
  window.layout(transcript, size);
  window.scrollBy(-7);
  const before = window.layout(transcript, size).rows.map((row) => lineText(row.line));
  transcript.load(many);
  assert.deepEqual(
    window.layout(transcript, size).rows.map((row) => lineText(row.line)),
    before,
  );
  assert.equal(transcript.length, 40);
});

test("a delta costs the same at the end of a long transcript", async () => {
  const long = Array.from({ length: 3000 }, (_, index) => message(`m${index}`, "user", [text(`prompt ${index}`)]));
  const { transcript } = await open(long);
  transcript.setActive(true);
  const asked: number[] = [];
  const counting = new Proxy(transcript, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...values: unknown[]): unknown => {
        if (name === "rowsAt") asked.push(1);
        return Reflect.apply(value, target, values);
      };
    },
  });
  const window = new ScrollWindow();
  window.layout(counting, { width: 60, height: 20 });
  asked.length = 0;
  transcript.setLive(growing("live", [text("some words")]));
  window.layout(counting, { width: 60, height: 20 });
  assert.ok(asked.length < 40, `${asked.length} items`);
});
