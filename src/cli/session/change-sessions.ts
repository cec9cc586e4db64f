import type { App } from "../../app/app.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { Session } from "../../schema/session.ts";
import type { Command, CommandContext, Example, OptionSpec } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { withApp } from "../with-app.ts";

export const jsonOption: OptionSpec = { name: "json", summary: "print JSON" };

export interface ChangeText {
  /** `Pinned`, of a session that was changed. */
  readonly done: string;
  /** `pinned`, of one that was as asked for already. */
  readonly already: string;
  /** What the JSON says of each. */
  readonly json: (session: Session, app: App) => Readonly<Record<string, unknown>>;
}

/** Changes the sessions that the ids mean, all or none, and prints a line (or a member of a JSON array) for each. */
export async function changeSessions(
  context: CommandContext,
  ids: readonly string[],
  {
    change,
    text,
  }: {
    readonly change: (app: App, ids: readonly SessionId[]) => Promise<readonly SessionId[]>;
    readonly text: ChangeText;
  },
): Promise<number> {
  return withApp(context, async (app) => {
    const sessions = uniqueSessions(ids.map((id) => app.findSession(id)));
    const changed = new Set(
      await change(
        app,
        sessions.map(({ id }) => id),
      ),
    );
    const { io } = context.dependencies;
    if (context.options.has("json")) {
      const rows = sessions.map((session) => ({
        id: app.shortId(session.id),
        uuid: session.id,
        title: session.title,
        ...text.json(session, app),
        changed: changed.has(session.id),
      }));
      io.write(`${JSON.stringify(rows)}\n`);
      return exitCodes.ok;
    }
    for (const { id } of sessions) {
      const hash = app.shortId(id).slice(0, 12);
      io.write(changed.has(id) ? `${text.done} session ${hash}\n` : `Session ${hash} is ${text.already} already\n`);
    }
    return exitCodes.ok;
  });
}

function uniqueSessions(sessions: readonly Session[]): Session[] {
  return [...new Map(sessions.map((session) => [session.id, session])).values()];
}

/** A verb that takes any number of ids and nothing else. */
export function markCommand(verb: {
  readonly description: string;
  readonly examples: readonly Example[];
  readonly change: (app: App, ids: readonly SessionId[]) => Promise<readonly SessionId[]>;
  readonly text: ChangeText;
}): Command {
  return {
    usage: "<id…>",
    description: verb.description,
    options: [jsonOption],
    examples: verb.examples,
    words: { min: 1, max: Number.POSITIVE_INFINITY },
    run: async (context) => changeSessions(context, context.words, verb),
  };
}
