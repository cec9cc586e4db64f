/** One scripted job over a validating server of each wire family: the work, the bill, and what the next turn gives back. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import * as v from "valibot";
import { must } from "../../src/lib/assert.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { databaseRows } from "../harness/database-rows.ts";
import { callSignature } from "../harness/model-servers/google-check.ts";
import { sealOf } from "../harness/model-servers/request-check.ts";
import { reasoningIdOf } from "../harness/model-servers/responses-stream.ts";
import type {
  LoggedMessage,
  LoggedRequest,
  ScriptedBlock,
  ScriptedStep,
  ScriptedUsage,
  WireFamily,
} from "../harness/model-servers/script.ts";
import { runProgram } from "../harness/run-program.ts";
import { scriptedKey } from "../harness/scripted-config.ts";
import { type ModelStage, turnRequests, withModel } from "../harness/with-model.ts";

interface ToolCall {
  readonly kind: "tool-call";
  readonly name: string;
  readonly input: JsonObject;
}

interface FamilyCase {
  readonly family: WireFamily;
  /** The provider's type in crush.json. */
  readonly type: string;
  readonly seed: number;
  /** Cache writes of a step, for families that report them. */
  readonly writes: ScriptedUsage;
  /** What proves in a later request that the reasoning of a step, which thought first and called then, was given back. */
  readonly proofOf: (thought: string, call: ToolCall) => string;
}

const families: readonly FamilyCase[] = [
  { family: "openai-chat", type: "openai-compat", seed: 11, writes: {}, proofOf: (thought) => thought },
  {
    family: "anthropic",
    type: "anthropic",
    seed: 12,
    writes: { cacheWriteTokens: 700, cacheWriteLongTokens: 200 },
    proofOf: (thought) => sealOf("thinking", thought),
  },
  {
    family: "openai-responses",
    type: "openai",
    seed: 13,
    writes: { cacheWriteTokens: 650 },
    proofOf: (thought) => sealOf("encrypted", reasoningIdOf({ kind: "reasoning", text: thought, isHidden: false }, 0)),
  },
  {
    family: "google",
    type: "google",
    seed: 14,
    writes: {},
    proofOf: (_thought, call) => callSignature(call.name, call.input),
  },
];

/** Servers of type `openai` are spoken to in Responses where a model's name is one of OpenAI's. */
const largeModel = "gpt-scripted";
const smallModel = "gpt-scripted-small";

const prices: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  [largeModel]: {
    cost_per_1m_in: 3,
    cost_per_1m_out: 15,
    cost_per_1m_in_cached: 3.75,
    cost_per_1m_out_cached: 0.3,
  },
  [smallModel]: { cost_per_1m_in: 0.7, cost_per_1m_out: 2.9, cost_per_1m_in_cached: 0.9, cost_per_1m_out_cached: 0.07 },
};

function configOf(type: string, url: string): object {
  const models = Object.entries(prices).map(([id, price]) => ({
    id,
    name: id,
    ...price,
    context_window: 200_000,
    default_max_tokens: 8000,
    can_reason: true,
    supports_attachments: true,
  }));
  const provider = { name: "Loopback", type, base_url: url, api_key: scriptedKey, discover_models: false, models };
  return {
    providers: { loopback: provider },
    models: {
      large: { provider: "loopback", model: largeModel },
      small: { provider: "loopback", model: smallModel },
    },
    options: { disable_default_providers: true, disable_provider_auto_update: true },
  };
}

const title: ScriptedStep = {
  match: { hasTools: false },
  blocks: [{ kind: "text", text: "Mending the café" }],
  usage: { inputTokens: 31, outputTokens: 7 },
};

function callOf(name: string, input: JsonObject): ToolCall {
  return { kind: "tool-call", name, input };
}

const view = callOf("view", { file_path: "notes.md" });
const grep = callOf("grep", { pattern: "日本語|café", path: "." });
const edit = callOf("edit", { file_path: "notes.md", old_string: "日本語 is old", new_string: "日本語 is new 🦊" });
const bash = callOf("bash", {
  command: "printf 'ran %s\\n' café > made.txt; echo told-$((40 + 2))",
  description: "Makes a file",
});

/** Of the steps with calls, with the first call of each. */
const thoughts: readonly (readonly [string, ToolCall])[] = [
  ["Erst lesen: zwei Dateien 🦊.", view],
  ["Now the 日本語 line.", edit],
  ["Run what it asks for.", bash],
];
const reasoning = thoughts.map(([text]) => ({ kind: "reasoning", text }) as const);

function step(blocks: readonly (ScriptedBlock | undefined)[], usage: ScriptedUsage): ScriptedStep {
  const given = blocks.map((block) => must(block, "a block"));
  return { match: { hasTools: true }, hasPings: true, isInterleaved: true, blocks: given, usage };
}

/** Interleaved reads, an edit, a command, the answer. */
function job(writes: ScriptedUsage): ScriptedStep[] {
  const aloud = { kind: "text", text: "I read both at once: “notes” und Käse." } as const;
  const last = { kind: "reasoning", text: "All done — naïvely so." } as const;
  const answer = { kind: "text", text: "Finished: 日本語 und café." } as const;
  return [
    step([reasoning[0], aloud, view, grep], {
      inputTokens: 812,
      cacheReadTokens: 9003,
      outputTokens: 345,
      reasoningTokens: 121,
      ...writes,
    }),
    step([reasoning[1], edit], {
      inputTokens: 97,
      cacheReadTokens: 10_111,
      outputTokens: 88,
      reasoningTokens: 13,
      ...writes,
    }),
    step([reasoning[2], bash], {
      inputTokens: 53,
      cacheReadTokens: 10_999,
      outputTokens: 71,
      reasoningTokens: 9,
      ...writes,
    }),
    step([last, answer], {
      inputTokens: 41,
      cacheReadTokens: 11_313,
      outputTokens: 29,
      reasoningTokens: 5,
      ...writes,
    }),
  ];
}

const resultSchema = v.looseObject({
  text: v.string(),
  usage: v.looseObject({
    input_tokens: v.number(),
    cache_read_tokens: v.number(),
    cache_write_tokens: v.number(),
    output_tokens: v.number(),
    reasoning_tokens: v.number(),
    total_tokens: v.number(),
    is_estimated: v.boolean(),
  }),
  cost: v.number(),
  finish_reason: v.string(),
});
type Result = v.InferOutput<typeof resultSchema>;

async function run({ sandbox }: ModelStage, ...args: readonly string[]): Promise<Result> {
  const result = await runProgram({ sandbox, args: ["run", "-q", "--format", "json", ...args] });
  assert.equal(result.code, 0, result.stderr + result.stdout);
  return v.parse(resultSchema, JSON.parse(result.stdout));
}

function billOf(requests: readonly LoggedRequest[]): { readonly usage: Result["usage"]; readonly costUsd: number } {
  const usages = requests.map((request) => must(request.usage, "a usage that the server sent"));
  const sum = (field: keyof ScriptedUsage): number => usages.reduce((total, usage) => total + usage[field], 0);
  const input = sum("inputTokens") + sum("cacheReadTokens") + sum("cacheWriteTokens");
  return {
    usage: {
      input_tokens: sum("inputTokens"),
      cache_read_tokens: sum("cacheReadTokens"),
      cache_write_tokens: sum("cacheWriteTokens"),
      output_tokens: sum("outputTokens"),
      reasoning_tokens: sum("reasoningTokens"),
      total_tokens: input + sum("outputTokens"),
      is_estimated: false,
    },
    costUsd: requests.reduce((total, request) => total + costOf(request), 0),
  };
}

/** What lasts an hour in the cache costs twice the input's price. */
function costOf({ model, usage }: LoggedRequest): number {
  const price = must(prices[model], "the model's prices");
  const used = must(usage, "a usage that the server sent");
  const at = (name: string): number => must(price[name], name);
  const millionths =
    used.inputTokens * at("cost_per_1m_in") +
    used.cacheReadTokens * at("cost_per_1m_out_cached") +
    (used.cacheWriteTokens - used.cacheWriteLongTokens) * at("cost_per_1m_in_cached") +
    used.cacheWriteLongTokens * at("cost_per_1m_in") * 2 +
    used.outputTokens * at("cost_per_1m_out");
  return millionths / 1_000_000;
}

function assertBill(result: Result, requests: readonly LoggedRequest[]): void {
  const bill = billOf(requests);
  assert.deepEqual(result.usage, bill.usage);
  assert.ok(Math.abs(result.cost - bill.costUsd) < 1e-12, `${result.cost} against ${bill.costUsd}`);
}

/** What was said, called and answered, in order, whatever the family puts into one message. */
function saidIn(request: LoggedRequest | undefined): string[] {
  const messages = must(request, "a request").conversation;
  const names = new Map(messages.flatMap(({ calls }) => calls.map(({ id, name }) => [id, name] as const)));
  return messages
    .filter(({ role, text }) => role !== "system" && !/^\s*<system[_-]reminder>/u.test(text))
    .flatMap((message) => linesOf(message, names));
}

function linesOf({ role, text, calls, callId }: LoggedMessage, names: ReadonlyMap<string, string>): string[] {
  if (role === "tool") return [`result of ${names.get(callId ?? "") ?? "nothing"}: ${text}`];
  return [
    ...(text === "" ? [] : [`${role}: ${text}`]),
    ...calls.map(({ name, input }) => `call ${name} ${JSON.stringify(input)}`),
  ];
}

function assertWorked({ sandbox }: ModelStage, said: readonly string[]): void {
  assert.equal(readFileSync(path.join(sandbox.project, "notes.md"), "utf8"), "# Notes\n日本語 is new 🦊\nend\n");
  assert.equal(readFileSync(path.join(sandbox.project, "made.txt"), "utf8"), "ran café\n");
  assert.deepEqual(
    said.map((line) => line.replace(/^((?:call|result of) \w+)[^]*$/u, "$1")),
    [
      "user: Mend the notes, then run it.",
      "assistant: I read both at once: “notes” und Käse.",
      "call view",
      "call grep",
      "result of view",
      "result of grep",
      "call edit",
      "result of edit",
      "call bash",
      "result of bash",
    ],
  );
  for (const pattern of [/^result of view: [^]*日本語 is old/u, /^result of grep: [^]*menu\.txt/u, /told-42/u]) {
    assert.ok(
      said.some((line) => pattern.test(line)),
      `${pattern.source} in ${said.join("\n")}`,
    );
  }
}

function setUp({ sandbox, server }: ModelStage, type: string): void {
  sandbox.writeGlobalConfig(configOf(type, server.url));
  sandbox.writeFile("notes.md", "# Notes\n日本語 is old\nend\n");
  sandbox.writeFile("menu.txt", "un café\n");
}

/** Answers what both runs, the job and the question after it, printed. */
async function doJob(stage: ModelStage, { type, writes, proofOf }: FamilyCase): Promise<Result[]> {
  const { server } = stage;
  setUp(stage, type);
  server.push(title, ...job(writes));
  const first = await run(stage, "Mend the notes, then run it.");
  assert.equal(server.unusedSteps(), 0);
  assert.equal(server.requests.length, 5, "four steps and a title");
  assertBill(first, server.requests);
  const said = saidIn(turnRequests(server).at(-1));
  assertWorked(stage, said);

  server.push({
    match: { hasTools: true },
    blocks: [{ kind: "text", text: "Nothing more." }],
    usage: { inputTokens: 17, cacheReadTokens: 12_000, outputTokens: 4, ...writes },
  });
  const second = await run(stage, "-C", "and now?");
  assertBill(second, server.requests.slice(5));
  const last = must(turnRequests(server).at(-1), "the second run's request");
  assert.deepEqual(saidIn(last), [...said, "assistant: Finished: 日本語 und café.", "user: and now?"]);
  // The last step's reasoning belongs to no call: some providers do not want it.
  const body = JSON.stringify(last.body);
  for (const proof of thoughts.map(([thought, firstCall]) => proofOf(thought, firstCall))) {
    assert.ok(body.includes(JSON.stringify(proof).slice(1, -1)), `given back: ${proof}`);
  }
  return [first, second];
}

/** Answers what the run whose first try broke off, and the one after it, printed. */
async function failMidway(stage: ModelStage, { type }: FamilyCase): Promise<Result[]> {
  const { sandbox, server } = stage;
  setUp(stage, type);
  const usage = { inputTokens: 100, outputTokens: 20 };
  const match = { hasTools: true };
  server.push(
    title,
    {
      match,
      blocks: [
        { kind: "reasoning", text: "vanishing thought" },
        { kind: "text", text: "vanishing answer, ".repeat(10) },
      ],
      usage,
      deltaLength: 9,
      fault: { at: "middle", afterFrames: 12, error: "overloaded" },
    },
    { match, blocks: [{ kind: "text", text: "The good answer." }], usage },
  );
  const result = await run(stage, "Say something.");
  assert.equal(server.unusedSteps(), 0);
  const [failed, ...others] = turnRequests(server);
  assert.deepEqual([failed?.isCutOff, others.length], [true, 1]);
  const { usage: ended } = billOf(server.requests.filter((request) => !request.isCutOff));
  assert.ok(result.usage.input_tokens > ended.input_tokens, "the failed try is on the bill too");
  assert.ok(result.usage.is_estimated, "and known to be an estimate");
  const stored = JSON.stringify(databaseRows(sandbox.database, "select role, parts from messages order by created_at"));
  assert.match(stored, /The good answer\./u);
  assert.doesNotMatch(stored, /vanishing/u);

  server.push({ match, blocks: [{ kind: "text", text: "Fine." }], usage });
  const next = await run(stage, "-C", "and now?");
  assert.deepEqual(saidIn(turnRequests(server).at(-1)), [
    "user: Say something.",
    "assistant: The good answer.",
    "user: and now?",
  ]);
  return [result, next];
}

function endOf(results: readonly Result[]): string[] {
  return results.map(({ text, finish_reason: reason }) => `${reason}: ${text.split("\n").at(-1) ?? ""}`);
}

for (const each of families) {
  describe(each.family, () => {
    const options = { family: each.family, seed: each.seed };
    test("a whole job: work done, billed to the token, and given back in the next turn", async () => {
      await withModel(async (stage) => {
        const results = await doJob(stage, each);
        assert.deepEqual(endOf(results), ["end_turn: Finished: 日本語 und café.", "end_turn: Nothing more."]);
      }, options);
    });

    test("an answer that breaks off is tried again and leaves nothing behind", async () => {
      await withModel(async (stage) => {
        const results = await failMidway(stage, each);
        assert.deepEqual(endOf(results), ["end_turn: The good answer.", "end_turn: Fine."]);
      }, options);
    });
  });
}
