import { isJsonObject, parseJson } from "../lib/json.ts";

/**
 * All text that a journal holds, for people, of whatever kind and version it is: the deltas of each block joined, or what
 * its end has in their place.
 */
export function journalText(lines: readonly string[]): string {
  const blocks = new Map<number, string>();
  for (const line of lines) {
    const record = parseJson(line);
    const [number, text, facts] = Array.isArray(record) ? record : [];
    if (typeof number !== "number") continue;
    const input = isJsonObject(facts) ? facts["input"] : undefined;
    if (typeof text === "string") blocks.set(number, `${blocks.get(number) ?? ""}${text}`);
    else if (typeof input === "string") blocks.set(number, input);
  }
  return [...blocks.values()].filter((text) => text.trim() !== "").join("\n\n");
}
