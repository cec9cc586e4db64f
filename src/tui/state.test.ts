import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { asSessionId } from "../schema/ids.ts";
import { initialState } from "./initial-state.ts";
import { deskOf, knownDesk } from "./state.ts";

test("a session that is called as a property of every object has no desk until it gets one", () => {
  const state = initialState(new FakeApp(), { size: { columns: 80, rows: 24 }, nowMs: 0 });
  const none = deskOf(state, asSessionId("another"));
  for (const name of ["constructor", "__proto__", "toString"]) {
    const id = asSessionId(name);
    assert.equal(deskOf(state, id), none);
    const desk = { ...none, isWarned: true };
    assert.equal(knownDesk({ desks: { [id]: desk } }, id), desk);
  }
});
