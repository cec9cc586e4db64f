import assert from "node:assert/strict";
import { test } from "node:test";
import { asSessionId } from "../schema/ids.ts";
import { noRecentSessions, nowMade, nowShown, numberOf, shownEarlier, withoutSession } from "./recent-sessions.ts";

const ids = Array.from({ length: 12 }, (_, index) => asSessionId(`session-${index + 1}`));
const [one, two, three, four] = ids as [(typeof ids)[0], (typeof ids)[0], (typeof ids)[0], (typeof ids)[0]];

test("a session keeps its number when one with a lower number is deleted; the freed number is given next", () => {
  const shown = [one, two, three].reduce(nowShown, noRecentSessions);
  const less = withoutSession(shown, one);
  assert.deepEqual([numberOf(less, two), numberOf(less, three)], [2, 3]);
  assert.equal(numberOf(nowShown(less, four), four), 1);
});

test("a session that the agent made has a free number at once, and takes none from another", () => {
  const made = nowMade(nowShown(noRecentSessions, one), two);
  assert.equal(numberOf(made, two), 2);
  assert.deepEqual(made.order, [one], "going back stays among what was shown");
  assert.deepEqual(nowShown(made, two).made, []);
  const full = ids.slice(0, 9).reduce(nowShown, noRecentSessions);
  const tenth = nowMade(full, ids[9] ?? one);
  assert.deepEqual(tenth.numbered, full.numbered);
  assert.deepEqual(tenth.made, [ids[9]]);
});

test("numbers of earlier runs hold; a session that had none gets a free one, else that of the one shown longest ago", () => {
  const started = nowShown(noRecentSessions, four);
  const known = shownEarlier(started, { order: [three, one], numbered: [one, null, three] });
  assert.deepEqual(known.numbered, [one, four, three]);
  assert.deepEqual(known.order, [four, three, one]);
  const again = shownEarlier(nowShown(noRecentSessions, three), { order: [three, one], numbered: [one, null, three] });
  assert.deepEqual(again.numbered, [one, null, three]);
  const full = ids.slice(0, 9);
  const tenth = ids[9] ?? one;
  const crowded = shownEarlier(nowShown(noRecentSessions, tenth), { order: full, numbered: full });
  assert.deepEqual(crowded.numbered, [...full.slice(0, 8), tenth]);
});
