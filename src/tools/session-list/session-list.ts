import * as v from "valibot";
import { defineTool } from "../define-tool.ts";
import { resultLimit } from "../result-limit.ts";
import { sessionReadPermission } from "../session-read-permission.ts";
import type { ListedSession, Tool } from "../tool.ts";
import { textResult } from "../tool-result.ts";
import { displaySessionList } from "./session-list-display.ts";

const limitMax = 100;

const schema = v.object({
  limit: resultLimit(limitMax),
});

const description = `Lists this project's other sessions, newest first: short id, when it last changed, state, messages, title.

- Only when the person refers to earlier work or to other sessions.`;

function sessionLine({ shortId, updatedAt, state, messageCount, title }: ListedSession): string {
  const at = new Date(updatedAt * 1000).toISOString().slice(0, 16);
  return `${shortId}  ${at}Z  ${state}  ${messageCount} messages  ${title}`;
}

export const sessionListTool: Tool = defineTool({
  name: "session_list",
  description,
  isReadOnly: true,
  schema,
  prepare(input, context) {
    return Promise.resolve({
      kind: "ready",
      permissions: [
        sessionReadPermission(context, {
          tool: "session_list",
          description: "List the project's sessions",
          display: displaySessionList({ name: "session_list", input }),
        }),
      ],
      run: () => {
        const sessions = context.sessions.list(input.limit);
        const text = sessions.length === 0 ? "There are no other sessions." : sessions.map(sessionLine).join("\n");
        return Promise.resolve(textResult(text, { number_of_sessions: sessions.length }));
      },
    });
  },
});
