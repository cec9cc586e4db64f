/**
 * Loopback servers that speak a provider's wire format, validate each request as strictly as its public reference
 * allows and answer from a script. For tests, stories and benchmarks; `serve.ts` runs one as a process of its own.
 */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { unreachable } from "../../../src/lib/assert.ts";
import { isJsonObject, parseJson } from "../../../src/lib/json.ts";
import { anthropicServer } from "./anthropic-server.ts";
import { googleServer } from "./google-server.ts";
import { openaiChatServer } from "./openai-chat-server.ts";
import { openaiResponsesServer } from "./responses-server.ts";
import type { ChatDialect, LoggedRequest, ScriptedStep, WireFamily } from "./script.ts";
import { seededRandom } from "./seeded-random.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { sendAnswer, untilClosed } from "./send-answer.ts";
import { isMatch, settleStep } from "./settle-step.ts";
import type { ErrorAnswer, WireServer, WireServerOptions } from "./wire-server.ts";

export interface ModelServerOptions extends WireServerOptions {
  readonly family: WireFamily;
  readonly script?: readonly ScriptedStep[];
  /** Answers requests that no step of the script matches; without it they are refused. */
  readonly otherwise?: ScriptedStep;
  /** Of the cuts, lengths and ids; 1 by default. */
  readonly seed?: number;
  /** Of the openai-chat family; `compatible` by default. */
  readonly dialect?: ChatDialect;
  /** Ids that `GET …/models` lists. */
  readonly models?: readonly string[];
}

export interface ModelServer {
  /** What goes into a provider's `baseUrl`. */
  readonly url: string;
  /** In order of arrival, refused ones included; entries are completed while they are answered. */
  readonly requests: readonly LoggedRequest[];
  /** Adds steps to the script's end. */
  push(...steps: readonly ScriptedStep[]): void;
  /** Steps that no request has used. */
  unusedSteps(): number;
  /** Resolves when that many requests have arrived in all. */
  arrived(count: number): Promise<void>;
  /** Resolves when no request is being answered. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const basePaths: Readonly<Record<WireFamily, string>> = {
  "openai-chat": "/v1",
  anthropic: "/v1",
  "openai-responses": "/v1",
  google: "/v1beta",
};

function wireServer(options: ModelServerOptions): WireServer {
  switch (options.family) {
    case "openai-chat":
      return openaiChatServer(options);
    case "anthropic":
      return anthropicServer(options);
    case "openai-responses":
      return openaiResponsesServer(options);
    case "google":
      return googleServer(options);
    default:
      return unreachable(options.family);
  }
}

export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const running = new RunningServer(options);
  await running.listen();
  return running;
}

class RunningServer implements ModelServer {
  readonly requests: LoggedRequest[] = [];
  readonly #options: ModelServerOptions;
  readonly #wire: WireServer;
  readonly #random: SeededRandom;
  readonly #steps: ScriptedStep[];
  readonly #server: Server;
  readonly #watchers = new Set<() => void>();
  #answering = 0;

  constructor(options: ModelServerOptions) {
    this.#options = options;
    this.#wire = wireServer(options);
    this.#random = seededRandom(options.seed ?? 1);
    this.#steps = [...(options.script ?? [])];
    this.#server = createServer((request, response) => {
      void this.#handle(request, response);
    });
    // A connection that a client is about to use again must not be closed under it.
    this.#server.keepAliveTimeout = 0;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${basePaths[this.#options.family]}`;
  }

  push(...steps: readonly ScriptedStep[]): void {
    this.#steps.push(...steps);
  }

  unusedSteps(): number {
    return this.#steps.filter((step) => step.isRepeated !== true).length;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
  }

  async arrived(count: number): Promise<void> {
    await this.#until(() => this.requests.length >= count);
  }

  async settled(): Promise<void> {
    await this.#until(() => this.#answering === 0);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async #until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve) => {
      const watcher = (): void => {
        if (!holds()) return;
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
    });
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => undefined);
    const path = request.url ?? "/";
    if (request.method === "GET") {
      this.#answerGet(path, response);
      return;
    }
    this.#answering += 1;
    try {
      await this.#answerPost(await this.#log(request, path), response);
    } finally {
      this.#answering -= 1;
      this.#changed();
    }
  }

  #answerGet(path: string, response: ServerResponse): void {
    if (path === "/requests") {
      sendError(response, { status: 200, body: JSON.stringify(this.requests) });
      return;
    }
    const data = (this.#options.models ?? ["scripted"]).map((id) => ({ id, object: "model" }));
    const isList = path.endsWith("/models");
    sendError(response, isList ? { status: 200, body: JSON.stringify({ object: "list", data }) } : notFound);
  }

  async #log(request: IncomingMessage, path: string): Promise<LoggedRequest> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const parsed = parseJson(Buffer.concat(chunks).toString("utf8"));
    const body = isJsonObject(parsed) ? parsed : {};
    const logged: LoggedRequest = {
      method: request.method ?? "",
      path,
      headers: request.headers,
      body,
      model: this.#wire.modelOf(path, body),
      hasTools: Array.isArray(body["tools"]) && body["tools"].length > 0,
      conversation: this.#wire.conversation(body),
      status: 0,
      refusal: null,
      usage: null,
      isCutOff: false,
    };
    this.requests.push(logged);
    this.#changed();
    return logged;
  }

  async #answerPost(logged: LoggedRequest, response: ServerResponse): Promise<void> {
    const problem = !this.#wire.isStreamPath(logged.path)
      ? { status: 404, message: `no such path: ${logged.path}` }
      : (this.#wire.checkHeaders(logged.headers) ?? this.#wire.check(logged.body));
    const step = problem === null ? this.#take(logged) : undefined;
    if (step === undefined) {
      const reason = problem ?? { status: 400, message: "the script has no step left for this request" };
      logged.refusal = reason.message;
      logged.status = reason.status;
      sendError(response, this.#wire.refuse(reason));
      return;
    }
    if (step.fault?.at === "start") {
      await this.#failAtOnce(logged, response, step.fault);
      return;
    }
    await this.#stream(logged, response, step);
  }

  #take(request: LoggedRequest): ScriptedStep | undefined {
    const at = this.#steps.findIndex((step) => isMatch(step.match, request));
    const step = this.#steps[at];
    if (step === undefined) return this.#options.otherwise;
    if (step.isRepeated !== true) this.#steps.splice(at, 1);
    return step;
  }

  async #failAtOnce(
    logged: LoggedRequest,
    response: ServerResponse,
    { error, headers }: Extract<NonNullable<ScriptedStep["fault"]>, { at: "start" }>,
  ): Promise<void> {
    if (error === "drop") {
      response.destroy();
    } else if (error === "hang") {
      await untilClosed(response);
    } else if (error === "html") {
      logged.status = 200;
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end("<!doctype html><html><head><title>Sign in</title></head><body>Welcome</body></html>");
    } else {
      const answer = this.#wire.fail(error);
      logged.status = answer.status;
      sendError(response, { ...answer, headers: { ...answer.headers, ...headers } });
    }
  }

  async #stream(logged: LoggedRequest, response: ServerResponse, step: ScriptedStep): Promise<void> {
    const tools = { server: this.#wire, random: this.#random };
    const settled = settleStep(step, logged, tools);
    const encoder = this.#wire.encode(settled, logged.body);
    logged.status = 200;
    const isComplete = await sendAnswer(response, { step, settled, encoder }, tools);
    logged.isCutOff = !isComplete;
    if (isComplete) logged.usage = settled.usage;
  }
}

const notFound: ErrorAnswer = { status: 404, body: JSON.stringify({ error: { message: "not found" } }) };

function sendError(response: ServerResponse, { status, body, headers }: ErrorAnswer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body);
}
