import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigPlace } from "../../test/harness/config-place.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { checkConfig } from "./check-config.ts";
import { settingsSchema } from "./settings-schema.ts";

const model = { provider: "mine", model: "m" };

/** A value for each key of the schema that is not what holds without it. */
const everything: JsonObject = {
  models: {
    large: {
      ...model,
      reasoning_effort: "low",
      think: true,
      max_tokens: 9,
      temperature: 1,
      top_p: 1,
      top_k: 1,
      frequency_penalty: 1,
      presence_penalty: 1,
      provider_options: { a: 1 },
    },
  },
  providers: {
    mine: {
      name: "Mine",
      base_url: "http://x",
      type: "openai",
      api_key: "k",
      oauth: { a: 1 },
      disable: true,
      system_prompt_prefix: "x",
      extra_headers: { a: "b" },
      extra_body: { a: 1 },
      provider_options: { a: 1 },
      aws_auth_refresh: "x",
      flat_rate: true,
      discover_models: true,
      max_concurrent_requests: 2,
      models: [
        {
          id: "m",
          name: "M",
          cost_per_1m_in: 1,
          cost_per_1m_out: 1,
          cost_per_1m_in_cached: 1,
          cost_per_1m_out_cached: 1,
          context_window: 1,
          default_max_tokens: 1,
          can_reason: true,
          reasoning_levels: ["low"],
          default_reasoning_effort: "low",
          supports_attachments: true,
          options: { a: 1 },
        },
      ],
    },
  },
  mcp: { a: { command: "x" } },
  lsp: { a: { command: "x" } },
  hooks: { PreToolUse: [{ command: "x" }] },
  options: {
    tui: {
      compact_mode: true,
      diff_mode: "split",
      theme: "light",
      transparent: true,
      scrollbar: "x",
      completions: { max_depth: 1 },
    },
    context_paths: ["x"],
    global_context_paths: ["x"],
    skills_paths: ["x"],
    debug: true,
    debug_lsp: true,
    disable_auto_summarize: true,
    data_directory: "x",
    disabled_tools: ["x"],
    disable_default_providers: true,
    attribution: { trailer_style: "none", co_authored_by: true, generated_with: true },
    backups: { daily: false, keep: 1 },
    initialize_as: "x",
    max_concurrent_requests: 1,
    auto_lsp: true,
    progress: true,
    notifications: "none",
    notification_style: "bell",
    disabled_skills: ["x"],
  },
  permissions: { allowed_tools: ["x"] },
  tools: { ls: { max_depth: 1, max_items: 1 }, grep: { timeout: 1 }, glob: { timeout: 1 } },
  env: { A: "b" },
  keys: { quit: "f2" },
  budgets: {
    session: { warn_usd: 1, limit_usd: 2 },
    day: { warn_usd: 1, limit_usd: 2 },
    project: { warn_usd: 1, limit_usd: 2 },
  },
};

/** Said of an editor or of Crush's own doings: no updates are fetched and no metrics sent here, whatever they say. */
const elsewhere = ["$schema", "recent_models", "options.disable_provider_auto_update", "options.disable_metrics"];

/** Another key goes before: that of a record, of a newer form. */
const overruled = [
  "providers.mine.id",
  "options.attribution.co_authored_by",
  "options.disable_notifications",
  "options.notification_style",
];

interface Node {
  readonly type: string;
  readonly wrapped?: Node;
  readonly entries?: Readonly<Record<string, Node>>;
  readonly value?: Node;
  readonly item?: Node;
}

/** The keys of the schema below one value, members of records and lists by the names that the value has. */
function keysOf(node: Node, value: JsonValue | undefined, path: string): string[] {
  if (node.wrapped !== undefined) return keysOf(node.wrapped, value, path);
  const below = (key: string) => (path === "" ? key : `${path}.${key}`);
  const { entries, item, value: member } = node;
  const own = isJsonObject(value) ? value : {};
  if (elsewhere.includes(path) || /^(?:mcp|lsp|hooks|.*\.completions)$/u.test(path)) return [path];
  if (entries !== undefined) {
    return Object.entries(entries).flatMap(([key, inner]) => keysOf(inner, own[key], below(key)));
  }
  if (member?.wrapped === undefined && member?.entries !== undefined) {
    return Object.keys(own).flatMap((key) => keysOf(member, own[key], below(key)));
  }
  if (item?.entries !== undefined && Array.isArray(value)) {
    return value.flatMap((each, index) => keysOf(item, each, below(String(index))));
  }
  return [path];
}

/** `everything` without what the path leads to. */
function without(value: JsonValue, [key, ...rest]: readonly string[]): JsonValue {
  if (Array.isArray(value)) {
    return value.map((member, index) => (String(index) === key ? without(member, rest) : member));
  }
  if (!isJsonObject(value) || key === undefined) return value;
  const { [key]: inner, ...others } = value;
  return rest.length === 0 || inner === undefined ? others : { ...others, [key]: without(inner, rest) };
}

test("each key of the schema changes the config, or is named as one without effect", () => {
  using place = new ConfigPlace();
  const read = (settings: JsonValue) => {
    place.writeGlobal(settings);
    const { config, warnings, errors } = checkConfig({ cwd: place.project }, { keyVariables: [], ...place.source() });
    assert.deepEqual(errors, []);
    const { childEnvironment, ...surroundings } = config.surroundings;
    const whole = JSON.stringify({ ...config, problems: [], surroundings, childEnvironment });
    return { whole, named: warnings.map(({ key }) => key.replaceAll(/\[(\d+)\]/gu, ".$1")) };
  };
  const all = read(everything);
  const keys = keysOf(settingsSchema, everything, "");
  assert.ok(keys.length > 70, String(keys.length));
  const silent = keys.filter((key) => {
    if (elsewhere.includes(key) || overruled.includes(key)) return false;
    // A model without its id is an error.
    if (key.endsWith(".models.0.id") || all.named.includes(key)) return false;
    return read(without(everything, key.split("."))).whole === all.whole;
  });
  assert.deepEqual(silent, []);
});
