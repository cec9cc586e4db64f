import assert from "node:assert/strict";
import { test } from "node:test";
import { parseQuery, type QueryPlace, type SearchQuery } from "./search-query.ts";

const nowMs = new Date(2026, 7, 31, 15, 0, 0).getTime();
const parse = (query: string, place: QueryPlace = "search"): SearchQuery => parseQuery(query, { nowMs, place });
const seconds = (year: number, month: number, day: number): number => new Date(year, month - 1, day).getTime() / 1000;

test("words, the last of them unfinished, phrases and negations", () => {
  assert.deepEqual(parse('slow "read only" -fast sto').terms, [
    { text: "slow", kind: "word", isNegated: false },
    { text: "read only", kind: "phrase", isNegated: false },
    { text: "fast", kind: "word", isNegated: true },
    { text: "sto", kind: "prefix", isNegated: false },
  ]);
  assert.equal(parse("store ").terms[0]?.kind, "word", "a blank ends it");
  assert.deepEqual(parse('"still open').terms, [{ text: "still open", kind: "phrase", isNegated: false }]);
  assert.deepEqual(parse('  "" - ').terms, [{ text: "-", kind: "word", isNegated: false }]);
});

test("qualifiers, also negated and quoted, and those still being typed", () => {
  const { qualifiers, terms, problem } = parse('is:pinned -is:archived file:src/a.ts tag:"to do" model: x');
  assert.deepEqual(qualifiers, [
    { name: "is", value: "pinned", isNegated: false },
    { name: "is", value: "archived", isNegated: true },
    { name: "file", value: "src/a.ts", isNegated: false },
    { name: "tag", value: "to do", isNegated: false },
  ]);
  assert.equal(problem, null);
  assert.deepEqual(
    terms.map((term) => term.text),
    ["x"],
  );
});

const dates = [
  ["2026-08-31", seconds(2026, 8, 31)],
  ["2026-8", seconds(2026, 8, 1)],
  ["2026", seconds(2026, 1, 1)],
  ["today", seconds(2026, 8, 31)],
  ["yesterday", seconds(2026, 8, 30)],
  ["7d", nowMs / 1000 - 7 * 86_400],
] as const;

for (const [text, expected] of dates) {
  test(`the date ${text}`, () => {
    assert.equal(parse(`before:${text}`).before, expected);
    assert.equal(parse(`after:${text} x`).after, expected);
  });
}

test("words that mean dates in any case", () => {
  assert.equal(parse("before:Today").before, seconds(2026, 8, 31));
  assert.equal(parse("after:7D").after, nowMs / 1000 - 7 * 86_400);
});

test("the beginning of a qualifier in quotes is text", () => {
  assert.deepEqual(parse('"is:" x').terms[0], { text: "is:", kind: "phrase", isNegated: false });
  assert.deepEqual(parse('is:"').terms, [], "it is still being typed");
});

test("what is left of a long text is told in characters where its words are few", () => {
  assert.match(parse("x".repeat(1200)).problem ?? "", /only the first 1000 characters are looked for$/u);
  assert.match(parse("x ".repeat(600)).problem ?? "", /only the first 30 words are looked for$/u);
});

test("costs", () => {
  assert.equal(parse("cost:>0.5").costOver, 0.5);
  assert.equal(parse("cost:<$2").costUnder, 2);
});

for (const query of ["before:soon", "after:2026-02-31", "cost:5", "is:happy"]) {
  test(`${query} is looked for as text, with a word why`, () => {
    const { terms, problem } = parse(query);
    assert.equal(terms[0]?.text, query);
    assert.match(problem ?? "", /looked for as text: /u);
  });
}

test("a name that is no qualifier is a word: code has colons", () => {
  const { terms, problem } = parse("std::vector https://example.com");
  assert.deepEqual(
    terms.map((term) => term.text),
    ["std::vector", "https://example.com"],
  );
  assert.equal(problem, null);
});

test("the opposite of a date is the other side of it; of several the narrowest counts", () => {
  assert.equal(parse("-before:2026").after, seconds(2026, 1, 1));
  assert.equal(parse("-after:2026").before, seconds(2026, 1, 1));
  assert.equal(parse("after:2026 after:2025").after, seconds(2026, 1, 1));
  assert.equal(parse("before:2026 before:2025").before, seconds(2025, 1, 1));
  assert.equal(parse("cost:>1 cost:>3").costOver, 3);
});

for (const query of ["cost:>=1", "-cost:>1", "before:2026-13-45", "is:runing"]) {
  test(`${query} is left out of a list, with a word why`, () => {
    const { terms, qualifiers, costOver, before, problem } = parse(`${query} x`, "list");
    assert.deepEqual(
      terms.map(({ text }) => text),
      ["x"],
    );
    assert.deepEqual([qualifiers, costOver, before], [[], null, null]);
    assert.match(problem ?? "", / is left out: /u);
  });
}

test("what is nearly a qualifier or a state is named, and what it may be", () => {
  assert.match(
    parse("brnch:main").problem ?? "",
    /^brnch:main was looked for as text: there is no brnch:, but branch:$/u,
  );
  assert.match(parse("is:runing", "list").problem ?? "", /there is is:running$/u);
  for (const query of ["host:8080", "http://x.org", "a:b", "constructor:x"]) assert.equal(parse(query).problem, null);
});

test("states of the window are known to its list alone", () => {
  assert.deepEqual(parse("-is:unseen", "list").qualifiers, [{ name: "is", value: "unseen", isNegated: true }]);
  assert.equal(parse("is:unseen", "list").parts[0]?.kind, "list-state");
  assert.match(parse("is:unseen").problem ?? "", /the list of sessions alone knows it/u);
});

test("of a text that is too long the beginning counts", () => {
  const { terms, problem } = parse("word ".repeat(20_000));
  assert.equal(terms.length, 30);
  assert.match(problem ?? "", /only the first 30 words/u);
});
