import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test, type TestContext } from "node:test";
import { ConfigPlace } from "../../test/harness/config-place.ts";
import type { CatalogueProvider, ModelCatalogue } from "../providers/provider.ts";
import { isModelProblem } from "./app.ts";
import { ModelDirectory } from "./model-directory.ts";
import { blankModel, localProvider } from "./provider-settings.ts";

function known(id: string, keyVariable: string | null): CatalogueProvider {
  return {
    id,
    name: id.toUpperCase(),
    type: "openai",
    baseUrl: `https://${id}.test/v1`,
    keyVariable,
    extraHeaders: { "X-Known": "yes" },
    defaultLargeModelId: "big",
    defaultSmallModelId: "small",
    models: [
      { ...blankModel("big"), prices: { input: 1, output: 2, cacheWrite: 3, cacheRead: 4 }, contextWindow: 100 },
      blankModel("small"),
      { ...blankModel("gift"), prices: { input: 0, output: 0, cacheWrite: 0, cacheRead: 0 } },
    ],
  };
}

const providers = [known("alpha", "ALPHA_API_KEY"), known("beta", "BETA_API_KEY"), known("keyless", null)];
const catalogue: ModelCatalogue = {
  providers: () => providers,
  find: (id) => providers.find((provider) => provider.id === id),
};

function directory(
  t: TestContext,
  settings: object = {},
  environment: Readonly<Record<string, string>> = {},
): { readonly models: ModelDirectory; readonly place: ConfigPlace } {
  const place = new ConfigPlace();
  t.after(() => {
    place[Symbol.dispose]();
  });
  Object.assign(place.environment, environment);
  place.writeGlobal(settings);
  const config = place.load({}, { keyVariables: ["ALPHA_API_KEY", "BETA_API_KEY"] });
  return { models: new ModelDirectory(config, catalogue), place };
}

function code(models: ModelDirectory, provider: string, model = "big"): string {
  const resolved = models.resolve({ provider, model });
  return isModelProblem(resolved) ? resolved.code : "fine";
}

describe("prices", () => {
  function pricesOf(t: TestContext, id: string, entry: object): unknown {
    const { models } = directory(t, { providers: { alpha: { models: [{ id, ...entry }] } } });
    return models.find("alpha")?.models.find((model) => model.id === id)?.prices;
  }

  test("is missing where nobody names one, nothing says that it is free, and there is such a model", (t) => {
    const free = {
      type: "openai",
      base_url: "http://127.0.0.1:9",
      flat_rate: true,
      models: [{ id: "own", name: "Own" }],
    };
    const { models } = directory(t, { providers: { free } });
    const names = [
      "alpha/big",
      "alpha/small",
      "alpha/gift",
      "alpha/none",
      "free/own",
      "nobody/big",
      "practice/practice",
    ];
    const missing = names.filter((name) => {
      const [provider = "", model = ""] = name.split("/");
      return models.isPriceMissing({ provider, model });
    });
    assert.deepEqual(missing, ["alpha/small"]);
  });

  test("a cache price that nobody names is that of input; what is 0 in config stays 0", (t) => {
    const both = { cost_per_1m_in: 10, cost_per_1m_out: 20 };
    assert.deepEqual(pricesOf(t, "new", both), { input: 10, output: 20, cacheWrite: 10, cacheRead: 10 });
    assert.deepEqual(pricesOf(t, "new", { ...both, cost_per_1m_in_cached: 0, cost_per_1m_out_cached: 1 }), {
      input: 10,
      output: 20,
      cacheWrite: 0,
      cacheRead: 1,
    });
  });

  test("of a known model the other prices stay, those of its cache in relation to that of input", (t) => {
    assert.deepEqual(pricesOf(t, "big", { name: "B" }), { input: 1, output: 2, cacheWrite: 3, cacheRead: 4 });
    assert.deepEqual(pricesOf(t, "big", { cost_per_1m_out: 9 }), { input: 1, output: 9, cacheWrite: 3, cacheRead: 4 });
    assert.deepEqual(pricesOf(t, "big", { cost_per_1m_in: 9 }), { input: 9, output: 2, cacheWrite: 27, cacheRead: 36 });
    assert.deepEqual(pricesOf(t, "big", { cost_per_1m_in: 9, cost_per_1m_out_cached: 0 }), {
      input: 9,
      output: 2,
      cacheWrite: 27,
      cacheRead: 0,
    });
    assert.deepEqual(pricesOf(t, "gift", { cost_per_1m_in: 9 }), { input: 9, output: 0, cacheWrite: 9, cacheRead: 9 });
  });

  test("half a price is none", (t) => {
    assert.equal(pricesOf(t, "new", { cost_per_1m_in: 10 }), null);
    assert.equal(pricesOf(t, "small", { cost_per_1m_out: 10 }), null);
  });
});

describe("keys", () => {
  test("a saved key goes before config's, config's before the environment's", (t) => {
    const settings = { providers: { alpha: { api_key: "from-config" } } };
    const { models } = directory(t, settings, { ALPHA_API_KEY: "from-environment" });
    assert.equal(models.find("alpha")?.apiKey, "from-config");
    models.setKey("alpha", "saved");
    assert.equal(models.find("alpha")?.apiKey, "saved");
    models.setKey("alpha", null);
    assert.equal(models.find("alpha")?.apiKey, "from-environment");
  });

  test("without any, a catalogue's provider says what to do; one of config's needs none", (t) => {
    const { models } = directory(t, { providers: { mine: { type: "openai-compat", base_url: "http://h/v1" } } });
    const problem = models.resolve({ provider: "alpha", model: "big" });
    assert.ok(isModelProblem(problem) && problem.code === "key-missing");
    assert.match(problem.hint, /crush login alpha`, or set ALPHA_API_KEY/u);
    assert.deepEqual([models.find("mine")?.apiKey, code(models, "mine", "any")], ["", "fine"]);
  });

  test("one that a program prints counts as there, and the program runs once, when it is needed", async (t) => {
    const settings = { providers: { alpha: { api_key: "$(echo run >> runs; echo printed-key)" } } };
    const { models, place } = directory(t, settings);
    assert.equal(code(models, "alpha"), "fine");
    await Promise.all([models.expand("alpha"), models.expand("alpha"), models.expand("beta")]);
    await models.expand("alpha");
    assert.equal(models.find("alpha")?.apiKey, "printed-key");
    assert.equal(readFileSync(`${place.project}/runs`, "utf8"), "run\n");
    assert.ok(models.secrets().includes("printed-key"));
  });

  test("a program that fails is tried again the next time", async (t) => {
    const { models, place } = directory(t, { providers: { alpha: { api_key: "$(test -f now && echo printed-key)" } } });
    await assert.rejects(models.expand("alpha"), { code: "config-invalid" });
    place.write("project/now", "");
    await models.expand("alpha");
    assert.equal(models.find("alpha")?.apiKey, "printed-key");
  });

  test("every key that was ever known stays secret, a removed one too", (t) => {
    const { models } = directory(t, {}, { ALPHA_API_KEY: "environment-key" });
    models.setKey("beta", "saved-key-1");
    models.setKey("beta", null);
    assert.deepEqual(models.secrets().toSorted(), ["environment-key", "saved-key-1"]);
  });
});

describe("providers", () => {
  test("config's facts win field by field, headers and models are joined", (t) => {
    const { models } = directory(t, {
      providers: {
        alpha: {
          api_key: "k",
          base_url: "http://mine/v1",
          extra_headers: { "X-Mine": "1" },
          models: [{ id: "big", name: "Mine" }, { id: "new" }],
        },
      },
    });
    const alpha = models.find("alpha");
    assert.deepEqual([alpha?.name, alpha?.type, alpha?.baseUrl], ["ALPHA", "openai", "http://mine/v1"]);
    assert.deepEqual(alpha?.extraHeaders, { "X-Known": "yes", "X-Mine": "1" });
    assert.deepEqual(
      alpha?.models.map(({ id, name }) => [id, name]),
      [
        ["big", "Mine"],
        ["small", "small"],
        ["gift", "gift"],
        ["new", "new"],
      ],
    );
    assert.deepEqual([alpha?.models[0]?.contextWindow, alpha?.models[3]?.prices], [100, null]);
  });

  test("a disabled one is neither listed nor used, and is called disabled", (t) => {
    const { models } = directory(t, { providers: { alpha: { disable: true } } }, { ALPHA_API_KEY: "k" });
    assert.equal(models.find("alpha"), undefined);
    assert.ok(!models.list().some(({ id }) => id === "alpha"));
    const problem = models.resolve({ provider: "alpha", model: "big" });
    assert.ok(isModelProblem(problem) && /disabled/u.test(problem.message));
  });

  test("without the default providers only those of config are there, and the practice model", (t) => {
    const { models } = directory(t, { options: { disable_default_providers: true }, providers: { beta: {} } });
    assert.deepEqual(
      models.list().map(({ id }) => id),
      ["beta", "practice"],
    );
    assert.equal(code(models, "alpha"), "provider-unknown");
  });

  test("a model that no list names is refused by the catalogue's, served by local ones and those without a list", (t) => {
    const settings = {
      providers: { mine: { base_url: "http://h" }, local: { type: "ollama", models: [{ id: "a" }] } },
    };
    const { models } = directory(t, settings, { ALPHA_API_KEY: "k" });
    assert.deepEqual(
      [code(models, "alpha", "gone"), code(models, "mine", "any"), code(models, "local", "other")],
      ["model-unknown", "fine", "fine"],
    );
    assert.equal(code(models, "nowhere"), "provider-unknown");
  });

  test("a local server that was chosen is there after a restart, though nothing was looked for", (t) => {
    const { models } = directory(t, { models: { large: { provider: "ollama", model: "llama" } } });
    const choice = models.defaultChoice("large");
    assert.ok(choice !== undefined);
    const resolved = models.resolve(choice);
    assert.ok(!isModelProblem(resolved));
    assert.equal(resolved.provider.baseUrl, "http://127.0.0.1:11434/v1");
    assert.equal(resolved.provider.isFlatRate, true);
    assert.ok(!models.list().some(({ id }) => id === "ollama"), "listed is only what is there");
  });
});

describe("defaults", () => {
  test("none without a key; then the first that can be used, never the practice model", (t) => {
    assert.equal(directory(t).models.defaultChoice("large"), undefined);
    const { models } = directory(t, {}, { BETA_API_KEY: "k" });
    assert.deepEqual(models.defaultChoice("large"), { provider: "beta", model: "big" });
    assert.deepEqual(models.defaultChoice("small"), { provider: "beta", model: "small" });
    models.addFound(localProvider({ id: "lmstudio", name: "L", type: "lmstudio", baseUrl: "http://h" }, ["m"]));
    assert.deepEqual(models.defaultChoice("large"), { provider: "lmstudio", model: "m" });
  });

  test("the small one goes with the large one, unless one was chosen that can be used", (t) => {
    const large = { provider: "alpha", model: "big" };
    const small = { provider: "beta", model: "small" };
    const { models } = directory(t, { models: { large, small } }, { ALPHA_API_KEY: "k" });
    assert.deepEqual(models.smallChoice(large), { provider: "alpha", model: "small" });
    models.setKey("beta", "k");
    assert.deepEqual(models.smallChoice(large), small);
    assert.deepEqual(models.smallChoice({ provider: "nowhere", model: "x" }), small);
  });
});

test("a choice of the config with an effort that the model does not have is told, with a key or without", (t) => {
  const { models } = directory(t, {
    providers: { alpha: { models: [{ id: "thinker", can_reason: true, reasoning_levels: ["low", "high"] }] } },
  });
  const why = (model: string, reasoningEffort: string) =>
    models.whyUnusable({ provider: "alpha", model, reasoningEffort });
  assert.equal(why("thinker", "bogus"), 'the model has no reasoning effort "bogus"; it has low, high');
  assert.deepEqual([why("thinker", "low"), why("thinker", ""), why("big", "bogus")], [null, null, null]);
  assert.match(why("nothing", "low") ?? "", /not offered/u);
});
