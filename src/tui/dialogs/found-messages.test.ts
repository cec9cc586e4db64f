import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeHit } from "../../../test/harness/fake-hit.ts";
import { checkGolden } from "../../../test/harness/golden.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import { asMessageId, type SessionId } from "../../schema/ids.ts";

async function withSessions(t: TestContext): Promise<{ running: ScreenProgram; ids: SessionId[]; app: FakeApp }> {
  const app = new FakeApp();
  const ids = ["Anvil", "Bellows", "Coal", "Draft"].map((title) => app.addSession(title));
  const [first] = ids;
  assert.ok(first !== undefined);
  const running = await startScreenProgram(t, { app, sessionId: first });
  await running.press("ctrl+s");
  return { running, ids, app };
}

test("file: leaves the sessions that the index knows to have to do with the file", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [, second] = ids;
  assert.ok(second !== undefined);
  app.search.hits = [fakeHit(app, second, { field: "title" })];
  await running.type("file:dates");
  assert.ok(app.search.queries.includes("file:dates"));
  assert.match(running.text, /Sessions \(1 of 4\)[^]*Bellows/u);
  await running.type(" bel");
  assert.match(running.text, /Sessions \(1 of 4\)[^]*Bellows/u);
  await running.type("xx");
  assert.match(running.text, /no session matches/u);
});

test("is:failed leaves the sessions that a search says have failed, seen or not, and asks again as the list changes", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [, second, third] = ids;
  assert.ok(second !== undefined && third !== undefined);
  const hit = (sessionId: SessionId) => fakeHit(app, sessionId, { field: "title" });
  app.search.hits = [hit(second)];
  await running.type("is:failed");
  assert.match(running.text, /Sessions \(1 of 4\)[^]*Bellows/u);
  app.search.hits = [hit(second), hit(third)];
  app.measure(third, {});
  await running.advance(55);
  assert.match(running.text, /Sessions \(2 of 4\)[^]*Bellows[^]*Coal/u);
});

test("what was said is narrowed by what only the list knows, which a search is not asked for", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [, second] = ids;
  assert.ok(second !== undefined);
  const said = { field: "answer", atSeconds: 1_780_000_000, snippet: "the cellar", ranges: [] } as const;
  const messageId = asMessageId("message-1");
  app.search.hits = [{ ...said, messageId, sessionId: second, hash: app.shortId(second), title: "Bellows" }];
  await running.type("cellar is:idle");
  assert.match(running.text, /What was said/u);
  await running.press("ctrl+u");
  await running.type("cellar is:paused");
  assert.equal(app.search.queries.at(-1), "cellar");
  assert.doesNotMatch(running.text, /What was said/u);
});

test("what was said follows under the titles, with a preview where there is room", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [first, , third] = ids;
  assert.ok(first !== undefined && third !== undefined);
  const asked = app.addMessage(third, "user", [{ type: "text", text: "Where do we keep what burns?" }]);
  const message = app.addMessage(third, "assistant", [{ type: "text", text: "Coal is kept in the dry cellar." }]);
  const thanks = app.addMessage(third, "user", [{ type: "text", text: "Then the cellar stays locked." }]);
  app.search.hits = [
    {
      sessionId: third,
      hash: app.shortId(third),
      title: "Coal",
      field: "answer",
      messageId: message.id,
      atSeconds: 1_780_000_000,
      snippet: "kept in the dry cellar",
      ranges: [{ start: 16, end: 22 }],
      isChild: false,
    },
  ];
  app.search.messages = [asked, message, thanks];
  await running.resize({ columns: 120, rows: 40 });
  await running.type("cellar");
  assert.match(running.text, /What was said.*\n.*Coal answer: kept in the dry cellar/u);
  assert.match(running.text, /│ answer[^]*Coal is kept in the dry cellar\./u);
  checkGolden("tui/sessions-preview-120x40", running.text);
  await running.resize({ columns: 80, rows: 24 });
  checkGolden("tui/sessions-preview-80x24", running.text);
  await running.press("enter");
  assert.equal(running.program.state.session?.id, third);
});

test("the preview shows what stands around the match, wherever in a long message that is, its lines as they are", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [, , third] = ids;
  assert.ok(third !== undefined);
  const prose = "Coal is kept where it is dry, and nobody counts it. ".repeat(400);
  const text = `${prose}\n\n- wood\n- the zygotic coal\n- peat\n\n${prose}`;
  const message = app.addMessage(third, "assistant", [{ type: "text", text }]);
  app.search.hits = [
    {
      sessionId: third,
      hash: app.shortId(third),
      title: "Coal",
      field: "answer",
      messageId: message.id,
      atSeconds: 1_780_000_000,
      snippet: "…nobody counts it.   - wood - the zygotic coal - peat  Coal is kept…",
      ranges: [{ start: 34, end: 41 }],
    },
  ];
  app.search.messages = [message];
  await running.resize({ columns: 120, rows: 40 });
  await running.type("zygotic");
  assert.match(running.text, /│ answer …/u);
  const rows = running.rows.map((row) => row.split("│").at(-2)?.trim() ?? "");
  const place = rows.indexOf("- the zygotic coal");
  assert.deepEqual(rows.slice(place - 1, place + 2), ["- wood", "- the zygotic coal", "- peat"]);
  assert.match(rows[place - 3] ?? "", /counts it\./u, "what was said before it");
  await running.resize({ columns: 80, rows: 24 });
  assert.match(running.text, /- wood *│\n.*- the zygotic coal *│\n.*- peat/u);
});

test("a text that is pasted into the filter is cut, and it is said", async (t) => {
  const { running } = await withSessions(t);
  running.program.handle({ type: "paste", text: "anvil ".repeat(5000) });
  await running.advance(55);
  assert.match(running.text, /of so long a text only the first 30 words are looked for/u);
  assert.match(running.text, /Sessions \(1 of 4\)[^]*Anvil/u);
});

test("enter on what was said opens the session at that message, far from its end, the words set off", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [, , third] = ids;
  assert.ok(third !== undefined);
  const messages = Array.from({ length: 400 }, (_, place) =>
    app.addMessage(third, place % 2 === 0 ? "user" : "assistant", [
      { type: "text", text: place === 41 ? `${"Long ago.\n\n".repeat(60)}Kept in the dry cellar.` : `Saying ${place}` },
    ]),
  );
  const found = messages[41];
  assert.ok(found !== undefined);
  const hit = {
    hash: app.shortId(third),
    title: "Coal",
    field: "answer",
    atSeconds: 1_780_000_000,
    isChild: false,
  } as const;
  const there = { ...hit, sessionId: third, messageId: found.id, snippet: "the dry cellar", ranges: [] };
  app.search.hits = [there];
  await running.type("cellar");
  await running.press("enter");
  assert.equal(running.program.state.session?.id, third);
  assert.match(running.text, /▌ Kept in the dry cellar\.[^]*Saying 42/u);
  assert.equal(running.program.state.focus, "transcript");
  await running.press("escape", "ctrl+s");
  app.search.hits = [{ ...there, messageId: asMessageId("gone") }];
  await running.type("cellar");
  await running.press("enter");
  assert.match(running.text, /The message is gone/u);
});

test("what is read into the index later is found without another key", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [, , third] = ids;
  assert.ok(third !== undefined);
  const message = app.addMessage(third, "assistant", [{ type: "text", text: "Coal is kept in the dry cellar." }]);
  app.search.isIndexed = false;
  await running.type("cellar");
  assert.doesNotMatch(running.text, /What was said/u);
  app.search.hits = [fakeHit(app, third, { snippet: "the dry cellar", messageId: message.id })];
  app.search.isIndexed = true;
  const asked = app.search.queries.length;
  running.program.dispatch({ type: "search-indexed" });
  await running.advance(1);
  assert.match(running.text, /Coal answer: the dry cellar/u);
  running.program.dispatch({ type: "search-indexed" });
  assert.equal(app.search.queries.length, asked + 1, "once all was there nothing is asked again");
});
