import type { SessionId } from "../../schema/ids.ts";
import type { GoingSessions } from "../dialogs/sessions-dialog.ts";
import { plural } from "../format.ts";
import type { EffectHandlers, PerformContext } from "./perform-context.ts";
import { createAndShow } from "./perform-session.ts";

export const deletionHandlers: EffectHandlers<"read-going" | "delete-sessions"> = {
  "read-going": ({ ids }, context) => {
    context.dispatch({ type: "going-read", ids, going: readGoing(context, ids) });
  },
  "delete-sessions": async ({ ids, next, withBackups }, context) => {
    const shown = context.state().session?.id;
    if (shown !== undefined && ids.includes(shown)) {
      if (next === null) await createAndShow(context);
      else context.show(next);
    }
    for (const id of ids) context.forget(id);
    const outcomes = await Promise.allSettled(ids.map(async (id) => context.app.deleteSession(id)));
    const deleted = ids.filter((_, index) => outcomes[index]?.status === "fulfilled");
    if (withBackups && deleted.length > 0) await removeBackups(context, deleted);
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  },
};

function readGoing({ app }: PerformContext, ids: readonly SessionId[]): GoingSessions {
  const facts = ids.map((id) => app.deletion.facts(id));
  const sum = (of: (each: (typeof facts)[number]) => number): number =>
    facts.reduce((total, each) => total + of(each), 0);
  return {
    messages: sum(({ messages }) => messages),
    children: sum(({ children }) => children),
    files: sum(({ files }) => files),
    prompts: sum(({ prompts }) => prompts),
    drafts: sum(({ drafts }) => drafts),
    sizeBytes: sum(({ sizeBytes }) => sizeBytes),
    copies: app.backups.holding(ids),
  };
}

/** Asked again: one may have been made since the question. */
async function removeBackups(context: PerformContext, deleted: readonly SessionId[]): Promise<void> {
  const copies = context.app.backups.holding(deleted);
  await context.app.backups.remove(copies);
  context.dispatch({ type: "notify", tone: "info", text: `${plural(copies.length, "backup")} removed` });
}
