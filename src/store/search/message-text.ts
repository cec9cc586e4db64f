import { isJsonObject, parseJson } from "../../lib/json.ts";
import type { JsonValue } from "../../lib/json.ts";
import type { Part, Role } from "../../schema/message.ts";
import type { SearchTerm } from "../../schema/search-query.ts";
import { findMatches } from "./match-text.ts";

export interface MessageText {
  readonly field: "prompt" | "answer" | "reasoning" | "tool-input" | "tool-output";
  readonly text: string;
}

/** Of each output: what is longer is found by its beginning. */
const outputLengthMax = 16 * 1024;

/** What can be found of a message, in its own order. */
export function textsOfMessage(role: Role, parts: readonly Part[]): readonly MessageText[] {
  return parts.flatMap((part): MessageText[] => {
    switch (part.type) {
      case "text":
        return [{ field: role === "user" ? "prompt" : "answer", text: part.text }];
      case "reasoning":
        return [{ field: "reasoning", text: part.thinking }];
      case "tool_call":
        return [{ field: "tool-input", text: textOfInput(part.input) }];
      case "tool_result":
        return [{ field: "tool-output", text: part.content.slice(0, outputLengthMax) }];
      case "shell_command":
        return [
          { field: "prompt", text: part.command },
          { field: "tool-output", text: part.output.slice(0, outputLengthMax) },
        ];
      case "binary":
        return part.path === "" ? [] : [{ field: "prompt", text: part.path }];
      default:
        return [];
    }
  });
}

/** The words of a call's arguments as they were meant, not as JSON escapes them. */
function textOfInput(input: string): string {
  const value = parseJson(input);
  return value === undefined ? input : stringsOf(value).join("\n");
}

function stringsOf(value: JsonValue): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  return isJsonObject(value) ? Object.values(value).flatMap(stringsOf) : [];
}

/** The one in which most of the terms stand. */
export function bestText(texts: readonly MessageText[], terms: readonly SearchTerm[]): MessageText {
  let best: MessageText = texts[0] ?? { field: "answer", text: "" };
  let most = 0;
  for (const text of texts) {
    const count = terms.filter((term) => !term.isNegated && findMatches(text.text, [term]).length > 0).length;
    if (count > most) {
      best = text;
      most = count;
    }
  }
  return best;
}
