/** Request body of Gemini's streamGenerateContent, from its public API reference; strict, for text, images and tools. */
import * as v from "valibot";
import type { BodySchema } from "./request-check.ts";

const filled = v.pipe(v.string(), v.nonEmpty());
const signature = { thoughtSignature: v.optional(filled) };
const inlineData = v.strictObject({ mimeType: filled, data: filled });
const anyObject = v.record(v.string(), v.unknown());

const part = v.union([
  v.strictObject({ text: v.string(), thought: v.optional(v.boolean()), ...signature }),
  v.strictObject({ inlineData }),
  v.strictObject({
    functionCall: v.strictObject({ id: v.optional(filled), name: filled, args: v.optional(anyObject) }),
    ...signature,
  }),
  v.strictObject({
    functionResponse: v.strictObject({
      id: v.optional(filled),
      name: filled,
      response: anyObject,
      parts: v.optional(v.array(v.strictObject({ inlineData }))),
    }),
  }),
]);

const declaration = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/u)),
  description: filled,
  parameters: v.optional(v.looseObject({ type: v.picklist(["object", "OBJECT"]) })),
  parametersJsonSchema: v.optional(v.looseObject({ type: v.literal("object") })),
});

const thinkingConfig = v.strictObject({
  includeThoughts: v.optional(v.boolean()),
  thinkingBudget: v.optional(v.pipe(v.number(), v.integer())),
  thinkingLevel: v.optional(v.picklist(["minimal", "low", "medium", "high"])),
});

export const googleBodySchema: BodySchema = v.strictObject({
  contents: v.pipe(
    v.array(v.strictObject({ role: v.picklist(["user", "model"]), parts: v.pipe(v.array(part), v.minLength(1)) })),
    v.minLength(1),
  ),
  systemInstruction: v.optional(
    v.strictObject({
      role: v.optional(v.string()),
      parts: v.pipe(v.array(v.strictObject({ text: filled })), v.minLength(1)),
    }),
  ),
  generationConfig: v.strictObject({
    maxOutputTokens: v.pipe(v.number(), v.integer(), v.minValue(1)),
    temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2))),
    topP: v.optional(v.number()),
    topK: v.optional(v.number()),
    stopSequences: v.optional(v.array(v.string())),
    thinkingConfig: v.optional(thinkingConfig),
  }),
  tools: v.optional(v.array(v.strictObject({ functionDeclarations: v.pipe(v.array(declaration), v.minLength(1)) }))),
  toolConfig: v.optional(
    v.strictObject({
      functionCallingConfig: v.strictObject({ mode: v.picklist(["AUTO", "ANY", "NONE", "VALIDATED"]) }),
    }),
  ),
  safetySettings: v.optional(v.array(v.strictObject({ category: filled, threshold: filled }))),
  cachedContent: v.optional(v.string()),
});
