import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeModel, fakeProvider } from "../../../test/harness/fake-facts.ts";
import { filterModels } from "./model-filter.ts";
import { modelItems } from "./model-items.ts";

function provider(id: string, name: string, ...names: readonly string[]): ReturnType<typeof fakeProvider> {
  const models = names.map((each) => fakeModel({ id: each.toLowerCase().replaceAll(/[ .]/gu, "-"), name: each }));
  return fakeProvider({ id, name, apiKey: null, models });
}

const anthropic = provider("anthropic", "Anthropic", "Claude Opus 5", "Claude Opus 4.5", "Claude Haiku 4.5");
const openRouter = provider("openrouter", "OpenRouter", "Anthropic: Claude Opus 4.5", "OpenAI: gpt-oss-120b");
const small = provider("go", "OpenCode Go", "Qwen3.5 Plus", "TheDrummer: UnslopNemo 12B");
const venice = provider("venice", "Venice AI", "Claude Opus 5", "Claude Opus 4.5", "Corpus 1");

function found(query: string, providers = [anthropic, openRouter, small, venice]): string[] {
  return filterModels(modelItems(providers), query).map(({ model, providerName }) => `${model.name} ${providerName}`);
}

const opus = [
  "Claude Opus 5 Anthropic",
  "Claude Opus 4.5 Anthropic",
  "Anthropic: Claude Opus 4.5 OpenRouter",
  "Claude Opus 5 Venice AI",
  "Claude Opus 4.5 Venice AI",
];

test("words come before scattered letters, and among equals the provider's place in the list counts", () => {
  assert.deepEqual(found("claude opus"), opus);
  assert.deepEqual(found("opus"), opus, "of scattered letters nothing is shown where words match");
  assert.deepEqual(found("pus"), [...opus, "Corpus 1 Venice AI"]);
  assert.deepEqual(found("opus 5").slice(0, 2), ["Claude Opus 5 Anthropic", "Claude Opus 5 Venice AI"]);
  assert.deepEqual(found("opus ven"), ["Claude Opus 5 Venice AI", "Claude Opus 4.5 Venice AI"]);
});

test("providers that can be used come first among equals, not before better matches", () => {
  const usable = [anthropic, openRouter, small, { ...venice, apiKey: "a-key" }];
  assert.deepEqual(found("opus 5", usable).slice(0, 3), [
    "Claude Opus 5 Venice AI",
    "Claude Opus 5 Anthropic",
    "Claude Opus 4.5 Venice AI",
  ]);
});

test("a provider that is called so comes before those that sell its models", () => {
  const seller = provider("openrouter", "OpenRouter", "DeepSeek: DeepSeek V3");
  const maker = provider("deepseek", "DeepSeek", "DeepSeek V3");
  assert.deepEqual(found("deepseek", [seller, maker]), ["DeepSeek V3 DeepSeek", "DeepSeek: DeepSeek V3 OpenRouter"]);
  assert.equal(found("deepseek", [{ ...seller, apiKey: "a-key" }, maker])[0], "DeepSeek: DeepSeek V3 OpenRouter");
});

test("an id finds its model first; scattered letters find where no word does", () => {
  assert.equal(found("anthropic/claude-opus-4-5")[0], "Claude Opus 4.5 Anthropic");
  assert.deepEqual(found("qwn35"), ["Qwen3.5 Plus OpenCode Go"]);
  assert.equal(found(" ").length, 10);
});

test("what only one seller's ids have hides nothing that scattered letters find", () => {
  for (const name of ["Claude Opus 4.5", "claude-opus4-5"]) {
    const model = fakeModel({ id: "claude-opus4-5", name });
    const cortecs = fakeProvider({ id: "cortecs", name: "Cortecs", apiKey: null, models: [model] });
    assert.deepEqual(found("opus4", [anthropic, cortecs]), [`${name} Cortecs`, "Claude Opus 4.5 Anthropic"]);
  }
});
