/** Pages and windows of a transcript that is held in memory. */
import type { App, TranscriptPage } from "../../src/app/app.ts";
import type { Message } from "../../src/schema/message.ts";

type WindowOptions = Parameters<App["readWindow"]>[1];
type MessageWindow = NonNullable<ReturnType<App["readWindow"]>>;

export function fakePage(
  messages: readonly Message[],
  { limit, before = messages.length }: { readonly limit: number; readonly before?: number },
): TranscriptPage {
  const start = Math.max(0, before - limit);
  return { messages: messages.slice(start, before), olderCursor: start === 0 ? null : start };
}

function windowStart(messages: readonly Message[], { limit, place }: WindowOptions): number | null {
  if (place === "beginning") return 0;
  const [kind, id] = Object.entries(place)[0] ?? ["", ""];
  const index = messages.findIndex((message) => message.id === id);
  if (index < 0) return null;
  if (kind === "after") return index + 1;
  return kind === "before" ? index - limit : index - Math.floor(limit / 2);
}

export function fakeWindow(messages: readonly Message[], options: WindowOptions): MessageWindow | null {
  const from = windowStart(messages, options);
  if (from === null) return null;
  const start = Math.max(0, from);
  const end = Math.min(messages.length, from + options.limit);
  return { messages: messages.slice(start, end), hasOlder: start > 0, hasNewer: end < messages.length };
}
