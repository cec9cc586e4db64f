import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { createProvider } from "../../../src/providers/all.ts";
import type { Provider } from "../../../src/providers/provider.ts";
import type { ModelRequest } from "../../../src/schema/model-request.ts";
import { collectAnswer } from "../../providers/collect-answer.ts";
import { sampleRequest, sampleSettings, userMessage } from "../../providers/sample-request.ts";
import type { ScriptedStep } from "./script.ts";
import { startModelServer } from "./start-model-server.ts";
import type { ModelServer, ModelServerOptions } from "./start-model-server.ts";

async function serving(
  options: Omit<ModelServerOptions, "family">,
  run: (server: ModelServer, provider: Provider) => Promise<void>,
): Promise<void> {
  const server = await startModelServer({ family: "openai-chat", ...options });
  try {
    await run(server, createProvider(sampleSettings({ baseUrl: server.url })));
  } finally {
    await server.close();
  }
}

const says = (text: string, rest: Partial<ScriptedStep> = {}): ScriptedStep => ({
  blocks: [{ kind: "text", text }],
  ...rest,
});
const asks = (text: string, changes: Partial<ModelRequest> = {}): ModelRequest =>
  sampleRequest({ messages: [userMessage(text)], ...changes });

describe("a model server", () => {
  it("answers each request with the first step that matches it", async () => {
    const script = [
      says("A title", { match: { hasTools: false } }),
      says("One", { match: { hasTools: true } }),
      says("Small", { match: { model: "small" }, isRepeated: true }),
      says("Docs", { match: { promptIncludes: "docs" } }),
    ];
    await serving({ script, otherwise: says("Anything") }, async (server, provider) => {
      const texts: string[] = [];
      const requests = [
        asks("docs?"),
        asks("docs?"),
        asks("x", { modelId: "small" }),
        asks("x", { modelId: "small" }),
        asks("name it", { tools: [] }),
        asks("x"),
      ];
      for (const request of requests) texts.push((await collectAnswer(provider, request)).text);
      assert.deepEqual(texts, ["One", "Docs", "Small", "Small", "A title", "Anything"]);
      assert.equal(server.unusedSteps(), 0);
    });
  });

  it("refuses what its script does not foresee", async () => {
    await serving({ script: [] }, async (server, provider) => {
      const { failure } = await collectAnswer(provider, asks("x"));
      assert.match(failure?.message ?? "", /the script has no step left/u);
      assert.equal(server.requests[0]?.status, 400);
      server.push(says("Now"));
      assert.equal((await collectAnswer(provider, asks("x"))).text, "Now");
    });
  });

  it("logs conversations in one form, and what each answer reported", async () => {
    await serving(
      { script: [says("Yes", { usage: { inputTokens: 7, outputTokens: 3 } })] },
      async (server, provider) => {
        await collectAnswer(provider, asks("Really?"));
        await server.settled();
        const [logged] = server.requests;
        assert.deepEqual(
          logged?.conversation.map(({ role, text }) => [role, text]),
          [
            ["system", "You are a careful assistant."],
            ["user", "Really?"],
          ],
        );
        assert.deepEqual([logged?.usage?.inputTokens, logged?.usage?.outputTokens, logged?.hasTools], [7, 3, true]);
      },
    );
  });

  it("sends text at a rate", async () => {
    const rate = { deltasPerSecond: 200, charactersPerDelta: 40, seconds: 0.25 };
    await serving({ script: [{ rate }] }, async (_server, provider) => {
      const startMs = performance.now();
      const answer = await collectAnswer(provider, asks("x"));
      assert.equal(Array.from(answer.text).length, 2_000);
      assert.ok(performance.now() - startMs >= 200);
    });
  });

  it("lists its models", async () => {
    await serving({ models: ["one", "two"] }, async (server) => {
      const answer = (await (await fetch(`${server.url}/models`)).json()) as { data: { id: string }[] };
      assert.deepEqual(
        answer.data.map(({ id }) => id),
        ["one", "two"],
      );
    });
  });

  it("runs as a process of its own, until its input is closed", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "crush-model-server-"));
    try {
      const options = path.join(folder, "options.json");
      writeFileSync(options, JSON.stringify({ family: "openai-chat", script: [says("From outside")] }));
      const program = path.join(import.meta.dirname, "serve.ts");
      const child = spawn(process.execPath, [...process.execArgv, program, options], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      const ended = new Promise<number | null>((resolve) => {
        child.once("exit", resolve);
      });
      const line = await new Promise<string>((resolve) => {
        createInterface(child.stdout).once("line", resolve);
      });
      const { url } = JSON.parse(line) as { url: string };
      const answer = await collectAnswer(createProvider(sampleSettings({ baseUrl: url })), asks("x"));
      assert.equal(answer.text, "From outside");
      const logged = (await (await fetch(new URL("/requests", url))).json()) as { status: number }[];
      assert.deepEqual(
        logged.map(({ status }) => status),
        [200],
      );
      child.stdin.end();
      assert.equal(await ended, 0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
