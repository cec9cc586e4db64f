import type { JsonObject, JsonValue } from "../lib/json.ts";
import { isJsonObject } from "../lib/json.ts";

/** A token count as providers send it; undefined where it is none. */
export function countOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;
}

/** The object below a key; empty where there is none. */
export function objectAt(value: JsonObject, key: string): JsonObject {
  const inner = value[key];
  return isJsonObject(inner) ? inner : {};
}
