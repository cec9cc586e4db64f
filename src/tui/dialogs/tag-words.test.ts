import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";
import { tagHint } from "./tag-words.ts";

test("the hint shows tags as they will be, and names a word that can't be one", () => {
  assert.equal(tagHint(" "), "One word each, separated by blanks or commas");
  assert.match(tagHint("Parser, #Zwei -Draft"), /: #parser #zwei, without #draft$/u);
  assert.match(tagHint("parser a:b"), /: a:b can't be one$/u);
});

test("a word that can't be a tag leaves the field as it is, and is named", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.press("ctrl+s", "alt+t");
  await running.type("good a:b");
  await running.press("enter");
  assert.match(running.text, /Tags: good a:b/u);
  assert.match(running.text, / i a:b can't be a tag/u);
  assert.ok(!app.calls.some((call) => call.startsWith("tag")));
  await running.press("backspace", "backspace", "enter");
  await running.advance(55);
  assert.ok(app.calls.some((call) => call.startsWith("tag good a")));
});
