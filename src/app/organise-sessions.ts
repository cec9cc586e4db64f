import { AppError } from "../lib/app-error.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import { cleanTag, tagLengthMax } from "../schema/tag.ts";
import { outlineMessages } from "../store/message-pages.ts";
import type { MessageOutline } from "../store/message-pages.ts";
import type { WriteHandle } from "../store/handle.ts";
import { changeSessionFacts, getSessionFacts } from "../store/session-facts.ts";
import { addTags, listAllTags, listTags, removeTags } from "../store/session-tags.ts";
import { getSession } from "../store/sessions.ts";
import type { Context } from "./context.ts";
import { sessionNotFound } from "./find-session.ts";
import { forkInThread } from "./fork-in-thread.ts";
import { checkOtherProject, listOtherProjects } from "./list-projects.ts";
import type { SessionOrganiser } from "./session-organiser.ts";
import type { TurnClaims } from "./turn-claims.ts";

type OrganiserContext = Pick<
  Context,
  "store" | "config" | "log" | "shortId" | "secrets" | "unsaved" | "events" | "remover"
>;

export function organiseSessions(context: OrganiserContext, claims: Pick<TurnClaims, "ownerId">): SessionOrganiser {
  const { store, secrets } = context;
  const mark = async (
    ids: readonly SessionId[],
    what: string,
    { column, isSet }: { readonly column: "pinnedAtMs" | "archivedAtMs"; readonly isSet: boolean },
  ): Promise<SessionId[]> =>
    changeEach(context, { ids, what }, (tx, id) => {
      if (((getSessionFacts(tx, id)?.[column] ?? null) !== null) === isSet) return false;
      return changeSessionFacts(tx, id, { [column]: isSet ? tx.nowMs : null });
    });
  const tagsOf = (tags: readonly string[]): string[] => tags.map((tag) => requireTag(maskSecrets(tag, secrets())));
  return {
    pin: async (ids) => mark(ids, "session pinned", { column: "pinnedAtMs", isSet: true }),
    unpin: async (ids) => mark(ids, "session unpinned", { column: "pinnedAtMs", isSet: false }),
    archive: async (ids) => mark(ids, "session archived", { column: "archivedAtMs", isSet: true }),
    unarchive: async (ids) => mark(ids, "session unarchived", { column: "archivedAtMs", isSet: false }),
    tag: async (ids, tags) => {
      const cleaned = tagsOf(tags);
      return changeEach(context, { ids, what: "session tagged" }, (tx, id) => addTags(tx, id, cleaned));
    },
    untag: async (ids, tags) => {
      const cleaned = tagsOf(tags);
      return changeEach(context, { ids, what: "session untagged" }, (tx, id) => removeTags(tx, id, cleaned));
    },
    listTags: () => mostUsed([...store.read(listAllTags).values()].flat()),
    tagsOf: (id) => store.read((tx) => listTags(tx, id)),
    listOtherProjects: () => listOtherProjects(context),
    checkOtherProject,
    findMessage: (id, idOrPrefix) => store.read((tx) => findMessage(outlineMessages(tx, id), idOrPrefix)),
    fork: async (source, target, options = {}) =>
      forkInThread(context, { source, target, ownerId: claims.ownerId() }, options),
  };
}

/** In one transaction. Resolves to the sessions that `change` says it has changed. */
async function changeEach(
  { store, log, shortId, unsaved }: Pick<OrganiserContext, "store" | "log" | "shortId" | "unsaved">,
  { ids, what }: { readonly ids: readonly SessionId[]; readonly what: string },
  change: (tx: WriteHandle, id: SessionId) => boolean,
): Promise<SessionId[]> {
  const changed = await store.transact((tx) =>
    ids.filter((id) => {
      unsaved.save(tx, id);
      if (getSession(tx, id) === null) throw sessionNotFound(id);
      return change(tx, id);
    }),
  );
  for (const id of changed) log.write("info", what, { session: shortId(id) });
  return changed;
}

function findMessage(outline: readonly MessageOutline[], text: string): MessageId {
  const wanted = text.toLowerCase();
  const matches = outline.filter(({ id }) => wanted !== "" && id.toLowerCase().startsWith(wanted));
  const [match] = matches;
  if (match !== undefined && matches.length === 1) return match.id;
  const problem = match === undefined ? "message not found" : "ambiguous message id";
  throw new AppError("usage", `${problem}: ${text}`, {
    hint: match === undefined ? "`crush session show <id> --json` shows the ids of messages" : "give more characters",
  });
}

function requireTag(given: string): string {
  const tag = cleanTag(given);
  if (tag !== null) return tag;
  throw new AppError("usage", `"${given}" can't be a tag`, {
    hint: `a tag is one word of at most ${String(tagLengthMax)} characters, such as parser or needs-review`,
  });
}

function mostUsed(tags: readonly string[]): string[] {
  const uses = new Map<string, number>();
  for (const tag of tags) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  return [...uses.entries()]
    .toSorted(([left, leftUses], [right, rightUses]) => rightUses - leftUses || left.localeCompare(right))
    .map(([tag]) => tag);
}
