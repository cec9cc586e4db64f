import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import type { ModelEvent, ModelFailure } from "../providers/provider.ts";
import { asMessageId, asSessionId, asToolCallId } from "../schema/ids.ts";
import type { Message } from "../schema/message.ts";
import type { LiveEvent } from "../schema/session-event.ts";
import { noUsage } from "../schema/usage.ts";
import type { ToolResult } from "../tools/tool.ts";
import type { StepResult, ToolCall, TurnPorts } from "./ports.ts";
import { TurnRunner } from "./turn-runner.ts";

const sessionId = asSessionId("s");
const usage = { ...noUsage, inputTokens: 10, outputTokens: 5 };
const busy: ModelFailure = { kind: "overloaded", message: "busy", isRetryable: true };

type Step = (signal: AbortSignal) => AsyncIterable<ModelEvent>;

async function* events(...list: ModelEvent[]): AsyncGenerator<ModelEvent> {
  for (const event of list) {
    await Promise.resolve();
    yield event;
  }
}

const say =
  (text: string): Step =>
  () =>
    events(
      { type: "text-start", blockId: "0" },
      { type: "text-delta", blockId: "0", text },
      { type: "text-end", blockId: "0" },
      { type: "finish", reason: "end_turn", usage },
    );

const call =
  (...calls: [id: string, name: string, input: string][]): Step =>
  () =>
    events(
      ...calls.flatMap(([id, name, input]): ModelEvent[] => [
        { type: "tool-call-start", toolCallId: asToolCallId(id), name },
        { type: "tool-call-end", toolCallId: asToolCallId(id), name, input },
      ]),
      { type: "finish", reason: "tool_use", usage },
    );

/** Streams half an answer, then waits to be aborted. */
const hang: Step = (signal) =>
  (async function* (): AsyncGenerator<ModelEvent> {
    yield { type: "text-start", blockId: "0" };
    yield { type: "text-delta", blockId: "0", text: "half" };
    if (!signal.aborted) await once(signal, "abort");
    yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
  })();

interface World {
  readonly ports: TurnPorts;
  readonly log: string[];
  readonly live: LiveEvent[];
  readonly finished: StepResult[];
}

/** Ports that write down what they are asked. Tools answer with their input; `ask…` tools need a permission. */
function world(steps: Step[], overrides: Partial<TurnPorts> = {}): World {
  const log: string[] = [];
  const live: LiveEvent[] = [];
  const finished: StepResult[] = [];
  let rows = 0;
  const run = async (made: ToolCall): Promise<ToolResult> => {
    log.push(`run ${made.id}`);
    return Promise.resolve({ content: made.input, isError: false });
  };
  const ports: TurnPorts = {
    clock: {
      nowMs: () => 1_000,
      after: (delayMs, callback) => {
        if (delayMs === 500) return () => undefined;
        log.push(`wait ${String(delayMs)}`);
        queueMicrotask(callback);
        return () => undefined;
      },
    },
    random: () => 0.5,
    transcript: {
      messages: () => [],
      startStep: () => {
        rows += 1;
        log.push(`row ${String(rows)}`);
        return Promise.resolve(emptyRow(`m${String(rows)}`));
      },
      saveProgress: () => Promise.resolve(),
      discardStep: (id, record) => {
        log.push(`discard ${id} ${record.outcome}`);
        return Promise.resolve();
      },
      finishStep: (id, result) => {
        finished.push(result);
        log.push(`finish ${id} ${result.finish.reason}`);
        return Promise.resolve();
      },
      markCanceled: (id) => {
        log.push(`mark ${id}`);
        return Promise.resolve();
      },
      addResult: (made, result) => {
        log.push(`result ${made.id}${result.isError ? " error" : ""}`);
        return Promise.resolve();
      },
    },
    model: { supportsImages: false, stream: (_messages, signal) => (steps.shift() ?? say("done"))(signal) },
    tools: {
      isReadOnly: (name) => name === "view",
      prepare: (made) => {
        if (made.name === "refuse") {
          return Promise.resolve({ kind: "refused", result: { content: "no", isError: true } });
        }
        const permissions = made.name === "ask" ? [{} as never] : [];
        return Promise.resolve({ kind: "ready", permissions, run: () => run(made) });
      },
    },
    authorize: () => Promise.resolve({ decision: "allow", scope: "once" }),
    emit: (event) => live.push(event),
    reportBug: (error) => log.push(`bug ${String(error)}`),
    ...overrides,
  };
  return { ports, log, live, finished };
}

function emptyRow(id: string): Message {
  return {
    id: asMessageId(id),
    sessionId,
    role: "assistant",
    parts: [],
    model: "m",
    provider: "p",
    createdAt: 1,
    updatedAt: 1,
    finishedAt: null,
    isSummary: false,
    exactBlocks: null,
    unreadable: null,
  };
}

describe("TurnRunner", () => {
  test("runs calls, then asks again, and adds up the usage of all requests", async () => {
    const { ports, log } = world([call(["a", "view", "{}"], ["b", "ask", "{}"]), say("fine")]);
    const result = await new TurnRunner(sessionId, ports).run();
    assert.deepEqual(log, [
      "row 1",
      "finish m1 tool_use",
      "run a",
      "result a",
      "run b",
      "result b",
      "row 2",
      "finish m2 end_turn",
    ]);
    assert.equal(result.text, "fine");
    assert.deepEqual(result.usage, { ...usage, inputTokens: 20, outputTokens: 10 });
  });

  test("a failed try is discarded and booked, the next one uses the same row", async () => {
    const failing: Step = () =>
      events(
        { type: "text-start", blockId: "0" },
        { type: "text-delta", blockId: "0", text: "half an answer" },
        { type: "failure", failure: busy },
      );
    const { ports, log, live } = world([failing, say("whole")]);
    const result = await new TurnRunner(sessionId, ports).run();
    assert.deepEqual(
      log,
      ["row 1", "wait 1000", "discard m1 overloaded", "finish m1 end_turn"].toSorted(byOrderIn(log)),
    );
    assert.equal(result.text, "whole");
    assert.ok(live.some((event) => event.type === "retry-wait" && event.attempt === 1));
  });

  test("canceled in mid-answer: what came is kept and marked, usage is an estimate", async () => {
    const { ports, finished } = world([hang]);
    const runner = new TurnRunner(sessionId, {
      ...ports,
      emit: (event) => {
        if (event.type === "text-delta") runner.cancel();
      },
    });
    const result = await runner.run();
    assert.equal(result.reason, "canceled");
    assert.deepEqual(finished[0]?.parts, [{ type: "text", text: "half" }]);
    assert.equal(finished[0]?.finish.reason, "canceled");
    assert.equal(finished[0]?.record?.usage.isEstimated, true);
  });

  test("canceled while a tool runs: it answers for itself, the rest is answered, the step is marked", async () => {
    const { ports, log } = world([call(["a", "ask", "{}"], ["b", "ask", "{}"])]);
    const runner = new TurnRunner(sessionId, {
      ...ports,
      emit: (event) => {
        if (event.type === "tool-run-start") queueMicrotask(() => runner.cancel());
      },
    });
    assert.equal((await runner.run()).reason, "canceled");
    assert.deepEqual(log.filter((line) => line.startsWith("result") || line.startsWith("mark")).toSorted(), [
      "mark m1",
      "result a",
      "result b error",
    ]);
  });

  test("two calls with one id become two, invalid arguments become an empty object on disk", async () => {
    const { ports, finished, log } = world([call(["x", "view", "{oops"], ["x", "view", "{}"])]);
    await new TurnRunner(sessionId, ports).run();
    const ids = finished[0]?.parts.map((part) => (part.type === "tool_call" ? `${part.id} ${part.input}` : ""));
    assert.deepEqual(ids, ["x {}", "x_1 {}"]);
    assert.deepEqual(log.filter((line) => line.startsWith("result")).toSorted(), ["result x", "result x_1"]);
  });

  test("a write that fails ends the turn with its error", async () => {
    const { ports } = world([say("hello")]);
    const transcript = { ...ports.transcript, finishStep: () => Promise.reject(new Error("disk full")) };
    await assert.rejects(new TurnRunner(sessionId, { ...ports, transcript }).run(), /disk full/u);
  });

  test("a tool that throws is reported and answered", async () => {
    const { ports, log } = world([call(["a", "view", "{}"])]);
    const tools = { ...ports.tools, prepare: () => Promise.reject(new Error("bug inside")) };
    assert.equal((await new TurnRunner(sessionId, { ...ports, tools }).run()).reason, "end_turn");
    assert.ok(log.includes("bug Error: bug inside"));
    assert.ok(log.includes("result a error"));
  });
});

/** Sorts like the actual log, so that only membership and count are compared where two effects run side by side. */
function byOrderIn(log: readonly string[]): (left: string, right: string) => number {
  return (left, right) => log.indexOf(left) - log.indexOf(right);
}
