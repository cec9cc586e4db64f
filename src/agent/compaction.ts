import type { Todo } from "../schema/session.ts";

export const summarySystemPrompt = `You write the handover of a coding session: whoever continues has your text and the files, nothing else.
Write Markdown with these headings, each only where there is something to say:
## Goal — what the person wants, in their terms, with every requirement and preference they stated.
## State — what is done, what is in progress, what failed and why.
## Files — each path that matters, what it holds and what was changed.
## Facts — commands that work, how to test, decisions and their reasons, exact names, errors word for word.
## Next — the very next steps, in order.
Be complete and exact rather than short. Invent nothing.`;

/** The last message of a compaction's request. */
export function summaryRequest(todos: readonly Todo[]): string {
  const request = "Write the handover of this conversation now.";
  if (todos.length === 0) return request;
  const list = todos.map((todo) => `- [${todo.status}] ${todo.content}`).join("\n");
  return `${request}\nThe list of open work at this moment; take it over as it is:\n${list}`;
}
