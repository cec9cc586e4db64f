import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { asMessageId, asToolCallId } from "../../schema/ids.ts";
import type { SessionEvent } from "../../schema/session-event.ts";
import type { Effect } from "../effect.ts";
import { initialState } from "../initial-state.ts";
import { deskOf, type UiState } from "../state.ts";
import type { UiMessage } from "../ui-message.ts";
import { dialogTable } from "../dialogs/all-dialogs.ts";
import type { Change } from "../change.ts";
import { isAnimated, update as updateWith } from "./update.ts";

const update = (state: UiState, message: UiMessage): Change => updateWith(state, message, dialogTable);

const app = new FakeApp();
const sessionId = app.addSession("Anvil");
const elsewhere = app.addSession("Bellows");
const nowMs = 1_780_000_000_000;

/** One session open, nothing running. */
function opened(): UiState {
  return update(initialState(app, { size: { columns: 120, rows: 40 }, nowMs }), {
    type: "session-read",
    details: app.showSession(sessionId),
    model: app.sessionModel(sessionId),
    activity: { kind: "idle" },
    commandElsewhere: null,
    permissions: [],
    queue: [],
    isOpening: true,
  }).state;
}

function after(state: UiState, ...messages: readonly UiMessage[]): { state: UiState; effects: Effect[] } {
  const effects: Effect[] = [];
  let next = state;
  for (const message of messages) {
    const change = update(next, message);
    next = change.state;
    effects.push(...change.effects);
  }
  return { state: next, effects };
}

function happened(...events: readonly SessionEvent[]): readonly UiMessage[] {
  return events.map((event) => ({ type: "session-event", event }));
}

function key(name: string, text: string | null = null): UiMessage {
  return { type: "key", key: { name, text, raw: "" } };
}

const messageId = asMessageId("message");
const toolCallId = asToolCallId("call");
const start: SessionEvent = { type: "turn-start", sessionId };

const phases: readonly (readonly [string, readonly SessionEvent[], { phase: string; tool: string }])[] = [
  ["turn-start", [start], { phase: "waiting", tool: "" }],
  [
    "reasoning",
    [start, { type: "reasoning-delta", sessionId, messageId, text: "hm" }],
    { phase: "thinking", tool: "" },
  ],
  ["text", [start, { type: "text-delta", sessionId, messageId, text: "so" }], { phase: "writing", tool: "" }],
  [
    "a tool call",
    [start, { type: "tool-call-start", sessionId, messageId, toolCallId, name: "view" }],
    { phase: "tool", tool: "view" },
  ],
  [
    "the next step",
    [
      start,
      { type: "tool-call-end", sessionId, messageId, toolCallId, name: "view", input: "{}" },
      { type: "step-start", sessionId, messageId, step: 1 },
    ],
    { phase: "waiting", tool: "" },
  ],
];

for (const [name, events, expected] of phases) {
  test(`${name} is shown as ${expected.phase}`, () => {
    const { state } = after(opened(), ...happened(...events));
    const { activity } = deskOf(state, sessionId);
    assert.ok(activity.kind === "turn");
    assert.deepEqual({ phase: activity.phase, tool: activity.tool }, expected);
    assert.ok(isAnimated(state));
  });
}

test("a delta that changes nothing keeps the state as it is", () => {
  const delta: SessionEvent = { type: "text-delta", sessionId, messageId, text: "x" };
  const { state } = after(opened(), ...happened(start, delta));
  assert.equal(update(state, { type: "session-event", event: delta }).state, state);
});

test("what is not on the disk is marked, whatever streams meanwhile, until it is there", () => {
  const marks = (events: readonly SessionEvent[]): string | null | undefined => {
    const { activity } = deskOf(after(opened(), ...happened(start, ...events)).state, sessionId);
    return activity.kind === "turn" ? activity.unstored : undefined;
  };
  const wait: SessionEvent = { type: "storage-wait", sessionId, reason: "no space" };
  const delta: SessionEvent = { type: "text-delta", sessionId, messageId, text: "x" };
  assert.equal(marks([wait, delta]), "no space");
  assert.equal(marks([wait, delta, { type: "storage-ready", sessionId }]), null);
});

test("a retry is counted down until something comes", () => {
  const wait: SessionEvent = {
    type: "retry-wait",
    sessionId,
    messageId,
    attempt: 1,
    dueAtMs: nowMs + 5000,
    reason: "overloaded",
  };
  const waiting = after(opened(), ...happened(start, wait));
  const { activity } = deskOf(waiting.state, sessionId);
  assert.ok(activity.kind === "turn");
  assert.equal(activity.retry?.dueAtMs, nowMs + 5000);
  const going = after(waiting.state, ...happened({ type: "text-delta", sessionId, messageId, text: "x" }));
  const next = deskOf(going.state, sessionId).activity;
  assert.ok(next.kind === "turn");
  assert.equal(next.retry, null);
});

const ends = [
  ["end_turn", sessionId, { unseen: null, notices: 0 }],
  ["error", sessionId, { unseen: null, notices: 1 }],
  ["end_turn", elsewhere, { unseen: "finished", notices: 0 }],
  ["error", elsewhere, { unseen: "failed", notices: 0 }],
] as const;

for (const [reason, where, expected] of ends) {
  test(`a turn that ends with ${reason} ${where === sessionId ? "here" : "elsewhere"}`, () => {
    const { state } = after(
      opened(),
      ...happened(
        { type: "turn-start", sessionId: where },
        { type: "turn-end", sessionId: where, reason, errorMessage: "it broke", errorHint: "mend it" },
      ),
    );
    const desk = deskOf(state, where);
    assert.deepEqual({ unseen: desk.unseen, notices: state.notices.length }, expected);
    assert.equal(desk.activity.kind, "idle");
    assert.ok(!isAnimated(state));
  });
}

const keys: readonly (readonly [string, Partial<UiState>, UiMessage, Effect | null])[] = [
  ["ctrl+s reads the sessions", {}, key("ctrl+s"), { type: "read-sessions", limit: 200 }],
  ["ctrl+n makes a session", {}, key("ctrl+n"), { type: "new-session", prompt: "" }],
  ["ctrl+l reads the models", {}, key("ctrl+l"), { type: "read-providers", purpose: "models" }],
  ["ctrl+z suspends", {}, key("ctrl+z"), { type: "suspend" }],
  [
    "j scrolls in the transcript",
    { focus: "transcript" },
    key("j", "j"),
    { type: "transcript", operation: "line-down" },
  ],
  ["G goes to its end", { focus: "transcript" }, key("shift+g", "G"), { type: "transcript", operation: "bottom" }],
  ["y copies", { focus: "transcript" }, key("y", "y"), { type: "transcript", operation: "copy" }],
  ["space unfolds", { focus: "transcript" }, key("space", " "), { type: "transcript", operation: "expand" }],
  ["page up scrolls from the editor, too", {}, key("pageUp"), { type: "transcript", operation: "page-up" }],
  ["x means nothing in the transcript", { focus: "transcript" }, key("x", "x"), null],
  [
    "j is typed in the editor",
    {},
    key("j", "j"),
    { type: "editor", operation: { kind: "key", key: { name: "j", text: "j", raw: "" } } },
  ],
];

for (const [name, part, message, effect] of keys) {
  test(name, () => {
    const { effects } = after({ ...opened(), ...part }, message);
    assert.deepEqual(effects, effect === null ? [] : [effect]);
  });
}

test("tab goes to the transcript and back, esc goes back", () => {
  const there = after(opened(), key("tab")).state;
  assert.equal(there.focus, "transcript");
  assert.equal(after(there, key("tab")).state.focus, "editor");
  assert.equal(after(there, key("escape")).state.focus, "editor");
});

test("notices: information goes by itself, errors stay until esc", () => {
  const noticed = after(
    opened(),
    { type: "notify", tone: "info", text: "done" },
    { type: "notify", tone: "error", text: "broken" },
    { type: "timer", timer: "notice" },
  ).state;
  assert.deepEqual(
    noticed.notices.map(({ text }) => text),
    ["broken"],
  );
  assert.deepEqual(after(noticed, key("escape")).state.notices, []);
});

test("opening a session puts away what belonged to the one before", () => {
  const before = after({ ...opened(), focus: "transcript" }, key("ctrl+d"), {
    type: "notify",
    tone: "error",
    text: "broken here",
  }).state;
  const opening: UiMessage = {
    type: "session-read",
    details: app.showSession(elsewhere),
    model: app.sessionModel(elsewhere),
    activity: { kind: "turn", startedAtMs: nowMs, phase: "waiting", tool: "", retry: null },
    commandElsewhere: null,
    permissions: [],
    queue: [],
    isOpening: true,
  };
  const { state } = after(before, opening);
  assert.equal(state.session?.id, elsewhere);
  assert.deepEqual(
    { focus: state.focus, dialogs: state.dialogs, notices: state.notices },
    { focus: "editor", dialogs: [], notices: [] },
  );
  assert.equal(deskOf(state, elsewhere).activity.kind, "turn");
});

test("reading the facts again does not end a turn that events began", () => {
  const running = after(opened(), ...happened(start)).state;
  const { state } = after(running, {
    type: "session-read",
    details: app.showSession(sessionId),
    model: app.sessionModel(sessionId),
    activity: { kind: "idle" },
    commandElsewhere: null,
    permissions: [],
    queue: [],
    isOpening: false,
  });
  assert.equal(deskOf(state, sessionId).activity.kind, "turn");
});
