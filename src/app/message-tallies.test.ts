import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestStore, runSql } from "../../test/harness/open-test-store.ts";
import { ManualClock } from "../../test/harness/manual-clock.ts";
import { must } from "../lib/assert.ts";
import type { SessionId } from "../schema/ids.ts";
import { EventHub } from "./event-hub.ts";
import { deleteMessage, insertMessage } from "../store/messages.ts";
import { getSession, insertSession } from "../store/sessions.ts";
import type { Store } from "../store/store.ts";
import { MessageTallies } from "./message-tallies.ts";

async function add(store: Store, sessionId: SessionId, count: number): Promise<void> {
  await store.transact((tx) => {
    for (let number = 0; number < count; number += 1) {
      insertMessage(tx, { sessionId, role: "user", parts: [{ type: "text", text: "prompt" }] });
      insertMessage(tx, { sessionId, role: "assistant", parts: [], model: "m", provider: "p" });
      insertMessage(tx, { sessionId, role: "tool", parts: [] });
    }
  });
}

/** The messages and the prompts of a session. */
function teller(store: Store, tallies: MessageTallies, sessionId: SessionId): (when: "exact" | "soon") => string {
  return (when) => {
    const { shown, prompts } = store.read((tx) => tallies[when](tx, must(getSession(tx, sessionId), "the session")));
    return `${shown} ${prompts}`;
  };
}

test("messages and prompts are counted on as rows come, and anew where counted ones went", async (t) => {
  const { store, path } = await openTestStore(t);
  const { id } = await store.transact((tx) => insertSession(tx, { title: "own" }));
  const tallies = new MessageTallies({ store, clock: new ManualClock(), events: new EventHub() });
  const tallied = teller(store, tallies, id);
  assert.equal(tallied("exact"), "0 0");
  await add(store, id, 2);
  assert.equal(tallied("exact"), "4 2");
  await store.transact((tx) => {
    const shell = { type: "shell_command", command: "ls", output: "", exitCode: 0 } as const;
    insertMessage(tx, { sessionId: id, role: "user", parts: [shell] });
  });
  assert.equal(tallied("exact"), "5 2");
  const last = await store.transact((tx) => insertMessage(tx, { sessionId: id, role: "user", parts: [] }));
  assert.equal(tallied("exact"), "6 3");
  await store.transact((tx) => deleteMessage(tx, last.id));
  assert.equal(tallied("exact"), "5 2");
  // One goes and one comes elsewhere: Crush's count is the same.
  runSql(
    path,
    `delete from messages where rowid = (select min(rowid) from messages);
     insert into messages (id, session_id, role, parts, created_at, updated_at) values ('x', '${id}', 'tool', '[]', 1, 1)`,
  );
  assert.equal(tallied("exact"), "4 1");
});

test("a long session is counted in pieces where nobody waits, and what was counted is told", async (t) => {
  const { store } = await openTestStore(t);
  const { id } = await store.transact((tx) => insertSession(tx, { title: "long" }));
  await add(store, id, 800);
  const clock = new ManualClock();
  const events = new EventHub();
  const counted = Promise.withResolvers<undefined>();
  events.watch((event) => {
    if (event.type === "session-updated") counted.resolve(undefined);
  });
  const tallied = teller(store, new MessageTallies({ store, clock, events }), id);
  assert.equal(tallied("soon"), "2400 0");
  for (let piece = 0; piece < 3; piece += 1) {
    clock.advance(1);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  await counted.promise;
  assert.equal(tallied("soon"), "1600 800");
});
