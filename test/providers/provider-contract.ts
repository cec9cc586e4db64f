/** What every provider must do, whatever its wire format: run on each family against its validating server. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { must } from "../../src/lib/assert.ts";
import { parseJson } from "../../src/lib/json.ts";
import type { ModelRequest } from "../../src/schema/model-request.ts";
import { noUsage } from "../../src/schema/usage.ts";
import type { Usage } from "../../src/schema/usage.ts";
import type { ScriptedStep, ScriptedUsage } from "../harness/model-servers/script.ts";
import { collectAnswer } from "./collect-answer.ts";
import { describeFailures } from "./provider-failures.ts";
import { withServer } from "./contract-profile.ts";
import type { ContractProfile } from "./contract-profile.ts";
import { continued, onePixelPng, userMessage } from "./sample-request.ts";

const longText = "Grüße aus 東京 🦊👩‍👩‍👧 — **README.md** says:\n\n```ts\nconst naïve = 1;\n```\n".repeat(12);

/** Two paragraphs: OpenAI sends each as a part of its own. */
const reasoningText = "Two files to read;\n\n両方とも読みます。";

const readTwoFiles: ScriptedStep = {
  blocks: [
    { kind: "reasoning", text: reasoningText },
    { kind: "text", text: "I read both." },
    { kind: "tool-call", name: "view", input: { file_path: "README.md", limit: 20 } },
    { kind: "tool-call", name: "view", input: { file_path: 'naïve "ファイル".md' } },
    { kind: "tool-call", name: "bash", input: { command: "printf 'a\\tb\\n' && ls" } },
  ],
};

function expectedUsage(usage: ScriptedUsage): Usage {
  return { ...noUsage, ...usage };
}

export function describeProviderContract(profile: ContractProfile): void {
  describe(`${profile.name} keeps the provider contract`, () => {
    describeAnswers(profile);
    describeConversations(profile);
    describeFailures(profile);
  });
}

function describeAnswers(profile: ContractProfile): void {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`streams text whole however the bytes are cut (seed ${seed})`, async () => {
      const step: ScriptedStep = { blocks: [{ kind: "text", text: longText }], hasPings: seed % 2 === 0 };
      await withServer(profile, { seed, script: [step] }, async ({ server, provider, request }) => {
        const answer = await collectAnswer(provider, request);
        assert.equal(server.requests[0]?.refusal, null);
        assert.equal(answer.failure, null);
        assert.equal(answer.text, longText);
        assert.equal(answer.finish?.reason, "end_turn");
      });
    });
  }

  it("reports usage in disjoint classes, exactly as it was sent", async () => {
    const step: ScriptedStep = { ...readTwoFiles, usage: profile.usage };
    await withServer(profile, { script: [step] }, async ({ provider, request }) => {
      const answer = await collectAnswer(provider, request);
      assert.deepEqual(answer.finish?.usage, expectedUsage(profile.usage));
    });
  });

  it("says why the answer ended", async () => {
    const text = [{ kind: "text", text: "Partly" }] as const;
    const script: ScriptedStep[] = [
      { blocks: text, stop: "max-tokens" },
      { blocks: text, stop: "content-filter" },
      { blocks: text, stop: "end" },
      { blocks: [{ kind: "tool-call", name: "bash", input: { command: "ls" } }] },
    ];
    await withServer(profile, { script }, async ({ provider, request }) => {
      const reasons: unknown[] = [];
      for (const _step of script) reasons.push((await collectAnswer(provider, request)).finish?.reason);
      assert.deepEqual(reasons, ["max_tokens", "content_filter", "end_turn", "tool_use"]);
    });
  });

  for (const isInterleaved of [false, true]) {
    it(`streams parallel calls with their arguments${isInterleaved ? ", interleaved" : ""}`, async () => {
      await withServer(profile, { script: [{ ...readTwoFiles, isInterleaved }] }, async ({ provider, request }) => {
        const answer = await collectAnswer(provider, request);
        assert.equal(answer.failure, null);
        assert.equal(answer.finish?.reason, "tool_use");
        assert.deepEqual(
          answer.calls.map((call) => [call.name, parseJson(call.input)]),
          (readTwoFiles.blocks ?? []).flatMap((block) =>
            block.kind === "tool-call" ? [[block.name, block.input]] : [],
          ),
        );
        assert.equal(new Set(answer.calls.map((call) => call.id)).size, 3);
        const shown = profile.showsReasoning ? reasoningText : "";
        assert.equal(answer.reasoning.replaceAll(/\s/gu, ""), shown.replaceAll(/\s/gu, ""));
      });
    });
  }

  it("hands invalid arguments on as they came", async () => {
    const broken = '{"command": "ls';
    const step: ScriptedStep = { blocks: [{ kind: "tool-call", name: "bash", input: broken }] };
    const script = [step, { blocks: [{ kind: "text", text: "Sorry." }] } as const];
    await withServer(profile, { script }, async ({ server, provider, request, settings }) => {
      const answer = await collectAnswer(provider, request);
      if (profile.hasArgumentText) assert.equal(answer.calls[0]?.input, broken);
      const next = await collectAnswer(provider, continued(request, answer, { providerId: settings.id }));
      assert.equal(server.requests[1]?.refusal, null);
      assert.equal(next.text, "Sorry.");
    });
  });
}

function describeConversations(profile: ContractProfile): void {
  it("gives reasoning and calls back so that the server accepts the next step, and the one after", async () => {
    const script: ScriptedStep[] = [
      readTwoFiles,
      {
        blocks: [
          { kind: "reasoning", text: "hidden thoughts", isHidden: true },
          { kind: "tool-call", name: "bash", input: { command: "date" } },
        ],
      },
      {
        blocks: [
          { kind: "reasoning", text: "Now I know." },
          { kind: "text", text: "Done." },
        ],
      },
      { blocks: [{ kind: "text", text: "Welcome." }] },
    ];
    await withServer(profile, { script }, async ({ server, provider, request, settings }) => {
      let next = request;
      for (const _step of script) {
        const answer = await collectAnswer(provider, next);
        assert.equal(server.requests.at(-1)?.refusal, null);
        assert.equal(answer.failure, null);
        next = continued(next, answer, { providerId: settings.id });
      }
      const roles = must(server.requests.at(-1), "the last request").conversation.map(({ role }) => role);
      assert.deepEqual(
        roles.filter((role) => role !== "system"),
        ["user", "assistant", "tool", "tool", "tool", "assistant", "tool", "assistant", "user"],
      );
    });
  });

  it("loses reasoning only where its server does not demand it", async () => {
    await withServer(profile, { script: [readTwoFiles], otherwise: { blocks: [] } }, async (context) => {
      const { server, provider, request, settings } = context;
      const answer = await collectAnswer(provider, request);
      const blocks = answer.blocks.flatMap((block) => {
        const { metadata: _metadata, ...bare } = block;
        return block.kind === "reasoning" ? [] : [bare];
      });
      const stripped = continued(request, { ...answer, blocks }, { providerId: settings.id });
      await collectAnswer(provider, stripped);
      assert.equal(
        server.requests[1]?.refusal !== null,
        profile.demandsReasoning,
        server.requests[1]?.refusal ?? "accepted",
      );
    });
  });

  it("drops another provider's reasoning and its metadata", async () => {
    await withServer(
      profile,
      { otherwise: { blocks: [{ kind: "text", text: "Yes." }] } },
      async ({ server, provider, request }) => {
        const foreign = {
          anthropic: { signature: "c2lnbmVk" },
          openai: { itemId: "rs_1", reasoningEncryptedContent: "c2VjcmV0" },
          google: { thoughtSignature: "c2lnbmVk" },
          openaiChat: {
            reasoningField: "reasoning",
            reasoningDetails: [{ type: "reasoning.text", text: "secret thoughts" }],
          },
        };
        const step = {
          role: "assistant",
          providerId: "another",
          modelId: "another-model",
          blocks: [
            { kind: "reasoning", text: "secret thoughts", metadata: foreign },
            { kind: "text", text: "I look." },
            {
              kind: "tool-call",
              id: "toolu_elsewhere|fc_1",
              name: "bash",
              input: '{"command":"ls"}',
              metadata: foreign,
            },
          ],
        } as const;
        const results = [{ toolCallId: "toolu_elsewhere|fc_1", toolName: "bash", text: "a b", isError: false }];
        const messages = [...request.messages, step, { role: "tool", results }, userMessage("And now?")];
        const answer = await collectAnswer(provider, { ...request, messages } as ModelRequest);
        assert.equal(server.requests[0]?.refusal, null);
        assert.equal(answer.text, "Yes.");
        const sent = JSON.stringify(server.requests[0]?.body);
        for (const secret of ["secret thoughts", "c2lnbmVk", "c2VjcmV0"]) assert.ok(!sent.includes(secret), secret);
      },
    );
  });

  it("sends images of prompts and of tool results", async () => {
    const script: ScriptedStep[] = [
      { blocks: [{ kind: "tool-call", name: "view", input: { file_path: "a.png" } }] },
      { blocks: [{ kind: "text", text: "A dot." }] },
    ];
    await withServer(profile, { script }, async ({ server, provider, request, settings }) => {
      const media = { mimeType: "image/png", data: onePixelPng };
      const image = { kind: "media", name: "dot.png", ...media } as const;
      const asked = {
        ...request,
        messages: [{ role: "user", content: [{ kind: "text", text: "Look" }, image] }],
      } as ModelRequest;
      const answer = await collectAnswer(provider, asked);
      const next = continued(asked, answer, { providerId: settings.id, resultOf: () => ({ media }) });
      assert.equal((await collectAnswer(provider, next)).text, "A dot.");
      const images = server.requests.map((logged) =>
        logged.conversation.reduce((sum, message) => sum + message.images, 0),
      );
      assert.deepEqual(images, [1, 2]);
    });
  });

  it("honours the person's headers, body fields and prompt prefix", async () => {
    const settings = {
      extraHeaders: { "x-team": "blue" },
      extraBody: { plain_field: 7 },
      systemPromptPrefix: "PREFIX",
    };
    await withServer(profile, { settings }, async ({ server, provider, request }) => {
      const answer = await collectAnswer(provider, request);
      const logged = must(server.requests[0], "the request");
      assert.equal(logged.headers["x-team"], "blue");
      assert.equal(logged.body["plain_field"], 7);
      assert.match(logged.refusal ?? "", /plain_field/u);
      assert.equal(answer.failure?.kind, "invalid-request");
      const system = logged.conversation.filter(({ role }) => role === "system").map(({ text }) => text);
      assert.match(system.join("\n"), /^PREFIX[\s\S]*careful assistant/u);
    });
  });
}
