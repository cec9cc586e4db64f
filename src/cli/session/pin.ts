import { markCommand } from "./change-sessions.ts";
import { markVerbs } from "./session-verbs.ts";

export const pinCommand = markCommand({
  description: "Pins sessions: the picker shows them first.",
  examples: [
    { comment: "Keep a session at the top of the picker", words: "session pin 0e0fd15" },
    { comment: "Several at once", words: "session pin 0e0fd15 2d06800 e6c632b" },
  ],
  verb: markVerbs.pin,
  json: () => ({ pinned: true }),
});

export const unpinCommand = markCommand({
  description: "Takes the pins of sessions away.",
  examples: [{ comment: "Let a session go down the list again", words: "session unpin 0e0fd15" }],
  verb: markVerbs.unpin,
  json: () => ({ pinned: false }),
});
