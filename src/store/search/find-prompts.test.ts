/** Which prompts a query finds where signs and accents matter, and which it does not. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { openTestStore, runSql } from "../../../test/harness/open-test-store.ts";
import { systemClock } from "../../lib/clock.ts";
import { parseQuery } from "../../schema/search-query.ts";
import { findMatches } from "./match-text.ts";
import { SearchDesk } from "./search-desk.ts";

const prompts = [
  "use the basic plan now",
  "fix the C++ build",
  "sci fi books",
  "for (;; i++) go",
  "a topic, then",
  "call c();",
  "aa bb",
  "data(base)",
  "cafe\u0301s there",
  "caf\u00E9s here",
  "ΣΟΦΟΣ man",
] as const;

const cases = [
  ["C++", ["fix the C++ build"]],
  ["C++ ", ["fix the C++ build"]],
  ['"c++ build"', ["fix the C++ build"]],
  ["i++", ["for (;; i++) go"]],
  ["c();", ["call c();"]],
  ["a(b", ["data(base)"]],
  ["fix -C++", []],
  ["books -i++", ["sci fi books"]],
  ["cafés ", ["cafe\u0301s there", "caf\u00E9s here"]],
  ["cafes ", ["cafe\u0301s there", "caf\u00E9s here"]],
  ["cafe\u0301s ", ["cafe\u0301s there", "caf\u00E9s here"]],
  ["there caf\u00E9", ["cafe\u0301s there"]],
  ["σοφος ", ["ΣΟΦΟΣ man"]],
] as const;

const givenUp = new SharedArrayBuffer(4);

test("signs beside few letters are meant, and accents may be written in either way", async (t) => {
  const { store, path: databasePath } = await openTestStore(t);
  const rows = prompts.map((text, at) => {
    const parts = JSON.stringify([{ type: "text", data: { text } }]);
    return `insert into messages (id, session_id, role, parts, created_at, updated_at)
      values ('${String(at)}', 's', 'user', '${parts}', 1, 1);`;
  });
  runSql(
    databasePath,
    `insert into sessions (id, title, created_at, updated_at) values ('s', '', 1, 1); ${rows.join("\n")}`,
  );
  const desk = new SearchDesk({
    store,
    indexPath: path.join(path.dirname(databasePath), "search.db"),
    clock: systemClock,
    isGivenUp: () => false,
    pause: async () => undefined,
    onTrouble: (reason) => assert.fail(reason),
  });
  t.after(async () => desk.close());
  assert.equal(await desk.catchUp(), true);
  for (const [text, expected] of cases) {
    const found = await desk.find({ kind: "find", id: 1, text, limit: 100, isPatient: false, givenUp });
    const texts = found?.hits.map(({ messageId }) => prompts[Number(messageId)]);
    assert.deepEqual(new Set(texts), new Set(expected), text);
  }
});

test("a word whose accents are characters of their own is marked whole", () => {
  const { terms } = parseQuery("cafés ", { nowMs: 0, place: "search" });
  assert.deepEqual(findMatches("a cafe\u0301s", terms), [{ start: 2, end: 8 }]);
});
