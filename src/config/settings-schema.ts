/**
 * `crush.json` as a file holds it. Every key is optional, unknown keys are kept, and null means "not set", as Crush
 * reads them. The published JSON schema (docs/schema.json) is generated from this file.
 */
import * as v from "valibot";
import { limitUsdMax } from "../schema/budget.ts";
import { themeChoices } from "../schema/theme-choice.ts";

const text = v.nullish(v.string());
const flag = v.nullish(v.boolean());
const count = v.nullish(v.number());
const notWhole = "it must be a whole number";
const atLeastOne = v.nullish(v.pipe(v.number(), v.integer(notWhole), v.minValue(1, "it must be at least 1")));
/** US$ to be spent. */
const amount = v.nullish(
  v.pipe(
    v.number(),
    v.minValue(0, "it must not be negative"),
    v.maxValue(limitUsdMax, `it must be at most ${limitUsdMax}`),
  ),
);
const texts = v.nullish(v.array(v.string()));
const textByName = v.nullish(v.record(v.string(), v.string()));
const anything = v.nullish(v.record(v.string(), v.unknown()));

const modelChoice = v.looseObject({
  model: text,
  provider: text,
  reasoning_effort: text,
  think: flag,
  max_tokens: count,
  temperature: count,
  top_p: count,
  top_k: count,
  frequency_penalty: count,
  presence_penalty: count,
  provider_options: anything,
});

const modelEntry = v.looseObject({
  id: v.string(),
  name: text,
  cost_per_1m_in: count,
  cost_per_1m_out: count,
  cost_per_1m_in_cached: count,
  cost_per_1m_out_cached: count,
  context_window: count,
  default_max_tokens: count,
  can_reason: flag,
  reasoning_levels: texts,
  default_reasoning_effort: text,
  supports_attachments: flag,
  options: anything,
});

const provider = v.looseObject({
  id: text,
  name: text,
  base_url: text,
  type: text,
  api_key: text,
  oauth: anything,
  disable: flag,
  system_prompt_prefix: text,
  extra_headers: textByName,
  extra_body: anything,
  provider_options: anything,
  aws_auth_refresh: text,
  flat_rate: flag,
  discover_models: flag,
  max_concurrent_requests: atLeastOne,
  models: v.nullish(v.array(modelEntry)),
});

const completions = v.looseObject({ max_depth: count, max_items: count });

const terminal = v.looseObject({
  compact_mode: flag,
  diff_mode: v.nullish(v.picklist(["unified", "split"])),
  completions: v.nullish(completions),
  transparent: flag,
  theme: v.nullish(v.picklist(themeChoices)),
  scrollbar: text,
});

const backups = v.looseObject({
  daily: flag,
  keep: v.nullish(
    v.pipe(
      v.number(),
      v.integer(notWhole),
      v.minValue(1, "it must be at least 1"),
      v.maxValue(1000, "it must be at most 1000"),
    ),
  ),
});

const attribution = v.looseObject({
  trailer_style: v.nullish(v.picklist(["", "none", "co-authored-by", "assisted-by"])),
  co_authored_by: flag,
  generated_with: flag,
});

const options = v.looseObject({
  context_paths: texts,
  global_context_paths: texts,
  skills_paths: texts,
  tui: v.nullish(terminal),
  debug: flag,
  debug_lsp: flag,
  disable_auto_summarize: flag,
  data_directory: text,
  disabled_tools: texts,
  disable_provider_auto_update: flag,
  disable_default_providers: flag,
  attribution: v.nullish(attribution),
  backups: v.nullish(backups),
  disable_metrics: flag,
  initialize_as: text,
  max_concurrent_requests: atLeastOne,
  auto_lsp: flag,
  progress: flag,
  notifications: text,
  disable_notifications: flag,
  notification_style: text,
  disabled_skills: texts,
});

const mcpServer = v.looseObject({
  type: text,
  command: text,
  args: texts,
  env: textByName,
  url: text,
  headers: textByName,
  disabled: flag,
  disabled_tools: texts,
  enabled_tools: texts,
  timeout: count,
  oauth: flag,
  oauth_client_id: text,
  oauth_client_secret: text,
  oauth_callback_port: count,
  oauth_token: anything,
});

const languageServer = v.looseObject({
  disabled: flag,
  command: text,
  args: texts,
  env: textByName,
  filetypes: texts,
  root_markers: texts,
  init_options: anything,
  options: anything,
  timeout: count,
});

const hook = v.looseObject({ name: text, matcher: text, command: v.string(), timeout: count });

/** Nanoseconds, as Crush's own parser takes it, or a text such as "10s". */
const duration = v.nullish(v.union([v.number(), v.string()]));

const budget = v.nullish(v.looseObject({ warn_usd: amount, limit_usd: amount }));

export const settingsSchema = v.looseObject({
  $schema: text,
  models: v.nullish(v.record(v.string(), modelChoice)),
  recent_models: v.nullish(v.record(v.string(), v.array(modelChoice))),
  providers: v.nullish(v.record(v.string(), provider)),
  mcp: v.nullish(v.record(v.string(), mcpServer)),
  lsp: v.nullish(v.record(v.string(), languageServer)),
  options: v.nullish(options),
  permissions: v.nullish(v.looseObject({ allowed_tools: texts })),
  tools: v.nullish(
    v.looseObject({
      ls: v.nullish(v.looseObject({ max_depth: count, max_items: count })),
      grep: v.nullish(v.looseObject({ timeout: duration })),
      glob: v.nullish(v.looseObject({ timeout: duration })),
    }),
  ),
  hooks: v.nullish(v.record(v.string(), v.array(hook))),
  env: textByName,
  keys: v.nullish(v.record(v.string(), text)),
  budgets: v.nullish(v.looseObject({ session: budget, day: budget, project: budget })),
});

export type Settings = v.InferOutput<typeof settingsSchema>;
export type ProviderEntry = v.InferOutput<typeof provider>;
export type ModelEntry = v.InferOutput<typeof modelEntry>;
export type ModelChoiceEntry = v.InferOutput<typeof modelChoice>;
