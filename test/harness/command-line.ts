/** The command line in this process: the real use cases and store, a scripted model, streams that are kept. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { App } from "../../src/app/app.ts";
import { createApp } from "../../src/app/create-app.ts";
import { ModelDirectory } from "../../src/app/model-directory.ts";
import type { CliDependencies } from "../../src/cli/command.ts";
import type { CliIo } from "../../src/cli/io.ts";
import { openWithRecovery } from "../../src/cli/open-with-recovery.ts";
import { runCommand } from "../../src/cli/run-command.ts";
import type { Config, ConfigFlags } from "../../src/config/config.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { judgePermission } from "../../src/permissions/judge.ts";
import { openCatalogue } from "../../src/providers/catalogue.ts";
import type { ModelEvent, Provider } from "../../src/providers/provider.ts";
import { asToolCallId } from "../../src/schema/ids.ts";
import type { ModelRequest } from "../../src/schema/model-request.ts";
import { noUsage } from "../../src/schema/usage.ts";
import { displayCall } from "../../src/tools/all-displays.ts";
import { resolveKeys } from "../../src/tui/commands/key-table.ts";
import { createToolSet } from "../../src/tools/all.ts";
import { ConfigPlace } from "./config-place.ts";

export interface CallOptions {
  readonly input?: string | Uint8Array;
  readonly inputKind?: CliIo["inputKind"];
  /** Input and output are terminals; answers are what the person types. */
  readonly answers?: readonly (string | null)[];
  readonly columns?: number;
  readonly rows?: number;
  /** Called with each event's moment to interfere. */
  readonly onWrite?: (text: string, call: RunningCall) => void;
}

export interface RunningCall {
  signal(name: NodeJS.Signals): void;
  closeOutput(): void;
}

export interface CallResult {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  /** What was asked, and whether without echo. */
  readonly questions: readonly { readonly question: string; readonly isSecret: boolean }[];
}

export type ModelStream = AsyncGenerator<ModelEvent>;

/** Text, tool calls, or a stream of the test's own. */
export type ModelAnswer =
  | string
  | readonly { readonly name: string; readonly input: object }[]
  | ((signal: AbortSignal) => ModelStream);

const usage = { ...noUsage, inputTokens: 100, outputTokens: 10 };

export class CommandLine {
  readonly place = new ConfigPlace();
  readonly requests: ModelRequest[] = [];
  /** What the model says next; "done" when there is no more. Requests without tools are for titles. */
  readonly script: ModelAnswer[] = [];
  readonly terminals: unknown[] = [];
  calledAs = "crush";

  constructor() {
    const prices = { cost_per_1m_in: 10, cost_per_1m_out: 100, context_window: 1000, default_max_tokens: 50 };
    this.place.writeGlobal({
      // Whether a run takes the day's one depends on how long its answer takes.
      options: { backups: { daily: false } },
      models: { large: { provider: "test", model: "big" }, small: { provider: "test", model: "small" } },
      providers: {
        test: {
          type: "openai-compat",
          base_url: "http://127.0.0.1:9/v1",
          api_key: "sk-test-0123456789",
          models: [
            { id: "big", name: "Big", ...prices },
            { id: "small", name: "Small", ...prices },
          ],
        },
      },
    });
  }

  #provider(): Provider {
    const { requests, script } = this;
    return {
      async *stream(request, signal): AsyncGenerator<ModelEvent> {
        requests.push(request);
        await Promise.resolve();
        const answer = request.tools.length === 0 ? "A fitting title" : (script.shift() ?? "done");
        if (typeof answer === "function") {
          yield* answer(signal);
          return;
        }
        if (typeof answer === "string") {
          yield { type: "text-start", blockId: "0" };
          for (const word of answer.split(/(?<= )/u)) yield { type: "text-delta", blockId: "0", text: word };
          yield { type: "text-end", blockId: "0" };
        } else {
          for (const [index, { name, input }] of answer.entries()) {
            const toolCallId = asToolCallId(`call_${requests.length}_${index}`);
            yield { type: "tool-call-start", toolCallId, name };
            yield { type: "tool-call-end", toolCallId, name, input: JSON.stringify(input) };
          }
        }
        yield { type: "finish", reason: typeof answer === "string" ? "end_turn" : "tool_use", usage };
      },
    };
  }

  config(flags: ConfigFlags = {}): Config {
    return this.place.load(flags, { keyVariables: ["OPENAI_API_KEY", "ANTHROPIC_API_KEY"] });
  }

  openApp(options: Parameters<CliDependencies["openApp"]>[0], onLocked?: (holder: string) => void): Promise<App> {
    return createApp({
      ...(onLocked !== undefined && { onLocked }),
      config: this.config(options.flags),
      clock: systemClock,
      catalogue: openCatalogue(),
      createProvider: () => this.#provider(),
      loadJudge: () => Promise.resolve(judgePermission),
      loadTools: () =>
        Promise.resolve(
          createToolSet({ lsMaxDepth: null, lsMaxItems: null, grepTimeoutMs: null, globTimeoutMs: null }),
        ),
      headless: options.permission ?? null,
    });
  }

  async call(argv: readonly string[], options: CallOptions = {}): Promise<CallResult> {
    const streams = new FakeStreams(options);
    const code = await runCommand(argv, {
      io: streams.io,
      version: "1.2.3",
      calledAs: this.calledAs,
      nowMs: () => systemClock.nowMs(),
      keyVariables: () => Promise.resolve(["OPENAI_API_KEY", "ANTHROPIC_API_KEY"]),
      configSource: this.place.source(),
      listProviders: (config) => Promise.resolve(new ModelDirectory(config, openCatalogue()).list()),
      openApp: async (request) =>
        openWithRecovery(
          {
            config: this.config(request.flags),
            io: streams.io,
            isInteractive: request.permission === undefined && streams.io.isInputTerminal,
            calledAs: this.calledAs,
            nowMs: () => systemClock.nowMs(),
          },
          (onLocked) => this.openApp(request, onLocked),
          request.damage,
        ),
      displayCall: () => Promise.resolve(displayCall),
      configJudges: () =>
        Promise.resolve({
          keys: (keys) => resolveKeys(keys).problems,
          model: (config, choice) => new ModelDirectory(config, openCatalogue()).whyUnusable(choice),
          isPriceMissing: (config, choice) => new ModelDirectory(config, openCatalogue()).isPriceMissing(choice),
          toolNames: (config) => createToolSet(config.toolLimits).tools.map(({ name }) => name),
        }),
      runTerminal: (request) => {
        this.terminals.push(request);
        return Promise.resolve(0);
      },
    });
    return { code, output: streams.output, errors: streams.errors, questions: streams.questions };
  }

  readProject(file: string): string {
    return readFileSync(path.join(this.place.project, file), "utf8");
  }

  [Symbol.dispose](): void {
    this.place[Symbol.dispose]();
  }
}

class FakeStreams {
  output = "";
  errors = "";
  readonly questions: { question: string; isSecret: boolean }[] = [];
  readonly io: CliIo;

  constructor(options: CallOptions) {
    const answers = [...(options.answers ?? [])];
    const isTerminal = options.answers !== undefined;
    const signalListeners = new Set<(signal: NodeJS.Signals) => void>();
    const closeListeners: (() => void)[] = [];
    let isClosed = false;
    const call: RunningCall = {
      signal: (name) => {
        for (const listener of signalListeners) listener(name);
      },
      closeOutput: () => {
        isClosed = true;
        for (const listener of closeListeners.splice(0)) listener();
      },
    };
    this.io = {
      isInputTerminal: isTerminal,
      isOutputTerminal: isTerminal,
      isErrorTerminal: isTerminal,
      inputKind: isTerminal ? "terminal" : (options.inputKind ?? (options.input === undefined ? "none" : "stream")),
      columns: options.columns ?? 80,
      rows: options.rows ?? 1000,
      write: (text) => {
        if (isClosed) return false;
        this.output += text;
        options.onWrite?.(text, call);
        return !isClosed;
      },
      writeError: (text) => {
        this.errors += text;
      },
      readInput: () => Promise.resolve(Buffer.from(options.input ?? "")),
      ask: (question, { isSecret }) => {
        this.questions.push({ question, isSecret });
        return Promise.resolve(answers.shift() ?? null);
      },
      nextLine: () => Promise.resolve(answers.shift() ?? null),
      endLines: () => undefined,
      onSignal: (listener) => {
        signalListeners.add(listener);
        return () => signalListeners.delete(listener);
      },
      onOutputClosed: (listener) => {
        closeListeners.push(listener);
      },
      flush: () => Promise.resolve(),
    };
  }
}
