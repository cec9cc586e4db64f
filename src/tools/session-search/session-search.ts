import * as v from "valibot";
import { defineTool } from "../define-tool.ts";
import { resultLimit } from "../result-limit.ts";
import { sessionReadPermission } from "../session-read-permission.ts";
import type { FoundInSession, Tool } from "../tool.ts";
import { textResult } from "../tool-result.ts";
import { displaySessionSearch } from "./session-search-display.ts";

const limitMax = 50;
const snippetLengthMax = 300;

const schema = v.object({
  query: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, "must not be empty"),
    v.description(
      'Words that must all occur; "a phrase"; -without; file:path, after:2026-01-31, before:, model:, tag:',
    ),
  ),
  limit: resultLimit(limitMax, "How many hits"),
});

const description = `Searches what was said and done in this project's sessions: titles, prompts, answers, tool calls and outputs.

- Only when the person refers to earlier work.
- Each hit names its session by short id: session_read reads it.`;

function hitLine({ shortId, atSeconds, field, title, snippet }: FoundInSession): string {
  const at = new Date(atSeconds * 1000).toISOString().slice(0, 10);
  const text = snippet.length > snippetLengthMax ? `${snippet.slice(0, snippetLengthMax)}…` : snippet;
  return `${shortId}  ${at}  ${title}\n    ${field}: ${text.replaceAll(/\s+/gu, " ")}`;
}

export const sessionSearchTool: Tool = defineTool({
  name: "session_search",
  description,
  isReadOnly: true,
  schema,
  prepare(input, context) {
    return Promise.resolve({
      kind: "ready",
      permissions: [
        sessionReadPermission(context, {
          tool: "session_search",
          description: `Search the project's sessions for ${input.query}`,
          display: displaySessionSearch({ name: "session_search", input }),
        }),
      ],
      run: async () => {
        const { limit } = input;
        const hits = await context.sessions.search(input.query, { limit, signal: context.signal });
        const text = hits.length === 0 ? "Nothing was found." : hits.map(hitLine).join("\n");
        return textResult(text, { number_of_matches: hits.length, truncated: hits.length >= limit });
      },
    });
  },
});
