import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeHit } from "../../../test/harness/fake-hit.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import type { DatabaseCopy } from "../../app/backups.ts";
import type { SearchHit } from "../../app/search.ts";
import type { SessionId } from "../../schema/ids.ts";

async function withSessions(t: TestContext): Promise<{ running: ScreenProgram; ids: SessionId[]; app: FakeApp }> {
  const app = new FakeApp();
  const ids = ["Anvil", "Bellows", "Coal", "Draft"].map((title) => app.addSession(title));
  const [first] = ids;
  assert.ok(first !== undefined);
  const running = await startScreenProgram(t, { app, sessionId: first });
  await running.press("ctrl+s");
  return { running, ids, app };
}

test("backups that hold a session are named in the question, and go where that is chosen", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const day = (name: string): DatabaseCopy => ({
    path: `/backups/${name}.db`,
    kind: "backup",
    takenAtMs: Date.parse(`${name}T10:00:00Z`),
    sizeBytes: 1,
  });
  const beside: DatabaseCopy = { path: "/p/crush.db.damaged-1", kind: "set-aside", takenAtMs: 0, sizeBytes: 1 };
  await running.press("down", "ctrl+x");
  assert.doesNotMatch(running.text, /backup/u);
  await running.press("escape");
  app.backups.copies = [day("2026-11-26"), day("2026-11-25"), beside];
  await running.press("ctrl+x");
  assert.match(running.text, /It stays in 3 backups \(2026-11-26, 2026-11-25, crush\.db\.damaged-1\)/u);
  await running.press("b");
  assert.match(running.text, /3 backups .* go too/u);
  await running.press("b", "y");
  await running.advance(55);
  assert.ok(app.calls.includes(`deleteSession(${ids[1]})`));
  assert.equal(app.backups.copies.length, 3, "taken back");
  await running.press("ctrl+x", "b", "y");
  await running.advance(55);
  assert.deepEqual(app.backups.copies, []);
  assert.match(running.text, /3 backups removed/u);
});

test("prompts that wait and drafts are named in the question", async (t) => {
  const { running, app } = await withSessions(t);
  await running.press("ctrl+x");
  assert.doesNotMatch(running.text, /waiting prompt|draft and/u);
  await running.press("escape");
  app.deletion.unsent = { prompts: 2, drafts: 1 };
  await running.press("ctrl+x");
  assert.match(running.text, /0 messages, 2 waiting prompts, a draft and its usage figures go/u);
  await running.press("escape", " ", "down", " ", "ctrl+x");
  assert.match(running.text, /0 messages, 4 waiting prompts, 2 drafts and their usage figures go/u);
});

test("what was said in a session that is deleted is found no more, even by a search that was under way", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [, , third] = ids;
  assert.ok(third !== undefined);
  const hit: SearchHit = {
    sessionId: third,
    hash: app.shortId(third),
    title: "Coal",
    field: "answer",
    messageId: null,
    atSeconds: 1_780_000_000,
    snippet: "kept in the dry cellar",
    ranges: [],
    isChild: false,
  };
  app.search.hits = [hit];
  await running.type("cellar");
  assert.match(running.text, /dry cellar/u);
  app.search.hits = [];
  await app.deleteSession(third);
  await running.advance(55);
  assert.doesNotMatch(running.text, /dry cellar/u);
  assert.equal(app.search.queries.at(-1), "cellar");
});

test("the question names what is deleted, in few words, and the title tells of marks that the filter hides", async (t) => {
  const app = new FakeApp();
  const first = app.addSession("Anvil");
  const others = ["  ", `Bellows ${"and more ".repeat(9)}`, "Coal", "Draft", "Embers", "Flux"];
  for (const title of others) app.addSession(title);
  const running = await startScreenProgram(t, { app, sessionId: first });
  await running.press("ctrl+s", "space", "space");
  assert.match(running.text, /Sessions \(7, 2 marked\)/u);
  await running.type("coa");
  assert.match(running.text, /Sessions \(1 of 7, 2 marked and not shown\)/u);
  await running.press("ctrl+x");
  assert.match(running.text, /Delete 2 sessions: “Anvil”, “untitled”\?/u);
  await running.press("escape", "ctrl+u", "down", "up");
  for (const title of ["Bellows", "Coal", "Draft"]) {
    while (!running.rows.some((row) => row.includes("│ ›") && row.includes(title))) await running.press("down");
    await running.press("space");
  }
  await running.press("ctrl+x");
  const question = running.rows.slice(running.rows.findIndex((row) => row.includes("Delete"))).join(" ");
  assert.match(
    question.replaceAll(/[\s│]+/gu, " "),
    /Delete 5 sessions: “Anvil”, “untitled”, “Bellows and more and more and more …”, “Coal” and 1 more\?/u,
  );
});

test("a session below another one that was found by what was said is named before it goes", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [parent] = ids;
  assert.ok(parent !== undefined);
  const child = app.addSession("Look for rust", { parentSessionId: parent });
  app.search.hits = [fakeHit(app, child, { snippet: "dry cellar", isChild: true })];
  await running.type("cellar");
  await running.press("ctrl+x");
  assert.match(running.text, /Delete “Look for rust”\?/u);
  await running.press("y");
  assert.ok(app.calls.includes(`deleteSession(${child})`));
});
