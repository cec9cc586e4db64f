import type { App } from "../../app/app.ts";
import type { Session } from "../../schema/session.ts";
import type { Command, CommandContext, Example, OptionSpec } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { withApp } from "../with-app.ts";
import type { MarkVerb } from "./session-verbs.ts";

export const jsonOption: OptionSpec = { name: "json", summary: "print JSON" };

export interface SessionChange {
  readonly verb: MarkVerb;
  /** What the JSON says of each. */
  readonly json: (session: Session, app: App) => Readonly<Record<string, unknown>>;
}

/** Changes the sessions that the ids mean, all or none, and prints a line (or a member of a JSON array) for each. */
export async function changeSessions(
  context: CommandContext,
  ids: readonly string[],
  { verb: { change, text }, json }: SessionChange,
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
        ...json(session, app),
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
export function markCommand({
  description,
  examples,
  ...change
}: SessionChange & { readonly description: string; readonly examples: readonly Example[] }): Command {
  return {
    usage: "<id…>",
    description,
    options: [jsonOption],
    examples,
    words: { min: 1, max: Number.POSITIVE_INFINITY },
    run: async (context) => changeSessions(context, context.words, change),
  };
}
