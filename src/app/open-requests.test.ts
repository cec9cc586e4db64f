import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "../../test/harness/manual-clock.ts";
import { asSessionId } from "../schema/ids.ts";
import { OpenRequests } from "./open-requests.ts";

const [a, b] = [asSessionId("a"), asSessionId("b")];

test("a request counts until it is booked, whatever else of its session is", () => {
  const open = new OpenRequests(new ManualClock());
  const endTitle = open.add(a, 1);
  const endTurn = open.add(a, 2);
  open.add(b, 4);
  assert.equal(open.sumUsd(), 7);
  assert.equal(
    open.sumUsd((id) => id === a),
    3,
  );
  endTitle();
  assert.equal(open.sumUsd(), 7);
  open.book(a);
  assert.equal(open.sumUsd(), 6);
  // Nothing of the session has ended since.
  open.book(a);
  assert.equal(open.sumUsd(), 6);
  endTurn();
  endTurn();
  open.book(a);
  assert.equal(open.sumUsd(), 4);
});

test("one that has ended and is never booked counts no more after a minute; one that runs does", () => {
  const clock = new ManualClock();
  const open = new OpenRequests(clock);
  open.add(a, 1)();
  open.add(b, 2);
  clock.advance(59_999);
  assert.equal(open.sumUsd(), 3);
  clock.advance(1);
  assert.equal(open.sumUsd(), 2);
});
