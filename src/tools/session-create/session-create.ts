import * as v from "valibot";
import { defineTool } from "../define-tool.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { errorResult, textResult } from "../tool-result.ts";
import { displaySessionCreate } from "./session-create-display.ts";

const schema = v.object({
  title: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, "must not be empty"),
    v.maxLength(80, "at most 80 characters"),
    v.description("What the session is about, in a few words"),
  ),
  prompt: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, "must not be empty"),
    v.description("The first prompt, complete in itself: the new session knows nothing of this one"),
  ),
  start: v.optional(
    v.pipe(v.boolean(), v.description("False: leave the prompt ready there, to be sent by the person")),
    true,
  ),
});

const description = `Makes a new session beside this one, and starts on its prompt there in the background.

- Only when the person asks for a session, or for work to be done in another one.
- The person stays here; one key takes them there. You do not see what comes of it: do not wait for it.
- The new session has a history of its own. Say in the prompt all that it needs to know.
- At most 5 in a turn.`;

async function create(
  input: { readonly title: string; readonly prompt: string; readonly start: boolean },
  context: ToolContext,
): Promise<ToolResult> {
  const { title, prompt, start } = input;
  const answer = await context.sessions.create({ title, prompt, isStarted: start });
  if (answer.kind === "refused") return errorResult(answer.why);
  const { sessionId, shortId } = answer.value;
  const what = start ? "It works in the background." : "Its prompt waits there to be sent.";
  return textResult(`Made the session "${answer.value.title}" (${shortId}). ${what}`, {
    session_id: sessionId,
    short_id: shortId,
    title: answer.value.title,
    started: start,
  });
}

export const sessionCreateTool: Tool = defineTool({
  name: "session_create",
  description,
  isReadOnly: false,
  schema,
  prepare(input, context) {
    return Promise.resolve({
      kind: "ready",
      permissions: [
        {
          id: crypto.randomUUID(),
          sessionId: context.sessionId,
          toolCallId: context.toolCallId,
          tool: "session_create",
          action: "write",
          path: context.projectRoot,
          description: `${input.start ? "Start" : "Prepare"} a session: ${input.title}`,
          display: displaySessionCreate({ name: "session_create", input: { ...input } }),
        },
      ],
      run: () => create(input, context),
    });
  },
});
