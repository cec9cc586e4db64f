import assert from "node:assert/strict";
import { test } from "node:test";
import { openStoreAt, openTestStore, querySql, runSql } from "../../test/harness/open-test-store.ts";
import { AppError } from "../lib/app-error.ts";
import { asSessionId, newMessageId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import { fencedStore } from "./fenced-store.ts";
import { insertMessage } from "./messages.ts";
import { deleteSessionTree, insertSession } from "./sessions.ts";
import type { Store } from "./store.ts";
import { answerTurn, askTurn, claimTurn, getTurn, listTurns, moveTurn, releaseTurn, withdrawWish } from "./turns.ts";
import type { TurnClaim } from "./turns.ts";

function isAppError(code: string, words?: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code && (words?.test(error.message) ?? true);
}

async function newSession(store: Store): Promise<SessionId> {
  return (await store.transact((tx) => insertSession(tx, { title: "t" }))).id;
}

async function claim(store: Store, sessionId: SessionId, ownerId = "o"): Promise<TurnClaim> {
  return store.transact((tx) =>
    claimTurn(tx, { sessionId, ownerId, ownerName: `process of ${ownerId}`, phase: "starting" }),
  );
}

const addRow = (store: Pick<Store, "transact">, sessionId: SessionId): Promise<unknown> =>
  store.transact((tx) => insertMessage(tx, { sessionId, role: "user", parts: [] }));

test("a session has one turn, and who comes second is told who has it", async (t) => {
  const { store, path: file } = await openTestStore(t);
  const { store: other } = await openStoreAt(t, file);
  const sessionId = await newSession(store);
  const first = await claim(store, sessionId, "one");
  await assert.rejects(claim(other, sessionId, "two"), isAppError("session-busy", /another window: process of one/u));
  await store.transact((tx) => releaseTurn(tx, first));
  const second = await claim(other, sessionId, "two");
  assert.ok(second.fence > first.fence, "a number never comes again");
  await assert.rejects(claim(store, asSessionId("gone")), isAppError("session-not-found"));
});

test("a turn says where it stands", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store);
  const held = await claim(store, sessionId);
  const messageId = newMessageId();
  await store.transact((tx) => {
    moveTurn(tx, held, { phase: "requesting", messageId });
    moveTurn(tx, held, { phase: "calling" });
  });
  const turn = store.read((tx) => getTurn(tx, sessionId));
  assert.deepEqual([turn?.phase, turn?.messageId, turn?.ownerId], ["calling", messageId, "o"]);
});

test("an owner that lost its place writes nothing more, its old number never fits again", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store);
  const first = await claim(store, sessionId, "one");
  const fenced = fencedStore(store, first);
  await addRow(fenced, sessionId);
  await store.transact((tx) => releaseTurn(tx, first));
  await assert.rejects(addRow(fenced, sessionId), isAppError("session-busy", /taken this session over/u));
  await claim(store, sessionId, "one");
  await assert.rejects(addRow(fenced, sessionId), isAppError("session-busy"));
  assert.equal(await store.transact((tx) => releaseTurn(tx, first)), false);
  assert.equal(store.read(listTurns).length, 1);
});

test("a deleted session, by whomever, takes its turn along", async (t) => {
  const { store, path: file } = await openTestStore(t);
  for (const remove of [
    (id: SessionId) => store.transact((tx) => deleteSessionTree(tx, id)),
    async (id: SessionId) => {
      runSql(file, `pragma foreign_keys = on; delete from sessions where id = '${id}'`);
      await Promise.resolve();
    },
  ]) {
    const sessionId = await newSession(store);
    const held = await claim(store, sessionId);
    await remove(sessionId);
    assert.deepEqual(store.read(listTurns), []);
    await assert.rejects(addRow(fencedStore(store, held), sessionId), isAppError("session-not-found"));
  }
  assert.equal(querySql(file, "select count(*) as turns from x_turn")[0]?.["turns"], 0);
});

test("of two wishes the one that ends more stays, until it is fulfilled or withdrawn", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store);
  const held = await claim(store, sessionId);
  const wish = (): unknown => store.read((tx) => getTurn(tx, sessionId)?.wish);
  const ask = async (...asked: readonly Parameters<typeof askTurn>[2][]): Promise<number | null> =>
    store.transact((tx) => asked.map((each) => askTurn(tx, held, each)).at(-1) ?? null);
  await ask("cancel", null);
  assert.equal(wish(), "cancel");
  const number = await ask("stop", "cancel", null);
  assert.equal(wish(), "stop");
  await store.transact((tx) => answerTurn(tx, { ...held, asked: number ?? 0 }));
  assert.equal(wish(), null);
  await ask("stop");
  await store.transact((tx) => withdrawWish(tx, held));
  assert.equal(wish(), null);
});
