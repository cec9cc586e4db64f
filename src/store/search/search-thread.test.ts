import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { holdLock } from "../../../test/harness/hold-lock.ts";
import { openStoreAt, openTestStore, runSql } from "../../../test/harness/open-test-store.ts";
import { temporaryFolder } from "../../../test/harness/temporary-folder.ts";
import type { FoundHits } from "./search-messages.ts";
import { SearchThread } from "./search-thread.ts";

interface Place {
  readonly databasePath: string;
  readonly thread: SearchThread;
  /** Resolves when the thread has gone to rest the next time. */
  readonly rested: () => Promise<void>;
  /** Resolves when all is in the index the next time. */
  readonly caughtUp: () => Promise<void>;
}

async function openThread(t: TestContext): Promise<Place> {
  const { path: databasePath } = await openTestStore(t);
  let tellRest: () => void = () => undefined;
  const thread = new SearchThread({
    databasePath,
    indexPath: path.join(path.dirname(databasePath), "search.db"),
    log: {
      write: (_level, event) => {
        if (event === "the search thread rests") tellRest();
      },
    },
    quietMs: 5,
  });
  t.after(async () => thread.close());
  const rested = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    tellRest = resolve;
    return promise;
  };
  const caughtUp = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    thread.onCaughtUp = resolve;
    return promise;
  };
  return { databasePath, thread, rested, caughtUp };
}

function write(databasePath: string, id: string, text: string): void {
  const parts = JSON.stringify([{ type: "text", data: { text } }]);
  runSql(
    databasePath,
    `begin; pragma defer_foreign_keys = on;
     insert into messages (id, session_id, role, parts, created_at, updated_at)
     values ('${id}', 's-${id}', 'user', '${parts}', 1, 1);
     insert into sessions (id, title, message_count, created_at, updated_at) values ('s-${id}', 'T', 1, 1, 1); commit;`,
  );
}

async function find(thread: SearchThread, text: string): Promise<FoundHits> {
  const found = await thread.find({ text, limit: 10, isPatient: false });
  assert.ok(found !== null);
  return found;
}

test("a thread with nothing to do ends, and the next query finds the index as it was left", async (t) => {
  const { databasePath, thread, rested } = await openThread(t);
  write(databasePath, "one", "a heron at the pond");
  const atRest = rested();
  thread.catchUp();
  assert.ok(thread.isStarted);
  await atRest;
  assert.ok(!thread.isStarted);
  const found = await find(thread, "heron");
  assert.equal(found.hits.length, 1);
  assert.ok(found.isIndexed);
});

test("what others write while the thread rests goes into the index", async (t) => {
  const { databasePath, thread, rested, caughtUp } = await openThread(t);
  thread.othersWrote();
  assert.ok(!thread.isStarted, "nobody has asked for the index yet");
  const atRest = rested();
  thread.catchUp();
  await atRest;
  write(databasePath, "two", "an otter in the river");
  const again = caughtUp();
  thread.othersWrote();
  await again;
  assert.equal((await find(thread, "otter")).hits.length, 1);
});

test("what could not be opened is opened for the next request, and the thread rests again", async (t) => {
  const folder = temporaryFolder(t);
  const databasePath = path.join(folder, "crush.db");
  writeFileSync(databasePath, "no database\n".repeat(100));
  const rested = Promise.withResolvers<void>();
  const thread = new SearchThread({
    databasePath,
    indexPath: path.join(folder, "search.db"),
    log: {
      write: (_level, event) => {
        if (event === "the search thread rests") rested.resolve();
      },
    },
    quietMs: 5,
  });
  t.after(async () => thread.close());
  await assert.rejects(find(thread, "heron"), /damaged/u);
  rmSync(databasePath);
  await openStoreAt(t, databasePath);
  write(databasePath, "one", "a heron at the pond");
  thread.catchUp();
  await rested.promise;
  assert.equal((await find(thread, "heron")).hits.length, 1);
});

const alone = "commit; pragma locking_mode = exclusive; begin immediate";

test("a thread that waits for a lock ends when it is told to, and does not wait to the end", async (t) => {
  const { path: databasePath, store } = await openTestStore(t);
  await store.close();
  await holdLock(t, databasePath, alone);
  const events: string[] = [];
  const thread = new SearchThread({
    databasePath,
    indexPath: path.join(path.dirname(databasePath), "search.db"),
    log: { write: (_level, event) => events.push(event) },
  });
  const found = thread.find({ text: "heron", limit: 10, isPatient: true });
  thread.catchUp();
  await thread.close();
  assert.equal(await found, null);
  assert.deepEqual(events, [], "it did not fail for the lock");
});
