import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fakeSession } from "../../../test/harness/fake-rows.ts";
import type { SessionSummary } from "../../app/app.ts";
import { asSessionId } from "../../schema/ids.ts";
import {
  matchScore,
  narrows,
  parseSessionFilter,
  searchableText,
  searchedPart,
  sessionWord,
} from "./session-filter.ts";
import { matchSessions, type SessionMatches } from "./session-matches.ts";

const context = { isUnseen: () => false, runsCommand: () => false, isPaused: () => false, searched: null };

function summary(place: number, fields: { title: string; tags?: string[]; isPinned?: boolean }): SessionSummary {
  const id = asSessionId(`${(place * 7919).toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`);
  return {
    session: fakeSession(id, fields.title),
    hash: (place * 104_729 + 0xab).toString(16).padStart(16, "a"),
    state: "idle",
    model: null,
    figures: {
      messageCount: 0,
      tokens: 0,
      isEstimated: false,
      costUsd: 0,
      isCostPartial: false,
      files: { changed: 0, additions: 0, removals: 0 },
      branch: null,
      childCount: 0,
    },
    isPinned: fields.isPinned ?? false,
    isArchived: place % 11 === 10,
    tags: fields.tags ?? [],
  };
}

function titles(matches: SessionMatches): string[] {
  return Array.from({ length: matches.length }, (_, place) => matches.at(place)?.session.id ?? "");
}

function find(items: readonly SessionSummary[], query: string, within?: Uint32Array): SessionMatches {
  const filter = parseSessionFilter(query, 0);
  return matchSessions(items, { filter, context, ...(within === undefined ? {} : { within }) });
}

const word = fc
  .array(fc.constantFrom(..."aabfix12 #-".split("")), { minLength: 0, maxLength: 10 })
  .map((letters) => letters.join(""));
const sessions = fc
  .array(fc.record({ title: word, tags: fc.array(fc.constantFrom("fix", "a1", "b"), { maxLength: 1 }) }), {
    maxLength: 40,
  })
  .map((each) => each.map((fields, place) => summary(place, fields)));

test("a query that grows finds among what was found exactly what it finds among all, in the same order", () => {
  fc.assert(
    fc.property(
      sessions,
      fc.array(fc.constantFrom(..."aabfix12 #".split(""), " is:pinned", " tag:f", " -", '"'), { maxLength: 9 }),
      (items, keys) => {
        let query = "";
        let known = find(items, "");
        for (const key of keys) {
          const isNarrower = narrows(parseSessionFilter(query, 0), parseSessionFilter(query + key, 0));
          query += key;
          known = find(items, query, isNarrower ? known.places : undefined);
          assert.deepEqual(titles(known), titles(find(items, query)), query);
        }
      },
    ),
    { numRuns: 1500 },
  );
});

test("a word that becomes long enough for an id, or for a tag, is looked for among all", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["", "a", false],
    ["a", "ab", true],
    ["ab", "abc", false],
    ["abc", "abcd", true],
    ["#", "#f", false],
    ["a", "a b", true],
    ["a b", "a", false],
    ["ab c", "abc c", false],
    ["a", "a is:pinned", false],
    ["a is:pinned", "ab is:pinned", true],
  ];
  for (const [shorter, longer, expected] of cases) {
    assert.equal(
      narrows(parseSessionFilter(shorter, 0), parseSessionFilter(longer, 0)),
      expected,
      `${shorter} → ${longer}`,
    );
  }
});

test("thousands of matches come in the order that sorting all of them gives, from either end", () => {
  const items = Array.from({ length: 3000 }, (_, place) =>
    summary(place, { title: `${"-".repeat((place * 7) % 13)}task ${place % 5}` }),
  );
  const matches = find(items, "task");
  const ids = titles(matches);
  const scored = items
    .filter(({ isArchived }) => !isArchived)
    .map((item) => ({ id: item.session.id, at: item.session.title.indexOf("task"), title: item.session.title }));
  const expected = scored.toSorted((left, right) => left.at - right.at).map(({ id }) => id);
  assert.deepEqual(ids, expected);
  assert.equal(find(items, "task").at(matches.length - 1)?.session.id, expected.at(-1));
  assert.equal(matches.at(matches.length), undefined);
});

test("pinned sessions come first as long as no word is looked for", () => {
  const items = ["b", "a", "c"].map((title) => summary(0, { title, isPinned: title === "c" }));
  const order = (query: string): (string | undefined)[] =>
    Array.from({ length: 3 }, (_, place) => find(items, query).at(place)?.session.title);
  assert.deepEqual(order(""), ["c", "b", "a"]);
});

test("of a text that was pasted only the first words are looked for, and none behind one that is not there", () => {
  const { words, problem } = parseSessionFilter("word ".repeat(20_000), 0);
  assert.equal(words.length, 30);
  assert.match(problem ?? "", /only the first 30 words/u);
  assert.deepEqual(parseSessionFilter("x".repeat(100_000), 0).words, ["x".repeat(1000)]);
  assert.equal(parseSessionFilter("anvil hammer", 0).problem, null);
  const unused = {
    ...sessionWord("hammer"),
    get text(): string {
      throw new Error("it was looked for");
    },
  };
  const score = matchScore(summary(1, { title: "anvil" }), [sessionWord("tongs"), unused]);
  assert.equal(score, Number.POSITIVE_INFINITY);
});

const dates = { nowMs: 1_790_000_000_000, nowSeconds: 1_790_000_000 };

function session(title: string, part: Partial<SessionSummary> = {}): SessionSummary {
  return { ...summary(1, { title }), ...part };
}

const queries: readonly (readonly [string, SessionSummary, boolean])[] = [
  ["-tag:perf", session("a", { tags: ["perf"] }), false],
  ["-tag:perf task", session("a task"), true],
  ["tag:erf", session("a", { tags: ["perf"] }), true],
  ["-is:pinned", session("a", { isPinned: true }), false],
  ['"task 03"', session("the task-03"), true],
  ['"task 03"', session("task of 03"), false],
  ["-slow", session("a slow one"), false],
  ["-slow", session("a fast one"), true],
  ['branch:"x y"', session("a"), false],
  ["before:2026-13-45", session("a"), true],
  ["brnch:main", session("a"), false],
];

for (const [query, item, expected] of queries) {
  test(`${query} ${expected ? "shows" : "hides"} ${item.session.title} ${item.tags.join(" ")}`, () => {
    assert.equal(find([item], query).length === 1, expected);
  });
}

test("days are counted from now", () => {
  const now = session("a");
  const old = { ...now, session: { ...now.session, createdAt: 0, updatedAt: dates.nowSeconds - 8 * 86_400 } };
  const young = { ...now, session: { ...now.session, createdAt: 0, updatedAt: dates.nowSeconds - 6 * 86_400 } };
  const shown = (query: string) =>
    [old, young].map((item) => parseSessionFilter(query, dates.nowMs).tests.every((holds) => holds(item, context)));
  assert.deepEqual(shown("after:7d"), [false, true]);
  assert.deepEqual(shown("before:yesterday"), [true, true]);
  assert.deepEqual(shown("after:today"), [false, false]);
});

test("a search is asked for what it can answer, and told nothing of the rest", () => {
  assert.equal(searchableText('is:unseen "a b" -x is:runing before:soon tag:t is: wo'), '"a b" -x tag:t wo');
  assert.equal(searchableText("word "), "word ");
  assert.equal(
    searchedPart('tag:t -file:"a b" model:x cost:>1 is:failed is:pinned x'),
    '-file:"a b" model:x is:failed',
  );
});

test("titles are found without their accents, as a search finds them", () => {
  const items = [summary(1, { title: "Menu of the café" }), summary(2, { title: "Anvil" })];
  const [cafe, anvil] = items.map((item) => item.session.id);
  for (const query of ["cafe", "café", '"cafe"']) assert.deepEqual(titles(find(items, query)), [cafe], query);
  assert.deepEqual(titles(find(items, "-cafe")), [anvil]);
});
