/** A summary in place of what went before, and nothing at all where it fails. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import type { ModelEvent } from "../../src/providers/provider.ts";
import { type AppPlace, openAppPlace, scriptedSettings, scriptedUsage } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

function columns(place: AppPlace): unknown[] {
  const [row] = place.query("select prompt_tokens, completion_tokens, summary_message_id from sessions");
  return [row?.["prompt_tokens"], row?.["completion_tokens"], row?.["summary_message_id"]];
}

describe("compactSession", () => {
  test("stores a summary row, moves the gauge, and later requests begin there; the rows before it stay", async (t) => {
    const place = await openAppPlace(t, { titles: ["Title", "## Goal — x"] });
    const { app } = place;
    const session = await app.createSession();
    place.answers.push([
      { name: "todos", input: { todos: [{ content: "Ship", status: "pending", active_form: "" }] } },
    ]);
    await place.say(session.id, "one");
    const outcome = await app.compactSession(session.id);
    assert.deepEqual([outcome.reason, outcome.text], ["end_turn", "## Goal — x"]);
    const summary = place.transcript(session.id).at(-1);
    assert.ok(summary?.isSummary && summary.role === "assistant" && summary.finishedAt !== null);
    assert.deepEqual(columns(place), [0, 10, summary.id]);
    assert.equal(app.showSession(session.id).metrics.contextTokens, 10);
    const asked = place.requests.find(({ request }) => JSON.stringify(request.messages).includes("handover"))?.request;
    assert.match(JSON.stringify(asked?.messages.at(-1)), /\[pending\] Ship/u);
    await place.say(session.id, "two");
    const sent = place.turnRequests.at(-1)?.request.messages;
    assert.deepEqual(sent, [
      {
        role: "user",
        content: [
          { kind: "text", text: "## Goal — x" },
          { kind: "text", text: "two" },
        ],
      },
    ]);
    assert.equal(place.transcript(session.id)[0]?.role, "user");
    const rows = place.query("select purpose, outcome from x_usage where purpose = 'summary'");
    assert.deepEqual(rows, [{ purpose: "summary", outcome: "ok" }]);
  });

  test("a failure, an empty answer and a cancel leave the session as it was, but for the ledger", async (t) => {
    const place = await openAppPlace(t, { titles: ["Title"] });
    const { app } = place;
    const session = await app.createSession();
    await place.say(session.id, "one");
    const before = columns(place);
    const hang = async function* (_request: unknown, signal: AbortSignal): AsyncGenerator<ModelEvent> {
      yield { type: "text-delta", blockId: "0", text: "half a sum" };
      void app.cancelTurn(session.id);
      yield { type: "failure", failure: { kind: "aborted", message: String(signal.aborted), isRetryable: false } };
    };
    place.titles.push({ kind: "context-too-long", message: "too long", isRetryable: false }, " ", hang);
    const reasons: string[] = [];
    const hints: (string | undefined)[] = [];
    for (let index = 0; index < 3; index += 1) {
      const outcome = await app.compactSession(session.id);
      reasons.push(`${outcome.reason} ${outcome.failureKind ?? ""}`);
      hints.push(outcome.errorHint);
    }
    assert.deepEqual(reasons, ["error context-too-long", "error protocol", "canceled "]);
    assert.match(hints[0] ?? "", /^about [1-9]\d* tokens were sent; choose a model with a larger window/u);
    assert.equal(hints[1], "try again, or choose another model (ctrl+l)");
    assert.deepEqual(columns(place), before);
    assert.equal(place.transcript(session.id).length, 2);
    const outcomes = place.query("select outcome from x_usage where purpose = 'summary' order by rowid");
    assert.deepEqual(
      outcomes.map((row) => row["outcome"]),
      ["context-too-long", "ok", "canceled"],
    );
  });

  test("what is cut off at the output limit or by a filter is no summary: the session stays as it was", async (t) => {
    const place = await openAppPlace(t, { titles: ["Title"] });
    const { app } = place;
    const session = await app.createSession();
    await place.say(session.id, "one");
    const before = columns(place);
    const messages: unknown[] = [];
    for (const reason of ["max_tokens", "content_filter", "tool_use"] as const) {
      place.titles.push(async function* () {
        yield { type: "text-delta", blockId: "0", text: "## Goal — half of it" };
        yield { type: "finish", reason, usage: null };
      });
      messages.push((await app.compactSession(session.id)).errorMessage);
    }
    assert.deepEqual(messages, [
      "the session was not compacted: the summary was cut off at the output limit",
      "the session was not compacted: the provider's content filter stopped the summary",
      "the session was not compacted: the model wrote no summary",
    ]);
    assert.deepEqual([columns(place), place.transcript(session.id).length], [before, 2]);
    const booked = place.query("select outcome from x_usage where purpose = 'summary'");
    assert.deepEqual(booked, [{ outcome: "ok" }, { outcome: "ok" }, { outcome: "ok" }]);
  });

  test("what another window or program writes while the summary is made is not put behind it", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    t.after(async () => app.close());
    const session = await app.createSession();
    await place.say(session.id, "one");
    const before = columns(place);
    const other = await place.open();
    const pipe = path.join(place.place.root, "pipe");
    execFileSync("mkfifo", [pipe]);
    const command = other.runShellCommand(session.id, `cat ${pipe}`, new AbortController().signal);
    place.titles.push(() =>
      (async function* (): AsyncGenerator<ModelEvent> {
        yield { type: "text-delta", blockId: "0", text: "## Goal" };
        await writeFile(pipe, "from the other window");
        await command;
        yield { type: "finish", reason: "end_turn", usage: scriptedUsage };
      })(),
    );
    await assert.rejects(app.compactSession(session.id), { code: "session-changed" });
    assert.deepEqual(columns(place), before);
    const booked = place.query("select message_id, outcome from x_usage where purpose = 'summary'");
    assert.deepEqual(booked, [{ message_id: null, outcome: "ok" }]);
    assert.deepEqual(app.runningSessions(), []);
    await app.sendPrompt(session.id, { text: "two", attachments: [] });
    const request = JSON.stringify(place.turnRequests.at(-1)?.request.messages);
    assert.match(request, /"one".*from the other window.*"two"/u);
    await app.finishTitles();
  });

  test("a session whose last step another program has not finished is not compacted", async (t) => {
    const place = await openAppPlace(t);
    const session = await place.app.createSession();
    await place.say(session.id, "one");
    const asked = place.requests.length;
    runSql(
      place.databasePath,
      `insert into messages (id, session_id, role, parts, model, provider, created_at, updated_at) values
       ('theirs', '${session.id}', 'assistant', '[{"type":"text","data":{"text":"half a"}}]', 'big', 'test', 4000000000, 4000000000)`,
    );
    await assert.rejects(place.app.compactSession(session.id), { code: "session-unfinished" });
    assert.deepEqual([place.requests.length, place.app.runningSessions()], [asked, []]);
  });

  test("a conversation that is too long is sent once more with what the tools said cut short; both are booked", async (t) => {
    const place = await openAppPlace(t, { titles: ["Title"] });
    const { app } = place;
    const session = await app.createSession();
    place.place.write("project/long.txt", "line of a long file\n".repeat(400));
    place.answers.push([{ name: "view", input: { file_path: "long.txt" } }]);
    await place.say(session.id, "one");
    const tooLong = { kind: "context-too-long", message: "too long", isRetryable: false } as const;
    const asked = place.requests.length;
    place.titles.push(tooLong, "## Goal — x");
    assert.equal((await app.compactSession(session.id)).reason, "end_turn");
    const [whole = "", cut = ""] = place.requests.slice(asked).map(({ request }) => JSON.stringify(request.messages));
    assert.ok(whole.length > 5_000 && cut.length < 3_000, `${String(whole.length)} ${String(cut.length)}`);
    assert.match(cut, /more characters are left out here/u);
    const booked = place.query("select outcome, message_id is null as missed from x_usage where purpose = 'summary'");
    assert.deepEqual(booked, [
      { outcome: "context-too-long", missed: 1 },
      { outcome: "ok", missed: 0 },
    ]);
  });

  test("the limit of a summary leaves the window to the conversation, and a model that reasons room to do so", async (t) => {
    for (const [canReason, limit] of [
      [false, 8_000],
      [true, 32_000],
    ] as const) {
      const sizes = { context_window: 200_000, default_max_tokens: 200_000, can_reason: canReason };
      const large = { id: "big", name: "Big", ...sizes };
      const { test: provider } = scriptedSettings.providers;
      const settings = {
        ...scriptedSettings,
        providers: { test: { ...provider, models: [large, provider.models[1]] } },
      };
      const place = await openAppPlace(t, { settings });
      const session = await place.app.createSession();
      await place.say(session.id, "one");
      await place.app.compactSession(session.id);
      const asked = place.requests.find(({ request }) => JSON.stringify(request.messages).includes("handover"));
      assert.equal(asked?.request.maxOutputTokens, limit);
    }
  });

  test("there must be something to compact", async (t) => {
    const place = await openAppPlace(t);
    const session = await place.app.createSession();
    await assert.rejects(place.app.compactSession(session.id), { code: "usage" });
    assert.deepEqual([place.requests.length, place.app.runningSessions()], [0, []]);
  });
});
