/** Consumed tokens and cost: the sum over every request, titles and retries too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as v from "valibot";
import type { LoggedRequest, ScriptedStep, ScriptedUsage } from "../harness/model-servers/script.ts";
import { runProgram } from "../harness/run-program.ts";
import { scriptedPrices } from "../harness/scripted-config.ts";
import { answer, withModel } from "../harness/with-model.ts";

const shownSchema = v.looseObject({
  meta: v.looseObject({
    usage: v.looseObject({
      input_tokens: v.number(),
      cache_read_tokens: v.number(),
      output_tokens: v.number(),
      reasoning_tokens: v.number(),
      cost_usd: v.number(),
    }),
  }),
});

function sumOf(requests: readonly LoggedRequest[], field: keyof ScriptedUsage): number {
  return requests.reduce((sum, request) => sum + (request.usage?.[field] ?? 0), 0);
}

/** Of an OpenAI-compatible provider: what is read from the cache costs the cached price, the rest of the input the full one. */
function costOf(requests: readonly LoggedRequest[]): number {
  const perMillion =
    sumOf(requests, "inputTokens") * scriptedPrices.cost_per_1m_in +
    sumOf(requests, "cacheReadTokens") * scriptedPrices.cost_per_1m_out_cached +
    sumOf(requests, "outputTokens") * scriptedPrices.cost_per_1m_out;
  return perMillion / 1_000_000;
}

const busy: ScriptedStep = {
  match: { hasTools: true },
  fault: { at: "start", error: "overloaded", headers: { "retry-after": "0" } },
};

test("three turns, a title and a retry: the totals are the sum of what the server reported", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(
      {
        match: { hasTools: true },
        blocks: [
          { kind: "text", text: "I write it." },
          { kind: "tool-call", name: "write", input: { file_path: "made.txt", content: "one\ntwo\n" } },
        ],
        usage: { inputTokens: 1000, outputTokens: 50, reasoningTokens: 10 },
      },
      { ...answer("Written."), usage: { inputTokens: 200, cacheReadTokens: 900, outputTokens: 20 } },
      busy,
      { ...answer("The second answer."), usage: { inputTokens: 300, cacheReadTokens: 1000, outputTokens: 40 } },
      { ...answer("The third answer."), usage: { inputTokens: 400, cacheReadTokens: 1100, outputTokens: 60 } },
    );
    const prompts = ["Write two lines.", "And now?", "And then?"];
    for (const [index, prompt] of prompts.entries()) {
      const result = await runProgram({ sandbox, args: ["run", "-q", ...(index > 0 ? ["-C"] : []), prompt] });
      assert.equal(result.code, 0, result.stderr);
    }
    assert.equal(server.unusedSteps(), 0);
    const titles = server.requests.filter((request) => !request.hasTools && request.status === 200);
    assert.ok(titles.length >= 1, "a title was asked for");

    const shown = await runProgram({ sandbox, args: ["session", "last", "--json"] });
    const { usage } = v.parse(shownSchema, JSON.parse(shown.stdout)).meta;
    assert.deepEqual(
      {
        input: usage.input_tokens,
        cacheRead: usage.cache_read_tokens,
        output: usage.output_tokens,
        reasoning: usage.reasoning_tokens,
      },
      {
        input: sumOf(server.requests, "inputTokens"),
        cacheRead: sumOf(server.requests, "cacheReadTokens"),
        output: sumOf(server.requests, "outputTokens"),
        reasoning: sumOf(server.requests, "reasoningTokens"),
      },
    );
    assert.ok(
      Math.abs(usage.cost_usd - costOf(server.requests)) < 1e-9,
      `${usage.cost_usd} against ${costOf(server.requests)}`,
    );

    const text = (await runProgram({ sandbox, args: ["session", "last"] })).stdout;
    assert.match(text, /made\.txt.*\+2.*[-−]0/u, "files with + and −");
    assertLog(readFileSync(sandbox.log, "utf8"));
  });
});

const logLineSchema = v.looseObject({ time: v.string(), level: v.string(), msg: v.string() });

function assertLog(log: string): void {
  const lines = log
    .trim()
    .split("\n")
    .map((line) => v.parse(logLineSchema, JSON.parse(line)));
  const messages = lines.map((line) => line.msg);
  for (const wanted of [/session created/u, /session titled/u, /request/u]) {
    assert.ok(
      messages.some((message) => wanted.test(message)),
      `${wanted.source} in ${messages.join(", ")}`,
    );
  }
}
