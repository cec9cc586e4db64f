/** A turn's ports without a store, a model or tools: they write down what they are asked, and a test may interfere. */
import { once } from "node:events";
import type { CallSurroundings, StepResult, ToolCall, TurnPorts } from "../../src/agent/ports.ts";
import type { ModelEvent, ModelFailure } from "../../src/providers/provider.ts";
import { asMessageId, asSessionId, asToolCallId } from "../../src/schema/ids.ts";
import type { Message, Part } from "../../src/schema/message.ts";
import type { LiveEvent } from "../../src/schema/session-event.ts";
import { noUsage } from "../../src/schema/usage.ts";
import type { ToolResult } from "../../src/tools/tool.ts";
import { ManualClock } from "./manual-clock.ts";

export const turnSessionId = asSessionId("s");
export const stepUsage = { ...noUsage, inputTokens: 10, outputTokens: 5 };
export const busyFailure: ModelFailure = { kind: "overloaded", message: "busy", isRetryable: true };
export const keyFailure: ModelFailure = { kind: "auth", message: "wrong key", isRetryable: false };

/** One request's answer. */
export type Answer = (signal: AbortSignal) => AsyncIterable<ModelEvent>;

async function* events(...list: ModelEvent[]): AsyncGenerator<ModelEvent> {
  for (const event of list) {
    await Promise.resolve();
    yield event;
  }
}

const textEvents = (text: string): ModelEvent[] => [
  { type: "text-start", blockId: "0" },
  { type: "text-delta", blockId: "0", text },
  { type: "text-end", blockId: "0" },
];

export function say(text: string): Answer {
  return () => events(...textEvents(text), { type: "finish", reason: "end_turn", usage: stepUsage });
}

/** Calls by id, tool and arguments. `view` only reads, `ask` needs a permission, `refuse` is refused, `wait` runs until it is aborted, `hang` longer. */
export function call(...calls: [id: string, name: string, input: string][]): Answer {
  return () =>
    events(
      ...calls.flatMap(([id, name, input]): ModelEvent[] => [
        { type: "tool-call-start", toolCallId: asToolCallId(id), name },
        { type: "tool-call-end", toolCallId: asToolCallId(id), name, input },
      ]),
      { type: "finish", reason: "tool_use", usage: stepUsage },
    );
}

/** Fails after these events. */
export function fail(failure: ModelFailure, ...before: ModelEvent[]): Answer {
  return () => events(...before, { type: "failure", failure });
}

/** Streams half an answer, then waits to be aborted. */
export function hangAfter(...before: ModelEvent[]): Answer {
  return (signal) =>
    (async function* (): AsyncGenerator<ModelEvent> {
      yield* events(...before);
      if (!signal.aborted) await once(signal, "abort");
      yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
    })();
}

export const halfText: ModelEvent[] = textEvents("half").slice(0, 2);

/** A row as the transcript's port knows it. */
export interface WorldRow {
  readonly id: string;
  parts: readonly Part[];
  finish: string | null;
  result: StepResult | null;
  readonly answers: Map<string, ToolResult[]>;
}

export interface WorldOptions {
  readonly answers: Answer[];
  /** Called before each port does its work, with `name id`; what it throws the port rejects with. */
  readonly before?: (what: string) => void;
  readonly overrides?: Partial<TurnPorts>;
}

export class TurnWorld {
  readonly clock = new ManualClock();
  readonly log: string[] = [];
  readonly live: LiveEvent[] = [];
  readonly rows: WorldRow[] = [];
  readonly bugs: unknown[] = [];
  /** By row; a step that is in its row has none. */
  readonly journals = new Map<string, string>();
  readonly ports: TurnPorts;
  readonly #options: WorldOptions;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.ports = {
      clock: this.clock,
      random: () => 0.5,
      transcript: this.#transcript(),
      model: {
        supportsImages: false,
        overheadLength: 0,
        stream: (_messages, signal) => {
          this.#note("request");
          return (options.answers.shift() ?? say("done"))(signal);
        },
      },
      tools: {
        isReadOnly: (name) => name !== "ask" && name !== "edit",
        prepare: async (made, { signal, onOutput }) => {
          this.#note(`prepare ${made.id}`);
          await Promise.resolve();
          if (made.name === "refuse") return { kind: "refused", result: { content: "no", isError: true } };
          const permissions = made.name === "ask" ? [{} as never] : [];
          return { kind: "ready", permissions, run: async () => this.#run(made, { signal, onOutput }) };
        },
      },
      authorize: async () => {
        this.#note("authorize");
        await Promise.resolve();
        return { decision: "allow", scope: "once" };
      },
      emit: (event) => {
        this.live.push(event);
        this.#note(`emit ${event.type}`);
      },
      reportBug: (error) => this.bugs.push(error),
      ...options.overrides,
    };
  }

  /** Log lines without those of events and preparations. */
  get writes(): string[] {
    return this.log.filter((line) => !/^(?:emit|prepare|request|authorize)/u.test(line));
  }

  /** Lets time pass, `stepMs` at once, until the work has settled. */
  async settle<T>(work: Promise<T>, stepMs = 1_000): Promise<T> {
    const state = { isSettled: false };
    const settled = work.finally(() => {
      state.isSettled = true;
    });
    settled.catch(() => undefined);
    for (let turns = 0; turns < 2_000 && !state.isSettled; turns += 1) {
      await this.rest();
      if (!state.isSettled) this.clock.advance(stepMs);
    }
    return settled;
  }

  /** What is due at once is done. */
  async rest(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    await promise;
  }

  #note(what: string): void {
    this.log.push(what);
    this.#options.before?.(what);
  }

  async #run(made: ToolCall, { signal, onOutput }: CallSurroundings): Promise<ToolResult> {
    this.#note(`run ${made.id}`);
    if (made.name === "print") onOutput(`${made.id} prints`, null);
    if (made.name === "hang") await Promise.withResolvers().promise;
    if ((made.name === "wait" || made.name === "print") && !signal.aborted) await once(signal, "abort");
    await Promise.resolve();
    return { content: made.input, isError: false };
  }

  #transcript(): TurnPorts["transcript"] {
    const rowOf = (id: string): WorldRow => {
      const row = this.rows.find((each) => each.id === id);
      if (row === undefined) throw new Error(`no row ${id}`);
      return row;
    };
    const write = async (what: string, work: () => void): Promise<void> => {
      await Promise.resolve();
      this.#note(what);
      work();
    };
    return {
      messages: () => {
        this.#note("messages");
        return [];
      },
      takeSteering: async () => undefined,
      startStep: async () => {
        const id = `m${String(this.rows.length + 1)}`;
        await write(`row ${id}`, () => {
          this.rows.push({ id, parts: [], finish: null, result: null, answers: new Map() });
        });
        return emptyRow(id);
      },
      openJournal: (id) => ({
        append: (text) => {
          this.journals.set(id, (this.journals.get(id) ?? "") + text);
          return true;
        },
        close: () => undefined,
        remove: () => {
          this.journals.delete(id);
        },
      }),
      foldStep: async (id, parts) =>
        write(`fold ${id}`, () => {
          rowOf(id).parts = parts;
        }),
      discardStep: async (id, record) =>
        write(`discard ${id} ${record.outcome}`, () => {
          rowOf(id).parts = [];
        }),
      finishStep: async (id, result) =>
        write(`finish ${id} ${result.finish.reason}`, () => {
          const row = rowOf(id);
          Object.assign(row, { parts: result.parts, finish: result.finish.reason, result });
          for (const { call: made, result: answer } of result.answers) addAnswer(row, made.id, answer);
        }),
      markCanceled: async (id) =>
        write(`mark ${id}`, () => {
          rowOf(id).finish = "canceled";
        }),
      addResult: async (made, result) =>
        write(`result ${made.id}${result.isError ? " error" : ""}`, () => {
          const row = this.rows.at(-1);
          if (row !== undefined) addAnswer(row, made.id, result);
        }),
    };
  }
}

function addAnswer(row: WorldRow, id: string, result: ToolResult): void {
  row.answers.set(id, [...(row.answers.get(id) ?? []), result]);
}

function emptyRow(id: string): Message {
  return {
    id: asMessageId(id),
    sessionId: turnSessionId,
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
