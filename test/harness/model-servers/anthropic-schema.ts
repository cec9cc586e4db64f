/** Request body of Anthropic's Messages, from its public API reference; strict, for text, images, tools and thinking. */
import * as v from "valibot";
import type { BodySchema } from "./request-check.ts";

const cacheControl = v.optional(
  v.strictObject({ type: v.literal("ephemeral"), ttl: v.optional(v.picklist(["5m", "1h"])) }),
);
const filled = v.pipe(v.string(), v.nonEmpty());
const identifier = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]+$/u));

const text = v.strictObject({ type: v.literal("text"), text: filled, cache_control: cacheControl });
const image = v.strictObject({
  type: v.literal("image"),
  source: v.strictObject({ type: v.literal("base64"), media_type: v.string(), data: v.string() }),
  cache_control: cacheControl,
});
const toolUse = v.strictObject({
  type: v.literal("tool_use"),
  id: identifier,
  name: filled,
  input: v.record(v.string(), v.unknown()),
  cache_control: cacheControl,
});
const toolResult = v.strictObject({
  type: v.literal("tool_result"),
  tool_use_id: identifier,
  content: v.union([v.string(), v.array(v.variant("type", [text, image]))]),
  is_error: v.optional(v.boolean()),
  cache_control: cacheControl,
});
const thinking = v.strictObject({ type: v.literal("thinking"), thinking: v.string(), signature: filled });
const redacted = v.strictObject({ type: v.literal("redacted_thinking"), data: filled });

function contentOf(block: v.GenericSchema): v.GenericSchema {
  return v.union([filled, v.pipe(v.array(block), v.minLength(1))]);
}

const message = v.variant("role", [
  v.strictObject({ role: v.literal("user"), content: contentOf(v.variant("type", [text, image, toolResult])) }),
  v.strictObject({
    role: v.literal("assistant"),
    content: contentOf(v.variant("type", [text, toolUse, thinking, redacted])),
  }),
]);

const tool = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]{1,128}$/u)),
  description: v.optional(v.string()),
  input_schema: v.looseObject({ type: v.literal("object") }),
  type: v.optional(v.literal("custom")),
  eager_input_streaming: v.optional(v.boolean()),
  cache_control: cacheControl,
});

const choiceFields = { disable_parallel_tool_use: v.optional(v.boolean()) };

export const anthropicBodySchema: BodySchema = v.strictObject({
  model: filled,
  max_tokens: v.pipe(v.number(), v.integer(), v.minValue(1)),
  messages: v.pipe(v.array(message), v.minLength(1)),
  stream: v.literal(true),
  system: v.optional(v.union([filled, v.pipe(v.array(text), v.minLength(1))])),
  tools: v.optional(v.pipe(v.array(tool), v.minLength(1))),
  tool_choice: v.optional(
    v.variant("type", [
      v.strictObject({ type: v.literal("auto"), ...choiceFields }),
      v.strictObject({ type: v.literal("any"), ...choiceFields }),
      v.strictObject({ type: v.literal("none") }),
    ]),
  ),
  thinking: v.optional(
    v.variant("type", [
      v.strictObject({ type: v.literal("enabled"), budget_tokens: v.pipe(v.number(), v.integer(), v.minValue(1_024)) }),
      v.strictObject({
        type: v.literal("adaptive"),
        display: v.optional(v.picklist(["summarized", "omitted", "updates"])),
      }),
      v.strictObject({ type: v.literal("disabled") }),
    ]),
  ),
  output_config: v.optional(
    v.strictObject({ effort: v.optional(v.picklist(["low", "medium", "high", "xhigh", "max"])) }),
  ),
  temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  top_p: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  top_k: v.optional(v.pipe(v.number(), v.integer())),
  stop_sequences: v.optional(v.array(v.string())),
  metadata: v.optional(v.strictObject({ user_id: v.optional(v.string()) })),
  service_tier: v.optional(v.string()),
});
