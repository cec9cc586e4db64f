/** Pins, tags and the archive. */
import type { SessionId } from "../../schema/ids.ts";
import {
  type MarkVerb,
  markVerbs,
  splitTags,
  type TagVerb,
  tagVerbs,
  type VerbText,
} from "../session/session-verbs.ts";
import { namedSessions, sessionAndWords } from "./named-sessions.ts";
import { needsArgument, type PlainCommand, usageOf } from "./plain-command.ts";
import type { PlainContext } from "./plain-context.ts";
import { plainTitle } from "./plain-title.ts";

interface Changed {
  readonly ids: readonly SessionId[];
  readonly changed: readonly SessionId[];
  readonly text: VerbText;
}

function say({ app, output }: PlainContext, { ids, changed, text }: Changed): void {
  const lines = ids.map((id) => {
    const title = plainTitle(app.showSession(id).session.title);
    return changed.includes(id) ? `${text.done}: ${title}.` : `It is ${text.already} already: ${title}.`;
  });
  output.lines(...lines);
}

function markCommand(word: string, summary: string, { change, text }: MarkVerb): PlainCommand {
  return {
    word,
    argument: "[numbers or ids]",
    summary,
    run: async (program, argument) => {
      const ids = namedSessions(program, argument);
      say(program, { ids, changed: await change(program.app, ids), text });
      return undefined;
    },
  };
}

function tagCommand(word: string, summary: string, { change, text }: TagVerb): PlainCommand {
  const argument = "[@number or @id] <tags>";
  return {
    word,
    argument,
    summary,
    run: async (program, given) => {
      const { sessionId, words } = sessionAndWords(program, given);
      const tags = splitTags(words);
      needsArgument(tags.join(" "), usageOf({ word, argument }));
      const ids = [sessionId];
      say(program, { ids, changed: await change(program.app, ids, tags), text });
      return undefined;
    },
  };
}

export const sortCommands: readonly PlainCommand[] = [
  markCommand("pin", "pin this session, or others: they come first", markVerbs.pin),
  markCommand("unpin", "take the pin away", markVerbs.unpin),
  tagCommand("tag", "tag this session, or the one that is named", tagVerbs.tag),
  tagCommand("untag", "take tags away", tagVerbs.untag),
  markCommand("archive", "hide this session, or others, from the list", markVerbs.archive),
  markCommand("unarchive", "bring them back; /sessions archived lists them", markVerbs.unarchive),
];
