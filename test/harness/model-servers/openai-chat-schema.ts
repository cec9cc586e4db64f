/** Request body of OpenAI's Chat Completions, from its public API reference; strict, for text, images and tools. */
import * as v from "valibot";
import type { BodySchema } from "./request-check.ts";
import type { ChatDialect } from "./script.ts";

const cacheControl = v.strictObject({ type: v.literal("ephemeral"), ttl: v.optional(v.picklist(["5m", "1h"])) });

interface MessageFields {
  /** Of a text part. */
  readonly part: v.ObjectEntries;
  /** Of an assistant message. */
  readonly assistant: v.ObjectEntries;
  readonly body: v.ObjectEntries;
}

const reasoningDetail = v.looseObject({
  type: v.picklist(["reasoning.text", "reasoning.summary", "reasoning.encrypted"]),
  format: v.optional(v.string()),
  index: v.optional(v.number()),
});

const openai: MessageFields = {
  part: {},
  assistant: {},
  body: {
    reasoning_effort: v.optional(v.picklist(["none", "minimal", "low", "medium", "high", "xhigh"])),
    verbosity: v.optional(v.string()),
    prompt_cache_key: v.optional(v.string()),
  },
};

const dialects: Readonly<Record<ChatDialect, MessageFields>> = {
  openai,
  compatible: { ...openai, assistant: { reasoning_content: v.optional(v.string()) } },
  openrouter: {
    part: { cache_control: v.optional(cacheControl) },
    assistant: { reasoning: v.optional(v.string()), reasoning_details: v.optional(v.array(reasoningDetail)) },
    body: {
      reasoning: v.optional(
        v.strictObject({
          effort: v.optional(v.string()),
          max_tokens: v.optional(v.number()),
          enabled: v.optional(v.boolean()),
          exclude: v.optional(v.boolean()),
        }),
      ),
      usage: v.optional(v.strictObject({ include: v.boolean() })),
      provider: v.optional(v.record(v.string(), v.unknown())),
      top_k: v.optional(v.number()),
    },
  },
  deepseek: {
    part: {},
    assistant: { reasoning_content: v.optional(v.string()) },
    body: {
      thinking: v.optional(v.strictObject({ type: v.picklist(["enabled", "disabled"]) })),
      reasoning_effort: v.optional(v.string()),
    },
  },
  xai: {
    part: {},
    assistant: { reasoning_content: v.optional(v.string()) },
    body: { reasoning_effort: v.optional(v.picklist(["low", "medium", "high"])) },
  },
};

const tool = v.strictObject({
  type: v.literal("function"),
  function: v.strictObject({
    name: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]{1,64}$/u)),
    description: v.optional(v.string()),
    parameters: v.looseObject({ type: v.literal("object") }),
    strict: v.optional(v.nullable(v.boolean())),
  }),
});

const toolCall = v.strictObject({
  id: v.pipe(v.string(), v.nonEmpty()),
  type: v.literal("function"),
  function: v.strictObject({ name: v.pipe(v.string(), v.nonEmpty()), arguments: v.string() }),
});

function messageSchema(fields: MessageFields): v.GenericSchema {
  const text = v.strictObject({ type: v.literal("text"), text: v.pipe(v.string(), v.nonEmpty()), ...fields.part });
  const image = v.strictObject({
    type: v.literal("image_url"),
    image_url: v.strictObject({ url: v.string(), detail: v.optional(v.picklist(["auto", "low", "high"])) }),
  });
  const filled = v.pipe(v.string(), v.nonEmpty());
  const texts = v.pipe(v.array(text), v.minLength(1));
  return v.variant("role", [
    v.strictObject({ role: v.literal("system"), content: v.union([filled, texts]) }),
    v.strictObject({
      role: v.literal("user"),
      content: v.union([filled, v.pipe(v.array(v.variant("type", [text, image])), v.minLength(1))]),
    }),
    v.strictObject({
      role: v.literal("assistant"),
      content: v.nullable(v.union([v.string(), texts])),
      tool_calls: v.optional(v.pipe(v.array(toolCall), v.minLength(1))),
      ...fields.assistant,
    }),
    v.strictObject({
      role: v.literal("tool"),
      tool_call_id: v.pipe(v.string(), v.nonEmpty()),
      content: v.union([v.string(), texts]),
    }),
  ]);
}

export function chatBodySchema(dialect: ChatDialect): BodySchema {
  const fields = dialects[dialect];
  const tokens = v.pipe(v.number(), v.integer(), v.minValue(1));
  return v.strictObject({
    model: v.pipe(v.string(), v.nonEmpty()),
    messages: v.pipe(v.array(messageSchema(fields)), v.minLength(1)),
    stream: v.literal(true),
    stream_options: v.strictObject({ include_usage: v.literal(true) }),
    max_tokens: v.optional(tokens),
    max_completion_tokens: v.optional(tokens),
    temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2))),
    top_p: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    tools: v.optional(v.pipe(v.array(tool), v.minLength(1))),
    tool_choice: v.optional(v.picklist(["auto", "none", "required"])),
    parallel_tool_calls: v.optional(v.boolean()),
    seed: v.optional(v.number()),
    user: v.optional(v.string()),
    ...fields.body,
  });
}
