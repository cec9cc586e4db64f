import type { SessionOrganiser } from "../../app/session-organiser.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { SortingStep } from "../dialogs/sessions-dialog.ts";

export interface Sorted {
  /** The sessions that are otherwise now. */
  readonly ids: readonly SessionId[];
  /** What makes them exactly as they were. */
  readonly undo: readonly SortingStep[];
}

const opposites = { pin: "unpin", unpin: "pin", archive: "unarchive", unarchive: "archive" } as const;

/** Does one step after the other. Tags are taken back as each session had them, whatever was asked. */
export async function sortSessions(organise: SessionOrganiser, steps: readonly SortingStep[]): Promise<Sorted> {
  const ids = [...new Set(steps.flatMap((step) => step.ids))];
  const before = new Map(ids.map((id) => [id, organise.tagsOf(id)]));
  const changed = new Set<SessionId>();
  const undo: SortingStep[] = [];
  for (const { ids: wanted, action } of steps) {
    if ("tags" in action) {
      for (const id of await organise[action.verb](wanted, action.tags)) changed.add(id);
      continue;
    }
    const done = await organise[action.verb](wanted);
    for (const id of done) changed.add(id);
    if (done.length > 0) undo.unshift({ ids: done, action: { verb: opposites[action.verb] } });
  }
  for (const [id, had] of before) undo.push(...tagSteps(id, { has: organise.tagsOf(id), had }));
  return { ids: [...changed], undo: joined(undo) };
}

function tagSteps(
  id: SessionId,
  { has, had }: { readonly has: readonly string[]; readonly had: readonly string[] },
): SortingStep[] {
  const added = has.filter((tag) => !had.includes(tag));
  const removed = had.filter((tag) => !has.includes(tag));
  return [
    ...(added.length === 0 ? [] : [{ ids: [id], action: { verb: "untag", tags: added } } as const]),
    ...(removed.length === 0 ? [] : [{ ids: [id], action: { verb: "tag", tags: removed } } as const]),
  ];
}

/** The same for several sessions is one step. */
function joined(steps: readonly SortingStep[]): SortingStep[] {
  const groups = Map.groupBy(steps, ({ action }) => JSON.stringify(action));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ids: group.flatMap(({ ids }) => ids), action: first.action }];
  });
}
