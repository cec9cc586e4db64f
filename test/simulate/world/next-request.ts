/** The request that a session's next prompt would make, put before the strict servers of all wire families. */
import { buildMessages } from "../../../src/agent/build-messages.ts";
import { createProvider } from "../../../src/providers/all.ts";
import { asSessionId } from "../../../src/schema/ids.ts";
import type { ModelMessage } from "../../../src/schema/model-request.ts";
import type { ProviderType } from "../../../src/schema/model.ts";
import { messagesForRequest } from "../../../src/store/message-pages.ts";
import { Store } from "../../../src/store/store.ts";
import type { WireFamily } from "../../harness/model-servers/script.ts";
import { type ModelServer, startModelServer } from "../../harness/model-servers/start-model-server.ts";
import { collectAnswer } from "../../providers/collect-answer.ts";
import { sampleRequest, sampleSettings, userMessage } from "../../providers/sample-request.ts";

const families: Readonly<Record<WireFamily, ProviderType>> = {
  "openai-chat": "openai-compat",
  anthropic: "anthropic",
  "openai-responses": "openai",
  google: "google",
};

export class WireJudges {
  readonly #servers: ReadonlyMap<WireFamily, ModelServer>;

  private constructor(servers: ReadonlyMap<WireFamily, ModelServer>) {
    this.#servers = servers;
  }

  static async start(): Promise<WireJudges> {
    const names = Object.keys(families) as WireFamily[];
    const servers = await Promise.all(
      names.map(async (family) => {
        const otherwise = { blocks: [{ kind: "text", text: "Yes." }] } as const;
        return [family, await startModelServer({ family, otherwise })] as const;
      }),
    );
    return new WireJudges(new Map(servers));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(async (server) => server.close()));
  }

  /** What is wrong with the sessions' next requests, a line each. */
  async problems(database: string, sessions: readonly string[]): Promise<string[]> {
    using store = await Store.open(database);
    const problems: string[] = [];
    for (const session of sessions) {
      const rows = store.read((tx) => [...messagesForRequest(tx, asSessionId(session))]);
      for (const providerId of ["spoken", "another"]) {
        const messages = buildMessages(rows, {
          supportsImages: true,
          summaryMessageId: null,
          providerId,
          modelId: "large",
        });
        const refused = await this.#refusals(
          withPrompt(messages),
          providerId === "spoken" ? ["openai-chat"] : undefined,
        );
        problems.push(...refused.map((line) => `session ${session}: ${line}`));
      }
    }
    return problems;
  }

  async #refusals(messages: readonly ModelMessage[], only?: readonly WireFamily[]): Promise<string[]> {
    const lines: string[] = [];
    for (const [family, server] of this.#servers) {
      if (only !== undefined && !only.includes(family)) continue;
      const provider = createProvider(sampleSettings({ type: families[family], baseUrl: server.url }));
      const { failure } = await collectAnswer(provider, sampleRequest({ messages, modelId: "gpt-scripted" }));
      if (failure !== null) lines.push(`${family} refuses: ${failure.message} ${failure.details ?? ""}`);
    }
    return lines;
  }
}

function withPrompt(messages: readonly ModelMessage[]): ModelMessage[] {
  const last = messages.at(-1);
  if (last?.role !== "user") return [...messages, userMessage("go on")];
  return [...messages.slice(0, -1), { ...last, content: [...last.content, { kind: "text", text: "go on" }] }];
}
