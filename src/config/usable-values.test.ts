import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigPlace } from "../../test/harness/config-place.ts";
import type { Config } from "./config.ts";
import { resolveProvider } from "./resolve-provider.ts";

function told({ problems }: Config): string[] {
  return problems.map(({ key }) => key);
}

test("values that nothing can be done with count as not set, and are told by file, key and reason", () => {
  using place = new ConfigPlace();
  const large = { provider: "mine", model: "m", max_tokens: 0.5, temperature: 99, top_p: -1, top_k: 0 };
  const file = place.writeGlobal({
    models: { large, huge: large },
    providers: {
      mine: { models: [{ id: "a" }, { id: "m", context_window: -5, default_max_tokens: 1.5, cost_per_1m_in: -1 }] },
    },
    tools: { ls: { max_depth: -3, max_items: 0.5 }, grep: { timeout: "600h" }, glob: { timeout: 5 } },
    options: { notifications: "loud" },
  });
  const config = place.load();
  assert.deepEqual(told(config), [
    "models.huge",
    "models.large.max_tokens",
    "models.large.top_k",
    "models.large.temperature",
    "models.large.top_p",
    "providers.mine.models[1].context_window",
    "providers.mine.models[1].default_max_tokens",
    "providers.mine.models[1].cost_per_1m_in",
    "tools.ls.max_depth",
    "tools.ls.max_items",
    "tools.grep.timeout",
    "tools.glob.timeout",
    "options.notifications",
  ]);
  assert.deepEqual(config.problems[1], {
    file,
    key: "models.large.max_tokens",
    reason: "it must be a whole number from 1 on; it is ignored",
  });
  assert.deepEqual(config.models, { large: { provider: "mine", model: "m" } });
  assert.deepEqual(config.providers["mine"]?.models, [{ id: "a" }, { id: "m" }]);
  assert.deepEqual(config.toolLimits, { lsMaxDepth: null, lsMaxItems: null, grepTimeoutMs: null, globTimeoutMs: null });
});

test("what a file says in vain leaves what the one below says", () => {
  using place = new ConfigPlace();
  place.writeGlobal({ tools: { grep: { timeout: "2s" }, ls: { max_depth: 3 } } });
  const file = place.writeProject({ tools: { grep: { timeout: "soon" }, ls: { max_depth: null } } });
  const { toolLimits, problems } = place.load();
  assert.deepEqual([toolLimits.grepTimeoutMs, toolLimits.lsMaxDepth], [2000, 3]);
  assert.deepEqual(
    problems.map((problem) => problem.file),
    [file],
  );
});

test("values that Crush and this program use stay", () => {
  using place = new ConfigPlace();
  const large = { provider: "mine", model: "m", max_tokens: 1, temperature: 2, top_p: 0, top_k: 1 };
  place.writeGlobal({
    models: { large, small: { provider: "mine", model: "m" } },
    providers: { mine: { base_url: "HTTPS://x.example/v1", models: [{ id: "m", default_max_tokens: 0 }] } },
    tools: { ls: { max_depth: 0, max_items: 1000 }, grep: { timeout: 5_000_000_000 }, glob: { timeout: "1.5m" } },
    options: { notifications: "", notification_style: "native" },
  });
  assert.deepEqual(place.load().problems, []);
});

test("a provider without an address that can be asked is left out, a header that can't be sent too; the value is not told", () => {
  using place = new ConfigPlace();
  place.environment["ADDRESS"] = "ftp://secret.example";
  place.environment["BROKEN"] = "secret\r\nx: y";
  place.writeGlobal({
    providers: {
      mine: { base_url: "$ADDRESS", models: [{ id: "m" }] },
      text: { base_url: "localhost:9/v1", models: [{ id: "m" }] },
      heads: { extra_headers: { "bad header": "x", "x-a": "$BROKEN", "x-b": "good" }, models: [{ id: "m" }] },
    },
  });
  const config = place.load();
  assert.deepEqual(told(config), [
    "providers.mine.base_url",
    "providers.text.base_url",
    'providers.heads.extra_headers."bad header"',
    "providers.heads.extra_headers.x-a",
  ]);
  assert.ok(config.problems.every(({ file, reason }) => file !== "" && !reason.includes("secret")));
  assert.deepEqual(
    Object.values(config.providers).map((provider) => provider.isDisabled),
    [true, true, false],
  );
  assert.deepEqual(config.providers["heads"]?.extraHeaders, { "x-b": "good" });
});

test("what a program gives is judged before the first request", async () => {
  using place = new ConfigPlace();
  place.writeGlobal({
    providers: {
      mine: { base_url: "$(printf ftp://x)" },
      heads: { extra_headers: { "x-a": "$(printf 'a\\nb')" } },
      fine: { base_url: "$(printf http://127.0.0.1:9)" },
    },
  });
  const config = place.load();
  const resolve = (id: string) => resolveProvider(config, config.providers[id] ?? assert.fail(id));
  await assert.rejects(resolve("mine"), { code: "config-invalid", message: /^providers\.mine\.base_url: .*https/u });
  await assert.rejects(resolve("heads"), {
    code: "config-invalid",
    message: /^providers\.heads\.extra_headers\.x-a: /,
  });
  assert.equal((await resolve("fine")).baseUrl, "http://127.0.0.1:9");
});
