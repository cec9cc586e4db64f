import { isJsonObject } from "../lib/json.ts";
import type { JsonObject, JsonValue } from "../lib/json.ts";
import type { ReasoningPart } from "./message.ts";

/** The fields of Crush's reasoning part that carry what a provider wants back. */
export type StoredReasoning = Pick<ReasoningPart, "signature" | "thoughtSignature" | "toolId" | "responsesData">;

/**
 * What a block's metadata is in Crush's fields. Metadata is keyed by wire family, as the AI SDK's provider packages
 * name it: `anthropic.signature`, `google.thoughtSignature`. Encrypted reasoning items of OpenAI Responses are not
 * written there (crush-database.md: write null); x_message keeps them.
 */
export function storedReasoning(metadata: JsonObject | undefined): StoredReasoning {
  return {
    signature: textField(metadata?.["anthropic"], "signature"),
    thoughtSignature: textField(metadata?.["google"], "thoughtSignature"),
    toolId: "",
    responsesData: null,
  };
}

/** The metadata that a stored reasoning part stands for; undefined where it carries nothing. */
export function reasoningMetadata(part: ReasoningPart): JsonObject | undefined {
  const metadata: JsonObject = {};
  if (part.signature !== "") metadata["anthropic"] = { signature: part.signature };
  if (part.thoughtSignature !== "" && part.toolId === "") {
    metadata["google"] = { thoughtSignature: part.thoughtSignature };
  }
  const item = responsesItem(part.responsesData);
  if (item !== null) metadata["openai"] = item;
  return Object.keys(metadata).length === 0 ? undefined : metadata;
}

/** Google's signature of a tool call, which Crush keeps in the reasoning part beside the call's id. */
export function toolCallMetadata(part: ReasoningPart | undefined, toolCallId: string): JsonObject | undefined {
  if (part === undefined || part.thoughtSignature === "" || part.toolId !== toolCallId) return undefined;
  return { google: { thoughtSignature: part.thoughtSignature } };
}

/** Crush writes null, the inner object, or `{type, data}`. */
function responsesItem(stored: JsonValue): JsonObject | null {
  if (!isJsonObject(stored)) return null;
  const inner = isJsonObject(stored["data"]) ? stored["data"] : stored;
  const itemId = inner["item_id"];
  const encrypted = inner["encrypted_content"];
  if (typeof itemId !== "string" || itemId === "") return null;
  return { itemId, reasoningEncryptedContent: typeof encrypted === "string" ? encrypted : null };
}

function textField(value: JsonValue | undefined, key: string): string {
  const field = isJsonObject(value) ? value[key] : undefined;
  return typeof field === "string" ? field : "";
}
