/** Keys whose value is a piece of a longer text, in the wire formats where pieces come one an event. */
const pieceKeys = ["content", "reasoning_content", "reasoning", "arguments", "text", "thinking", "partial_json"];

/** The start of a piece that is not empty. Inside a JSON string the quotes would be escaped, so this is a key's value. */
const pieceStart = new RegExp(`"(?:${pieceKeys.join("|")})": ?"(?!")`, "gu");
/** What names a tool begins a call: arguments that come with it are not more of those before. */
const callStart = /"name": ?"/u;
/** A JSON string between its quotes. */
const stringBody = /[^"\\]*(?:\\.[^"\\]*)*/suy;

const eventEnd = "\n\n";

interface JoinedEvent {
  /** Up to its piece; all of an event that has none. */
  readonly before: string;
  piece: string;
  readonly after: string;
}

/**
 * The same event stream in fewer events: neighbours that differ in nothing but their piece of a text become one event with
 * the whole text, since what an event costs on its way has little to do with its length. `events` are bytes, a character
 * each; they may begin and end within an event, and what is no such event stays as it is.
 */
export function joinDeltas(events: string): string {
  const joined: JoinedEvent[] = [];
  const whole = events.split(eventEnd);
  const rest = whole.pop() ?? "";
  for (const event of whole) {
    const last = joined.at(-1);
    const more = last === undefined ? null : pieceLike(last, event);
    if (last === undefined || more === null) joined.push(parsedEvent(event));
    else last.piece += more;
  }
  return joined.map(({ before, piece, after }) => before + piece + after + eventEnd).join("") + rest;
}

/** An event with several pieces counts as one without: a provider may say one text twice. */
function parsedEvent(event: string): JoinedEvent {
  const [start, another] = event.matchAll(pieceStart);
  if (start === undefined || another !== undefined || callStart.test(event)) {
    return { before: event, piece: "", after: "" };
  }
  const from = start.index + start[0].length;
  const to = from + stringLength(event, from);
  return { before: event.slice(0, from), piece: event.slice(from, to), after: event.slice(to) };
}

/** The piece of an event that is otherwise the same as another; null where they differ. */
function pieceLike({ before, piece, after }: JoinedEvent, event: string): string | null {
  if (piece === "" || event.length < before.length + after.length) return null;
  if (!event.startsWith(before) || !event.endsWith(after)) return null;
  const more = event.slice(before.length, event.length - after.length);
  return stringLength(more, 0) === more.length ? more : null;
}

function stringLength(text: string, from: number): number {
  stringBody.lastIndex = from;
  return stringBody.exec(text)?.[0].length ?? 0;
}
