import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../test/harness/screen-program.ts";
import { asToolCallId, type SessionId } from "../schema/ids.ts";
import type { Message } from "../schema/message.ts";
import { LateModules } from "../term/late-modules.ts";
import { itemText } from "./transcript/item-text.ts";
import type { TranscriptItem } from "./transcript/transcript-item.ts";
import { SearchTail } from "./search-tail.ts";
import { TranscriptSearch } from "./transcript-search.ts";

/** Prompts and answers; every hundredth answer names the anvil. */
function longSession(count: number): { app: FakeApp; id: SessionId } {
  const app = new FakeApp();
  const id = app.addSession("Long");
  for (let number = 1; number <= count; number++) {
    app.addMessage(id, "user", [{ type: "text", text: `prompt ${number}` }]);
    const text = number % 100 === 0 ? `the anvil of ${number}` : `answer ${number}`;
    app.addMessage(id, "assistant", [
      { type: "text", text },
      { type: "finish", reason: "end_turn", time: 1_780_000_000 },
    ]);
  }
  return { app, id };
}

/** Counts items that say it. */
function holds(wanted: string): (item: TranscriptItem) => number {
  return (item) => (itemText(item).includes(wanted) ? 1 : 0);
}

test("all pages are looked through, newest first, and none is kept", async () => {
  const { app, id } = longSession(1000);
  const search = new TranscriptSearch(holds("anvil of"));
  const seen: number[] = [];
  await search.run(app, id, () => seen.push(search.total));
  assert.equal(search.total, 10);
  assert.ok(search.isComplete);
  assert.equal(seen.length, 10, "2000 messages in pages of 200");
  assert.deepEqual(
    seen,
    seen.toSorted((one, other) => one - other),
  );
});

test("a call and its result are found as one item though a page ends between them", async () => {
  const { app, id } = longSession(99);
  const call = asToolCallId("call-1");
  app.addMessage(id, "assistant", [
    {
      type: "tool_call",
      id: call,
      name: "bash",
      input: JSON.stringify({ command: "polish" }),
      providerExecuted: false,
      finished: true,
    },
  ]);
  app.addMessage(id, "tool", [
    {
      type: "tool_result",
      toolCallId: call,
      name: "bash",
      content: "polished",
      data: "",
      mimeType: "",
      metadata: "",
      isError: false,
    },
  ]);
  for (let number = 0; number < 199; number++) app.addMessage(id, "user", [{ type: "text", text: "more" }]);
  const search = new TranscriptSearch(holds("polish"));
  await search.run(app, id, () => undefined);
  assert.equal(search.hits.length, 1);
  assert.match(search.hits[0]?.key ?? "", /tool_call/u);
  assert.equal(search.total, 1);
});

test("a stopped search reads no further", async () => {
  const { app, id } = longSession(1000);
  const search = new TranscriptSearch(holds("anvil"));
  let pages = 0;
  await search.run(app, id, () => {
    pages += 1;
    search.stop();
  });
  assert.equal(pages, 1);
  assert.ok(!search.isComplete);
});

test("/ finds while one types, n and N go on, matches are counted, esc ends", async (t) => {
  const { app, id } = longSession(1000);
  const running = await startScreenProgram(t, { app, sessionId: id });
  await running.load();
  await running.press("tab", "/");
  assert.match(running.rows.at(-1) ?? "", /^ \/ find in this session/u);
  await running.type("anvil");
  await running.waitUntil(() => running.rows.at(-1)?.includes("1 of 10  ") === true);
  await running.advance(40);
  assert.match(running.text, /the anvil of 1000/u);
  await running.press("enter", "n", "n");
  await running.advance(40);
  assert.match(running.rows.at(-1) ?? "", /\/ anvil +3 of 10 {2}n older · N newer · esc ends/u);
  assert.match(running.text, /the anvil of 800/u);
  await running.press("N");
  await running.advance(40);
  assert.match(running.rows.at(-1) ?? "", /2 of 10/u);
  assert.match(running.text, /the anvil of 900/u);
  await running.press("N", "N");
  await running.advance(40);
  assert.match(running.rows.at(-1) ?? "", /10 of 10/u);
  assert.match(running.text, /the anvil of 100$/mu);
  await running.press("escape");
  assert.match(running.rows.at(-1) ?? "", /tab back/u);
  await running.press("n");
  assert.match(running.text, /nothing is being looked for/u);
});

/** The answer that streams, as far as it is. */
function stream(app: FakeApp, { id, message }: { id: SessionId; message: Message }, text: string): void {
  const live = { sessionId: id, startedAtMs: 0, pendingPermissions: [], retry: null };
  app.setLive(id, { ...live, message: { ...message, parts: [{ type: "text", text }] } });
  app.emit({ type: "text-delta", sessionId: id, messageId: message.id, text: "" });
}

test("what streams, and what comes later, is found and counted while it is looked for", async (t) => {
  const { app, id } = longSession(10);
  const running = await startScreenProgram(t, { app, sessionId: id });
  await running.load();
  await running.press("tab", "/");
  await running.type("quench");
  await running.waitUntil(() => running.rows.at(-1)?.includes("nothing found") === true);
  const message = app.addMessage(id, "assistant", []);
  stream(app, { id, message }, "to quench");
  await running.advance(60);
  assert.match(running.rows.at(-1) ?? "", /1 found {2}enter keeps/u);
  await running.press("enter", "n");
  stream(app, { id, message }, "to quench, quench and quench");
  await running.advance(60);
  assert.match(running.rows.at(-1) ?? "", /3 of 3 {2}n older/u, "further matches come below the one that is looked at");
  const parts = [{ type: "text", text: "to quench, quench and quench" }] as const;
  app.emit({ type: "message-updated", sessionId: id, message: { ...message, parts } });
  app.setLive(id, null);
  app.addMessage(id, "user", [{ type: "text", text: "quench it" }]);
  await running.advance(60);
  assert.match(running.rows.at(-1) ?? "", /4 of 4 {2}n older/u);
  await running.press("N", "N", "N");
  await running.advance(60);
  assert.match(running.rows.at(-1) ?? "", /1 of 4 {2}n older/u);
  app.emit({ type: "message-deleted", sessionId: id, messageId: message.id });
  await running.advance(60);
  assert.match(running.rows.at(-1) ?? "", /1 of 1 {2}n older/u);
});

test("what comes is found as well while the beginning of a long session is looked at", async (t) => {
  const { app, id } = longSession(1000);
  const running = await startScreenProgram(t, { app, sessionId: id });
  await running.load();
  await running.press("tab", "g", "/");
  await running.type("prompt 1");
  await running.waitUntil(() => running.rows.at(-1)?.includes("1 of 112  ") === true);
  await running.press("enter", "N");
  await running.advance(60);
  app.addMessage(id, "user", [{ type: "text", text: "prompt 1 again" }]);
  await running.advance(60);
  assert.match(running.rows.at(-1) ?? "", /113 of 113/u);
  await running.press("n");
  await running.advance(60);
  assert.match(running.rows.at(-1) ?? "", /1 of 113/u);
  assert.match(running.text, /prompt 1 again/u);
});

test("of a session that goes on only what changed is looked at again", () => {
  const { app, id } = longSession(20);
  const modules = new LateModules(() => undefined);
  const tail = new SearchTail(id, { app, displayCall: () => ({ title: "", subject: "", blocks: [] }), modules });
  const look = { width: 80, diffLayout: "auto" } as const;
  const nothing = { changed: [], gone: [] };
  assert.deepEqual(tail.takeChanges(look), nothing);
  const message = app.addMessage(id, "assistant", []);
  tail.accept({ type: "message-created", sessionId: id, message });
  stream(app, { id, message }, "one two");
  assert.deepEqual(
    tail.takeChanges(look).changed.map(({ key }) => key),
    [`${message.id}/text/0`],
  );
  app.emit({ type: "message-updated", sessionId: id, message });
  stream(app, { id, message }, "");
  assert.deepEqual(tail.takeChanges(look).gone, [`${message.id}/text/0`], "what a failed try had said");
});

test("a call that was cut off is looked at no more than what has ended", () => {
  const { app, id } = longSession(20);
  app.addMessage(id, "assistant", [
    {
      type: "tool_call",
      id: asToolCallId("call-1"),
      name: "bash",
      input: JSON.stringify({ command: "polish" }),
      providerExecuted: false,
      finished: true,
    },
  ]);
  const modules = new LateModules(() => undefined);
  const tail = new SearchTail(id, { app, displayCall: () => ({ title: "", subject: "", blocks: [] }), modules });
  assert.deepEqual(tail.takeChanges({ width: 80, diffLayout: "auto" }).changed, []);
});

test("what is found is listed anew only where a count changes, and where a page has come", async () => {
  const { app, id } = longSession(200);
  const search = new TranscriptSearch(holds("anvil of"));
  await search.run(app, id, () => undefined);
  const { hits } = search;
  const [newest] = hits;
  assert.equal(hits.length, 2);
  search.take(newest?.key ?? "", newest?.count ?? 0);
  assert.equal(search.hits, hits, "the same count");
  search.take(newest?.key ?? "", 3);
  assert.deepEqual(
    search.hits.map(({ count }) => count),
    [3, 1],
  );
});

test("what is told of while its page is looked through is found once it was its turn", async () => {
  const { app, id } = longSession(200);
  const found: number[] = [];
  const search: TranscriptSearch = new TranscriptSearch((item) => {
    if (item.key === "message-200/text/0") {
      search.take("message-199/prompt", 2);
      found.push(search.hits.length);
    }
    return 0;
  });
  await search.run(app, id, () => found.push(search.hits.length));
  assert.deepEqual(found, [0, 0, 1], "after the newest page, within the older one, and after it");
});

test("what is shown is found: not the marks that it was written with, and over the end of a row", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Marks");
  const prose = "Some *prose* with **bold**, `code` and so much more that it needs a second row of words.";
  const text = `${prose}\n\n1. one\n1. two`;
  app.addMessage(id, "assistant", [
    { type: "text", text },
    { type: "finish", reason: "end_turn", time: 1_780_000_000 },
  ]);
  const running = await startScreenProgram(t, { app, sessionId: id });
  await running.load();
  await running.press("tab", "/");
  const find = async (query: string): Promise<string> => {
    await running.press("ctrl+u");
    await running.type(query);
    await running.waitUntil(() => / found|\d of \d {2}/u.test(running.rows.at(-1) ?? ""));
    await running.advance(60);
    return /(nothing found|\d of \d) /u.exec(running.rows.at(-1) ?? "")?.[1] ?? "";
  };
  assert.equal(await find("with bold"), "1 of 1");
  assert.equal(await find("bold, code and"), "1 of 1");
  assert.equal(await find("2. two"), "1 of 1");
  assert.equal(await find("**"), "nothing found");
  const start = running.rows.findIndex((row) => row.includes("Some prose"));
  const last = running.rows[start]?.split(" ").at(-1) ?? "";
  const first = running.rows[start + 1]?.split(" ").at(-1) ?? "";
  assert.equal(await find(`${last} ${first}`), "1 of 1");
  const marked = (row: number) =>
    running.screen.frames
      .at(-1)
      ?.lines[row]?.filter(({ style }) => style.inverse === true || style.background !== undefined)
      .map((span) => span.text.trim());
  assert.deepEqual([marked(start), marked(start + 1)], [[last], [first]], "it is marked on both rows");
});

test("[ and ] lead from prompt to prompt", async (t) => {
  const { app, id } = longSession(300);
  const running = await startScreenProgram(t, { app, sessionId: id });
  await running.load();
  await running.press("tab");
  await running.advance(40);
  const focused: string[] = [];
  for (const key of ["[", "[", "[", "]"]) {
    await running.press(key);
    await running.advance(40);
    focused.push(/▌ (prompt \d+)/u.exec(running.text)?.[1] ?? "");
  }
  assert.deepEqual(focused, ["prompt 300", "prompt 299", "prompt 298", "prompt 299"]);
});

test("C copies the code blocks of a message one after the other", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Blocks");
  app.addMessage(id, "user", [{ type: "text", text: "code, please" }]);
  const text = "```sh\nmake anvil\n```\n\nand\n\n```sh\nmake hammer\n```\n";
  app.addMessage(id, "assistant", [
    { type: "text", text },
    { type: "finish", reason: "end_turn", time: 1_780_000_000 },
  ]);
  const running = await startScreenProgram(t, { app, sessionId: id });
  await running.load();
  await running.press("tab");
  await running.advance(40);
  await running.press("C", "C", "C");
  assert.deepEqual(running.screen.clipboard, ["make anvil", "make hammer", "make anvil"]);
  assert.match(running.text, /Block 1 of 2 copied/u);
});
