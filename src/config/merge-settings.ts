import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";

/** Beyond this depth a value is taken as a whole: no setting lies that deep, and hostile nesting must not end the stack. */
const depthMax = 32;

/**
 * Merges settings, lowest precedence first, by Crush's rules: objects key by key, lists one after the other, null says
 * nothing, and anything else replaces what was there. The inputs stay as they are.
 */
export function mergeSettings(layers: readonly JsonObject[]): JsonObject {
  return layers.reduce<JsonObject>((merged, layer) => mergeObjects(merged, layer, 0), {});
}

function mergeObjects(lower: JsonObject, higher: JsonObject, depth: number): JsonObject {
  const merged: JsonObject = { ...lower };
  for (const [key, value] of Object.entries(higher)) {
    // A key of this name would change the object's prototype instead of its content.
    if (key === "__proto__") continue;
    merged[key] = mergeValues(Object.hasOwn(merged, key) ? merged[key] : undefined, value, depth);
  }
  return merged;
}

function mergeValues(lower: JsonValue | undefined, higher: JsonValue, depth: number): JsonValue {
  if (lower === undefined || lower === null) return higher;
  if (higher === null) return lower;
  if (Array.isArray(lower) && Array.isArray(higher)) return [...lower, ...higher];
  if (isJsonObject(lower) && isJsonObject(higher) && depth < depthMax) return mergeObjects(lower, higher, depth + 1);
  return higher;
}
