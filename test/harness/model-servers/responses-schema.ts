/** Request body of OpenAI's Responses, from its public API reference; strict, for text, images, tools and reasoning. */
import * as v from "valibot";
import type { BodySchema } from "./request-check.ts";

const filled = v.pipe(v.string(), v.nonEmpty());
const identifier = v.pipe(filled, v.maxLength(64));

const inputText = v.strictObject({ type: v.literal("input_text"), text: filled });
const inputImage = v.strictObject({
  type: v.literal("input_image"),
  image_url: v.string(),
  detail: v.optional(v.picklist(["auto", "low", "high"])),
});
const outputText = v.strictObject({ type: v.literal("output_text"), text: v.string() });
const inputs = v.pipe(v.array(v.variant("type", [inputText, inputImage])), v.minLength(1));

const message = v.variant("role", [
  v.strictObject({
    type: v.optional(v.literal("message")),
    role: v.picklist(["system", "developer"]),
    content: filled,
  }),
  v.strictObject({
    type: v.optional(v.literal("message")),
    role: v.literal("user"),
    content: v.union([filled, inputs]),
  }),
  v.strictObject({
    type: v.optional(v.literal("message")),
    role: v.literal("assistant"),
    content: v.union([filled, v.array(outputText)]),
    phase: v.optional(v.picklist(["commentary", "final_answer"])),
  }),
]);

const item = v.variant("type", [
  v.strictObject({
    type: v.literal("reasoning"),
    id: identifier,
    encrypted_content: v.optional(v.nullable(v.string())),
    summary: v.array(v.strictObject({ type: v.literal("summary_text"), text: filled })),
  }),
  v.strictObject({
    type: v.literal("function_call"),
    id: v.optional(identifier),
    call_id: identifier,
    name: filled,
    arguments: v.string(),
  }),
  v.strictObject({
    type: v.literal("function_call_output"),
    call_id: identifier,
    output: v.union([v.string(), inputs]),
  }),
]);

const tool = v.strictObject({
  type: v.literal("function"),
  name: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]{1,64}$/u)),
  description: v.optional(v.string()),
  parameters: v.looseObject({ type: v.literal("object") }),
  strict: v.boolean(),
});

export const responsesBodySchema: BodySchema = v.strictObject({
  model: filled,
  input: v.pipe(v.array(v.union([item, message])), v.minLength(1)),
  instructions: v.optional(v.string()),
  stream: v.literal(true),
  store: v.optional(v.boolean()),
  include: v.optional(v.array(v.picklist(["reasoning.encrypted_content", "message.output_text.logprobs"]))),
  max_output_tokens: v.pipe(v.number(), v.integer(), v.minValue(16)),
  reasoning: v.optional(
    v.strictObject({
      effort: v.optional(v.picklist(["none", "minimal", "low", "medium", "high", "xhigh", "max"])),
      summary: v.optional(v.picklist(["auto", "concise", "detailed"])),
    }),
  ),
  tools: v.optional(v.pipe(v.array(tool), v.minLength(1))),
  tool_choice: v.optional(v.picklist(["auto", "none", "required"])),
  parallel_tool_calls: v.optional(v.boolean()),
  temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2))),
  top_p: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  prompt_cache_key: v.optional(identifier),
  text: v.optional(v.strictObject({ verbosity: v.optional(v.picklist(["low", "medium", "high"])) })),
  service_tier: v.optional(v.string()),
  metadata: v.optional(v.record(v.string(), v.string())),
  user: v.optional(v.string()),
});
