import type { SearchHit } from "../../src/app/search.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { FakeApp } from "./fake-app.ts";

/** Something that was found in a session: in an answer, unless told. */
export function fakeHit(app: FakeApp, sessionId: SessionId, part: Partial<SearchHit> = {}): SearchHit {
  const { title } = app.findSession(sessionId);
  const place = {
    field: "answer",
    messageId: null,
    atSeconds: 1_780_000_000,
    snippet: "",
    ranges: [],
    isChild: false,
  } as const;
  return { ...place, sessionId, hash: app.shortId(sessionId), title, ...part };
}
