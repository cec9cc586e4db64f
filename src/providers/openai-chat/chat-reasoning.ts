import type { JsonObject } from "../../lib/json.ts";
import type { ProviderSettings } from "../../schema/model.ts";
import type { ModelRequest } from "../../schema/model-request.ts";

interface Chosen {
  readonly isOn: boolean;
  readonly effort: string | undefined;
  /** `reasoning_effort`, where an effort was chosen. */
  readonly effortField: JsonObject;
  readonly modelId: string;
}

type FieldsOf = (chosen: Chosen) => JsonObject;

const switched = ({ isOn }: Chosen): JsonObject => ({ thinking: { type: isOn ? "enabled" : "disabled" } });

const routed: FieldsOf = ({ isOn, effort }) => ({
  reasoning: effort === undefined ? { enabled: isOn } : { enabled: isOn, effort },
});
const zhipu: FieldsOf = (chosen) => ({ ...switched(chosen), ...chosen.effortField });
const alibaba: FieldsOf = ({ isOn, effortField }) => ({ enable_thinking: isOn, ...effortField });
const openCode: FieldsOf = ({ isOn, effortField, modelId }) => {
  if (!modelId.toLowerCase().startsWith("minimax")) return effortField;
  return isOn ? { thinking: { type: "adaptive" }, reasoning_split: true } : { thinking: { type: "disabled" } };
};

/** By the provider's id, where its reference asks for more or else than `reasoning_effort`. */
const fieldsByProvider: Readonly<Record<string, FieldsOf>> = {
  ionet: ({ isOn, effort }) => ({ reasoning: { effort: effort ?? (isOn ? "medium" : "none") } }),
  zai: zhipu,
  zhipu,
  "zhipu-coding": zhipu,
  deepseek: zhipu,
  // Refuses both at once.
  fireworks: (chosen) => (chosen.effort === undefined ? switched(chosen) : chosen.effortField),
  baseten: ({ isOn, effortField }) => ({ chat_template_args: { enable_thinking: isOn }, ...effortField }),
  "alibaba-singapore": alibaba,
  "alibaba-us": alibaba,
  "opencode-go": openCode,
  "opencode-zen": openCode,
};

/**
 * The body fields that switch reasoning on and set its effort. `reasoning_effort` is the common one. Nothing chosen:
 * nothing is sent, the provider's default holds.
 */
export function reasoningFields(request: ModelRequest, settings: ProviderSettings): JsonObject {
  const { reasoningEffort: effort, think, modelId } = request;
  if (!request.canReason || (effort === undefined && think === undefined)) return {};
  const isOn = effort === undefined ? think === true : effort !== "none";
  const effortField: JsonObject = effort === undefined ? {} : { reasoning_effort: effort };
  const chosen: Chosen = { isOn, effort, effortField, modelId };
  if (settings.type === "openrouter" || settings.type === "vercel") return routed(chosen);
  const own = Object.hasOwn(fieldsByProvider, settings.id) ? fieldsByProvider[settings.id] : undefined;
  return own?.(chosen) ?? effortField;
}

/** The field of an assistant message that holds its reasoning, where the server has not shown which it uses. */
export function usualReasoningField({ id, type, baseUrl }: ProviderSettings): string | null {
  const host = baseUrl ?? "";
  if (id === "mistral" || host.includes("mistral.ai")) return null;
  const isNamedReasoning = type === "openrouter" || type === "vercel" || type === "ollama" || host.includes("groq.com");
  return isNamedReasoning ? "reasoning" : "reasoning_content";
}

/** DeepSeek refuses a step with calls that has no reasoning at all; one that another model made gets an empty one. */
export function needsReasoningWithCalls({ id, baseUrl }: ProviderSettings): boolean {
  return id === "deepseek" || (baseUrl ?? "").includes("deepseek.com");
}

/** Puts streamed pieces of OpenRouter's `reasoning_details` together; they go back as one list, unchanged. */
export class ReasoningDetails {
  readonly #details: JsonObject[] = [];
  #field: string | null = null;

  /** The field in which the server streams reasoning; null where none was seen. */
  get field(): string | null {
    return this.#field;
  }

  get list(): readonly JsonObject[] {
    return this.#details;
  }

  addChunk(chunk: unknown): void {
    const delta = (chunk as { choices?: { delta?: JsonObject | null }[] } | null)?.choices?.[0]?.delta;
    if (delta === undefined || delta === null) return;
    if (typeof delta["reasoning_content"] === "string" && delta["reasoning_content"] !== "") {
      this.#field ??= "reasoning_content";
    } else if (typeof delta["reasoning"] === "string" && delta["reasoning"] !== "") {
      this.#field ??= "reasoning";
    }
    const pieces = delta["reasoning_details"];
    if (Array.isArray(pieces)) for (const piece of pieces) this.#addPiece(piece as JsonObject);
  }

  #addPiece(piece: JsonObject): void {
    const last = this.#details.at(-1);
    const isContinued =
      last !== undefined &&
      last["type"] === piece["type"] &&
      last["index"] === piece["index"] &&
      piece["type"] !== "reasoning.encrypted";
    if (!isContinued) {
      this.#details.push({ ...piece });
      return;
    }
    for (const [key, value] of Object.entries(piece)) {
      const isJoined = (key === "text" || key === "summary") && typeof value === "string";
      if (isJoined) last[key] = textOf(last[key]) + value;
      else if (value !== null) last[key] = value;
    }
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
