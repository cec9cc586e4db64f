import { markCommand } from "./change-sessions.ts";
import { markVerbs } from "./session-verbs.ts";

export const archiveCommand = markCommand({
  description:
    "Hides sessions from the picker and from `session list`. Nothing of them is lost; `unarchive` brings them back.",
  examples: [
    { comment: "Put a session away", words: "session archive 0e0fd15" },
    {
      comment: "Put away what has a tag",
      words: "session archive $(crush session list --tag done --json | jq -r '.[].uuid')",
    },
  ],
  verb: markVerbs.archive,
  json: () => ({ archived: true }),
});

export const unarchiveCommand = markCommand({
  description: "Brings archived sessions back into the lists.",
  examples: [
    { comment: "See what is archived", words: "session list --archived" },
    { comment: "Bring a session back", words: "session unarchive 0e0fd15" },
  ],
  verb: markVerbs.unarchive,
  json: () => ({ archived: false }),
});
