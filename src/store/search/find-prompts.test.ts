/** Which prompts a query finds where signs and accents matter, which it does not, and when they are told. */
import assert from "node:assert/strict";
import path from "node:path";
import { type TestContext, test } from "node:test";
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

async function openDesk(
  t: TestContext,
  texts: readonly string[],
  isGivenUp = (): boolean => false,
): Promise<SearchDesk> {
  const { store, path: databasePath } = await openTestStore(t);
  const rows = texts.map((text, at) => {
    const parts = JSON.stringify([{ type: "text", data: { text } }]);
    return `insert into messages (id, session_id, role, parts, created_at, updated_at)
      values ('${String(at)}', 's', 'user', '${parts}', ${String(at)}, 1);`;
  });
  runSql(
    databasePath,
    `begin; insert into sessions (id, title, created_at, updated_at) values ('s', '', 1, 1); ${rows.join("\n")} commit;`,
  );
  const desk = new SearchDesk({
    store,
    indexPath: path.join(path.dirname(databasePath), "search.db"),
    clock: systemClock,
    isGivenUp,
    pause: async () => undefined,
    onTrouble: (reason) => assert.fail(reason),
  });
  t.after(async () => desk.close());
  assert.equal(await desk.catchUp(), true);
  return desk;
}

test("signs beside few letters are meant, and accents may be written in either way", async (t) => {
  const desk = await openDesk(t, prompts);
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

test("the first hits are told before all that has the words apart was read in vain, and then it ends with the wish", async (t) => {
  const apart = Array.from({ length: 600 }, () => "of the kind and the options");
  const texts = ["of the options", ...apart, "all of the options"];
  let isGivenUp = false;
  const desk = await openDesk(t, texts, () => isGivenUp);
  const request = { kind: "find", id: 1, text: '"of the options"', limit: 9, isPatient: false, givenUp } as const;
  const told: (readonly (string | undefined)[])[] = [];
  const all = await desk.find(request, ({ hits, isComplete }) => {
    assert.equal(isComplete, false);
    told.push(hits.map(({ snippet }) => snippet));
  });
  assert.deepEqual(told, [["all of the options"]]);
  assert.deepEqual(
    all?.hits.map(({ snippet }) => snippet),
    ["all of the options", "of the options"],
  );
  const given = await desk.find(request, () => {
    isGivenUp = true;
  });
  assert.equal(given, null);
});
