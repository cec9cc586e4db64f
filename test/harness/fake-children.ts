import type { ChildSession, SessionSummary } from "../../src/app/app.ts";
import type { SessionId } from "../../src/schema/ids.ts";

/** The sessions below one, each behind its parent. */
export function fakeChildren(all: readonly SessionSummary[], parentId: SessionId, depth = 1): ChildSession[] {
  return all
    .filter(({ session }) => session.parentSessionId === parentId)
    .flatMap((item) => [{ item, depth }, ...fakeChildren(all, item.session.id, depth + 1)]);
}
