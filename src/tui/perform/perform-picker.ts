import type { SearchResult } from "../../app/search.ts";
import type { SessionId } from "../../schema/ids.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import { searchableText, searchedPart } from "../dialogs/session-filter.ts";
import type { ForkTarget } from "../../app/session-organiser.ts";
import { previewLine } from "./preview-line.ts";
import { sortSessions } from "./sort-sessions.ts";
import type { EffectHandlers, PerformContext } from "./perform-context.ts";

type PickerEffect =
  | "read-sessions"
  | "sort-sessions"
  | "fork-session"
  | "fork-at-focus"
  | "prepare-session"
  | "read-children"
  | "search-sessions"
  | "read-preview"
  | "copy-text";

const previewMessages = 7;
const hitsMax = 50;
/** As many as the part of a query that is searched by itself may let through. */
const sessionsMax = 10_000;

export const pickerHandlers: EffectHandlers<PickerEffect> = {
  "read-sessions": ({ limit }, context) => {
    const items = context.app.listSessions({ archived: "shown", ...(limit === null ? {} : { limit }) });
    const isPartial = limit !== null && items.length === limit;
    // Looked at once the list is there, not before.
    const databaseBytes = isPartial ? 0 : context.app.backups.databaseBytes();
    context.dispatch({ type: "sessions-read", items, isPartial, databaseBytes });
  },
  "sort-sessions": async ({ steps, isUndo }, context) => {
    const { ids, undo } = await sortSessions(context.app.organise, steps);
    const [first] = steps;
    if (first === undefined) return;
    context.dispatch({ type: "sessions-sorted", ids, verb: first.action.verb, undo, isUndo });
  },
  "fork-session": async ({ sessionId, target, isOpened }, context) => {
    await fork(context, sessionId, { target, isOpened });
  },
  "fork-at-focus": async (_effect, context) => {
    const id = context.state().session?.id;
    const focused = context.pane()?.focusedMessage() ?? null;
    if (id === undefined || focused === null) return;
    const target = focused.isPrompt ? { before: focused.id } : { at: focused.id };
    await fork(context, id, { target, isOpened: true });
  },
  "prepare-session": ({ sessionId }, context) => {
    context.app.readTranscript(sessionId, { limit: 1 });
  },
  "read-children": ({ sessionId }, context) => {
    context.dispatch({ type: "children-read", sessionId, children: context.app.listChildren(sessionId) });
  },
  "search-sessions": async ({ query }, context) => {
    const part = searchedPart(query);
    if (part !== "") {
      // A newer query is answered instead, and asks for the same.
      const found = await context.app.search.find(part, { limit: sessionsMax });
      if (found === null) return;
      const sessions = new Set(found.hits.map(({ sessionId }) => sessionId));
      context.dispatch({ type: "sessions-searched", query: part, sessions });
    }
    const show = (result: SearchResult): void => {
      context.dispatch({ type: "search-read", query, result });
    };
    const result = await context.app.search.find(searchableText(query), {
      limit: hitsMax,
      knowsTitles: true,
      onFirst: show,
    });
    if (result !== null) show(result);
  },
  "read-preview": ({ hit, messageId, words }, context) => {
    const messages = context.app.search.around(hit.sessionId, messageId, previewMessages);
    const lines = messages.map((message) => previewLine(message, { hit, words }));
    context.dispatch({ type: "preview-read", messageId, lines: lines.filter(({ text }) => text !== "") });
  },
  "copy-text": ({ text, what }, context) => {
    context.screen.copyToClipboard(text);
    context.dispatch({ type: "notify", tone: "info", text: `${what} copied` });
  },
};

async function fork(
  context: PerformContext,
  sessionId: SessionId,
  { target, isOpened }: { readonly target: ForkTarget; readonly isOpened: boolean },
): Promise<void> {
  const shown = context.state().session?.id;
  const onProgress = (part: number | null): void => {
    context.dispatch({ type: "fork-progress", part });
    context.refresh();
  };
  const made = await context.app.organise.fork(sessionId, target, { onProgress }).finally(() => {
    onProgress(null);
  });
  const previous = context.state().session?.id;
  // Who has gone elsewhere meanwhile stays there.
  if (isOpened && previous === shown) {
    const saved = previous === undefined ? null : context.saveDraft(previous);
    context.show(made.sessionId);
    await saved;
  }
  const hint = made.leftOutStep ? "its last step was not finished and was left out" : undefined;
  const text = `Forked as “${sanitizeLine(made.title)}”`;
  context.dispatch({ type: "notify", tone: "success", text, ...(hint === undefined ? {} : { hint }) });
}
