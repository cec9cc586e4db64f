import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { DisplayCall, ToolDisplay } from "../schema/display-block.ts";

/** A call as displays get it: anything may be missing or of another type than ours. */
export type DisplayedCall = Parameters<DisplayCall>[0];

export function textAt(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

export function numberAt(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function objectsAt(object: JsonObject, key: string): JsonObject[] {
  const value: JsonValue | undefined = object[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** One line of a text: line breaks become spaces. */
export function oneLine(text: string): string {
  // Not one pattern for all of it: of a long run of blanks it would look through the rest from each of them.
  return text.replaceAll(/\s+/g, (blanks) => (/[\r\n]/.test(blanks) ? " " : blanks)).trim();
}

/** `1 line`, `2 lines`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** The display of a failed call: what went wrong is all there is to see. */
export function failedDisplay(
  call: DisplayedCall,
  head: { readonly title: string; readonly subject: string },
): ToolDisplay {
  return { ...head, summary: "failed", blocks: [{ kind: "text", text: call.result?.content ?? "", tone: "error" }] };
}
