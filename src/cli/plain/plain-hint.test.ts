import assert from "node:assert/strict";
import { test } from "node:test";
import { plainHint } from "./plain-hint.ts";

test("a hint names what --plain has in the place of the full screen's keys", () => {
  assert.equal(plainHint("wait, or choose another model (ctrl+l)"), "wait, or choose another model (/model)");
  assert.equal(
    plainHint("cancel it (esc esc) or start a new session (ctrl+n)"),
    "cancel it (ctrl+c) or start a new session (/new)",
  );
});
