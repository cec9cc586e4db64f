import type { SessionId } from "../schema/ids.ts";
import { missingSessions } from "../store/sessions.ts";
import type { SessionRemains } from "../store/session-remains.ts";
import type { Context } from "./context.ts";
import { forgetCommands } from "./left-commands.ts";
import { removeStrayJournals } from "./stray-journals.ts";

type RemainsContext = Pick<Context, "store" | "journals" | "remains" | "log">;

/** Removes what is kept of these sessions outside their rows. Never rejects: what stays is found again by the sweep. */
export async function removeRemains(context: RemainsContext, sessionIds: readonly SessionId[]): Promise<void> {
  for (const place of context.remains) {
    await quietly(context, place, async () => place.remove(sessionIds));
  }
  await removeJournals(context, sessionIds);
}

/**
 * Removes what is kept of sessions that are gone: another program deleted them, or a removal was cut off. Never rejects.
 * The places are asked before the rows are: a session that is new is not taken for one that is gone.
 */
export async function sweepRemains(context: RemainsContext): Promise<void> {
  for (const place of context.remains) {
    await quietly(context, place, async () => {
      const kept = await place.listSessionIds();
      const gone = kept.length === 0 ? [] : context.store.read((tx) => missingSessions(tx, kept));
      if (gone.length > 0) await place.remove(gone);
    });
  }
  await removeJournals(context, []);
}

/** Those of steps don't say of which session they are: where it is gone, no turn names them. */
async function removeJournals(context: RemainsContext, sessionIds: readonly SessionId[]): Promise<void> {
  await quietly(context, { name: "journals" }, async () => {
    removeStrayJournals(context);
    forgetCommands(context.journals, sessionIds);
    return Promise.resolve();
  });
}

async function quietly(
  { log }: RemainsContext,
  place: Pick<SessionRemains, "name">,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.write("warn", "something of deleted sessions could not be removed", {
      place: place.name,
      error: error instanceof Error && "code" in error ? String(error.code) : "unknown",
    });
  }
}
