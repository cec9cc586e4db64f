import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { LateModules } from "../term/late-modules.ts";
import { lineText } from "../term/spans.ts";
import { darkTheme } from "../term/theme-dark.ts";
import { PagedTranscript } from "./paged-transcript.ts";
import { SessionTranscript } from "./session-transcript.ts";

const options = (app: FakeApp) => ({
  app,
  displayCall: () => ({ title: "", subject: "", blocks: [] }),
  modules: new LateModules(() => undefined),
});
const look = { theme: darkTheme, size: { columns: 60, rows: 10 }, isFocused: false, diffMode: null };

test("a session that goes on and on keeps few of its messages in memory, and reads the others again", () => {
  const app = new FakeApp();
  const sessionId = app.addSession("Long");
  const pages = new PagedTranscript(sessionId, options(app));
  for (let number = 0; number < 500; number += 1) {
    const message = app.addMessage(sessionId, "user", [{ type: "text", text: `prompt ${number}` }]);
    pages.accept({ type: "message-created", sessionId, message });
    pages.letOldGo();
    assert.ok(pages.transcript.messages.length <= 120);
  }
  assert.ok(pages.hasOlder);
  while (pages.hasOlder) pages.readOlder();
  assert.equal(pages.transcript.messages.length, 500);
});

test("while one reads further up, nothing is let go of that is looked at", () => {
  const app = new FakeApp();
  const sessionId = app.addSession("Long");
  const pane = new SessionTranscript(sessionId, options(app));
  const say = (number: number): void => {
    const message = app.addMessage(sessionId, "user", [{ type: "text", text: `prompt ${number}` }]);
    pane.accept({ type: "message-created", sessionId, message });
  };
  const shown = (): string => pane.draw(look).map(lineText).join("\n");
  for (let number = 0; number < 40; number += 1) say(number);
  shown();
  pane.operate("page-up");
  const before = shown();
  for (let number = 40; number < 400; number += 1) say(number);
  assert.equal(shown().replaceAll(/[█│┃▐░ ]/gu, ""), before.replaceAll(/[█│┃▐░ ]/gu, ""));
  pane.operate("bottom");
  assert.match(shown(), /prompt 399/u);
});
