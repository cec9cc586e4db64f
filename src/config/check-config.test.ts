import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigPlace } from "../../test/harness/config-place.ts";
import type { ModelChoice } from "../schema/model.ts";
import type { Config } from "./config.ts";
import { checkConfig, type ConfigCheck } from "./check-config.ts";

function check(place: ConfigPlace): ConfigCheck {
  return checkConfig(
    { cwd: place.project },
    { keyVariables: [], environment: place.environment, systemDirectory: place.root },
  );
}

test("all errors of all files are told, and what is right in the others still counts", () => {
  using place = new ConfigPlace();
  const broken = place.writeGlobal("{");
  const wrong = place.writeData({ options: { debug: 1 }, env: { A: 1 } });
  place.writeProject({ options: { max_concurrent_requests: 3 } });
  const { errors, config } = check(place);
  assert.deepEqual(
    errors.map(({ file, key }) => [file, key]),
    [
      [broken, ""],
      [wrong, "options.debug"],
      [wrong, "env.A"],
    ],
  );
  assert.equal(config.options.requestsMax, 3);
});

test("unknown keys are warned of, and the sections that ours does nothing with", () => {
  using place = new ConfigPlace();
  const file = place.writeGlobal({
    mcp: { a: { type: "http", url: "http://127.0.0.1", headers: { A: "b" } } },
    lsp: { go: { command: "gopls", init_options: { any: { thing: 1 } } } },
    hooks: { PreToolUse: [{ command: "x", matcher: "bash", timeout: 1 }] },
    providers: { x: { api_kee: "typo", models: [{ id: "m", nmae: "typo" }], extra_body: { any: 1 } } },
    option: {},
  });
  const { errors, warnings, dangerous } = check(place);
  assert.deepEqual(errors, []);
  assert.deepEqual(
    warnings.map((warning) => [warning.file, warning.key]),
    [
      [file, "hooks"],
      [file, "providers.x.api_kee"],
      [file, "providers.x.models[0].nmae"],
      [file, "option"],
      [file, "mcp"],
      [file, "lsp"],
    ],
  );
  assert.deepEqual(dangerous, []);
});

test("an amount that is none is told by file, key and reason, and stops the start", () => {
  using place = new ConfigPlace();
  const file = place.writeGlobal({
    providers: { mine: { max_concurrent_requests: 0.5 } },
    options: { backups: { keep: 0 } },
    budgets: { day: { limit_usd: -1 } },
  });
  assert.deepEqual(check(place).errors, [
    { file, key: "providers.mine.max_concurrent_requests", reason: "it must be a whole number" },
    { file, key: "providers.mine.max_concurrent_requests", reason: "it must be at least 1" },
    { file, key: "options.backups.keep", reason: "it must be at least 1" },
    { file, key: "budgets.day.limit_usd", reason: "it must not be negative" },
  ]);
  assert.throws(() => place.load(), { code: "config-invalid", message: new RegExp(`^${file}: providers.mine.`) });
});

test("what needs trust is told, trusted or not", () => {
  using place = new ConfigPlace();
  const file = place.writeProject({ env: { A: "1" } });
  assert.deepEqual(
    check(place).dangerous.map((setting) => [setting.file, setting.key, setting.value]),
    [[file, "env.A", "1"]],
  );
});

test("a limit that can't hold back the chosen models' requests, their price being unknown, is warned of", () => {
  using place = new ConfigPlace();
  const file = place.writeGlobal({
    models: { large: { provider: "test", model: "odd" }, small: { provider: "test", model: "known" } },
    budgets: { day: { limit_usd: 5 }, project: { warn_usd: 5 } },
  });
  const judges = {
    keys: () => [],
    model: () => null,
    isPriceMissing: (_config: Config, { model }: ModelChoice) => model === "odd",
    toolNames: () => [],
  };
  const { warnings } = checkConfig({ cwd: place.project }, { keyVariables: [], ...place.source() }, judges);
  const reason = "the price of test/odd is unknown: this limit can't hold such requests back";
  assert.deepEqual(warnings, [{ file, key: "budgets.day", reason }]);
});

test("tools that there are not are warned of, but for those of MCP servers", () => {
  using place = new ConfigPlace();
  const file = place.writeGlobal({
    options: { disabled_tools: ["bash", "bsah", "mcp_github_search"], tui: { diff_mode: "weird" } },
  });
  assert.deepEqual(check(place).errors, [
    { file, key: "options.tui.diff_mode", reason: '"unified" or "split" was expected, but it is another text' },
  ]);
  place.writeGlobal({
    options: { disabled_tools: ["bash", "bsah", "mcp_github_search"] },
    permissions: { allowed_tools: ["view", "bash:execute", "veiw:read"] },
  });
  const judges = { keys: () => [], model: () => null, isPriceMissing: () => false, toolNames: () => ["bash", "view"] };
  const { warnings } = checkConfig({ cwd: place.project }, { keyVariables: [], ...place.source() }, judges);
  assert.deepEqual(
    warnings.map((warning) => [warning.file, warning.key]),
    [
      [file, "options.disabled_tools[1]"],
      [file, "permissions.allowed_tools[2]"],
    ],
  );
});
