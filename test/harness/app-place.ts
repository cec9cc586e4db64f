/** The real app on a home and a project of its own, with a model that answers what the test says. */
import path from "node:path";
import type { TestContext } from "node:test";
import type { App, HeadlessPermission } from "../../src/app/app.ts";
import { type AppDependencies, createApp } from "../../src/app/create-app.ts";
import type { PromptInput, TurnOutcome } from "../../src/app/prompt.ts";
import type { ConfigFlags } from "../../src/config/config.ts";
import { type Clock, systemClock } from "../../src/lib/clock.ts";
import { judgePermission } from "../../src/permissions/judge.ts";
import type {
  ModelCatalogue,
  ModelEvent,
  ModelFailure,
  Provider,
  ProviderFactory,
} from "../../src/providers/provider.ts";
import { asToolCallId, type SessionId } from "../../src/schema/ids.ts";
import type { Message } from "../../src/schema/message.ts";
import type { ProviderSettings } from "../../src/schema/model.ts";
import type { ModelRequest } from "../../src/schema/model-request.ts";
import type { PermissionAnswer } from "../../src/schema/permission.ts";
import type { SessionEvent } from "../../src/schema/session-event.ts";
import { noUsage } from "../../src/schema/usage.ts";
import { createToolSet } from "../../src/tools/all.ts";
import type { ToolSet } from "../../src/tools/tool.ts";
import { ConfigPlace } from "./config-place.ts";
import { querySql } from "./open-test-store.ts";

export interface ScriptedCall {
  readonly name: string;
  readonly input: object;
}

/** A text, calls, a failure, or whatever the function streams. */
export type ScriptedAnswer =
  | string
  | readonly ScriptedCall[]
  | ModelFailure
  | ((request: ModelRequest, signal: AbortSignal) => AsyncIterable<ModelEvent>);

export interface SentRequest {
  readonly settings: ProviderSettings;
  readonly request: ModelRequest;
}

/** What each request of the scripted model reports. */
export const scriptedUsage = { ...noUsage, inputTokens: 100, outputTokens: 10 };

/** Two models of a provider that needs no key, at 10 and 100 US$ per million tokens, and at 1 and 10. */
export const scriptedSettings = {
  models: { large: { provider: "test", model: "big" }, small: { provider: "test", model: "small" } },
  providers: {
    test: {
      type: "openai-compat",
      base_url: "http://127.0.0.1:9/v1",
      models: [
        { id: "big", name: "Big", cost_per_1m_in: 10, cost_per_1m_out: 100, context_window: 1000 },
        { id: "small", name: "Small", cost_per_1m_in: 1, cost_per_1m_out: 10, context_window: 1000 },
      ],
    },
  },
};

export interface AppPlaceOptions {
  readonly answers?: readonly ScriptedAnswer[];
  /** Of the requests without tools, in turn; then "A fitting title". */
  readonly titles?: readonly ScriptedAnswer[];
  /** The person's `crush.json`; `scriptedSettings` unless told. */
  readonly settings?: object;
  readonly environment?: Readonly<Record<string, string>>;
  readonly keyVariables?: readonly string[];
  readonly catalogue?: ModelCatalogue;
  readonly headless?: HeadlessPermission;
  readonly clock?: Clock;
  readonly flags?: ConfigFlags;
  readonly tools?: ToolSet;
  /** Real providers, for instance, instead of the script. */
  readonly createProvider?: ProviderFactory;
  readonly storeOptions?: NonNullable<AppDependencies["storeOptions"]>;
}

export class AppPlace {
  readonly place = new ConfigPlace();
  readonly requests: SentRequest[] = [];
  readonly events: SessionEvent[] = [];
  readonly answers: ScriptedAnswer[];
  readonly titles: ScriptedAnswer[];
  readonly #options: AppPlaceOptions;
  #app: App | null = null;

  constructor(options: AppPlaceOptions) {
    this.#options = options;
    this.answers = [...(options.answers ?? [])];
    this.titles = [...(options.titles ?? [])];
    Object.assign(this.place.environment, options.environment);
    this.place.writeGlobal(options.settings ?? scriptedSettings);
  }

  get app(): App {
    if (this.#app === null) throw new Error("the app is not open");
    return this.#app;
  }

  get databasePath(): string {
    return path.join(this.place.project, ".crush", "crush.db");
  }

  get logPath(): string {
    return path.join(this.place.project, ".crush", "logs", "crush.log");
  }

  /** Starts the program, again after `close`. */
  async open({ headless = this.#options.headless }: Pick<AppPlaceOptions, "headless"> = {}): Promise<App> {
    const { keyVariables = [], clock = systemClock, catalogue = emptyCatalogue, tools } = this.#options;
    const app = await createApp({
      config: this.place.load(this.#options.flags, { keyVariables }),
      clock,
      catalogue,
      createProvider: this.#options.createProvider ?? ((settings) => this.#provider(settings)),
      loadJudge: () => Promise.resolve(judgePermission),
      loadTools: () => Promise.resolve(tools ?? createToolSet(noLimits)),
      headless: headless ?? null,
      storeOptions: this.#options.storeOptions ?? {},
    });
    app.watch((event) => this.events.push(event));
    this.#app = app;
    return app;
  }

  async close(): Promise<void> {
    await this.#app?.close();
    this.#app = null;
  }

  /** Answers each question that is asked from now on. */
  answerPermissions(answer: PermissionAnswer): () => void {
    const { app } = this;
    return app.watch((event) => {
      if (event.type === "permission-asked") app.answerPermission(event.request.id, answer);
    });
  }

  /** Sends a prompt and waits for its turn and titles. */
  async say(sessionId: SessionId, text: string, more: Partial<PromptInput> = {}): Promise<TurnOutcome> {
    const outcome = await this.app.sendPrompt(sessionId, { text, attachments: [], ...more });
    await this.app.finishTitles();
    return outcome;
  }

  transcript(sessionId: SessionId): readonly Message[] {
    return this.app.readTranscript(sessionId, { limit: 1_000 }).messages;
  }

  /** The requests of turns. */
  get turnRequests(): readonly SentRequest[] {
    return this.requests.filter(({ request }) => request.tools.length > 0);
  }

  /** Rows as another program reads them. */
  query(sql: string): Record<string, unknown>[] {
    return querySql(this.databasePath, sql);
  }

  #provider(settings: ProviderSettings): Provider {
    return {
      stream: (request, signal) => {
        this.requests.push({ settings, request });
        const isTurn = request.tools.length > 0;
        const answer = isTurn ? (this.answers.shift() ?? "done") : (this.titles.shift() ?? "A fitting title");
        return typeof answer === "function" ? answer(request, signal) : scriptedEvents(answer, this.requests.length);
      },
    };
  }
}

const noLimits = { lsMaxDepth: null, lsMaxItems: null, grepTimeoutMs: null, globTimeoutMs: null };
const emptyCatalogue: ModelCatalogue = { providers: () => [], find: () => undefined };

async function* scriptedEvents(
  answer: Exclude<ScriptedAnswer, (...never: never[]) => unknown>,
  number: number,
): AsyncGenerator<ModelEvent> {
  await Promise.resolve();
  if (typeof answer === "string") {
    yield { type: "text-start", blockId: "0" };
    yield { type: "text-delta", blockId: "0", text: answer };
    yield { type: "text-end", blockId: "0" };
    yield { type: "finish", reason: "end_turn", usage: scriptedUsage };
  } else if ("kind" in answer) {
    yield { type: "failure", failure: answer };
  } else {
    for (const [index, { name, input }] of answer.entries()) {
      const toolCallId = asToolCallId(`call_${String(number)}_${String(index)}`);
      yield { type: "tool-call-start", toolCallId, name };
      yield { type: "tool-call-end", toolCallId, name, input: JSON.stringify(input) };
    }
    yield { type: "finish", reason: "tool_use", usage: scriptedUsage };
  }
}

/** An app that is open, closed and removed after the test. */
export async function openAppPlace(t: TestContext, options: AppPlaceOptions = {}): Promise<AppPlace> {
  const place = new AppPlace(options);
  t.after(async () => {
    await place.close();
    place.place[Symbol.dispose]();
  });
  await place.open();
  return place;
}
