/** Writes and reads that fail where nobody waits for them: neither the program nor a session is lost by it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { App } from "../../src/app/app.ts";
import { AppError } from "../../src/lib/app-error.ts";
import type { ModelEvent } from "../../src/providers/provider.ts";
import type { SessionEvent } from "../../src/schema/session-event.ts";
import { LogSync } from "../../src/store/log-sync.ts";
import type { StoreOptions } from "../../src/store/store.ts";
import { openAppPlace } from "../harness/app-place.ts";
import { damageDatabase } from "../harness/damage-database.ts";
import { runSql } from "../harness/open-test-store.ts";

const withText = (text: string): { text: string; attachments: [] } => ({ text, attachments: [] });

/** The first of these statements fails, as on a full disk. */
function failingOnce(start: string): Pick<StoreOptions, "probe"> {
  let isDue = true;
  return {
    probe: (moment, sql) => {
      if (moment !== "ran" || !sql.startsWith(start) || !isDue) return;
      isDue = false;
      throw new AppError("disk-full", "no space left");
    },
  };
}

/** These statements fail until the disk is whole again. */
function failing(start: string): Pick<StoreOptions, "probe"> & { readonly heal: () => void } {
  let isFailing = true;
  return {
    probe: (moment, sql) => {
      if (isFailing && moment === "ran" && sql.startsWith(start)) throw new AppError("disk-full", "no space left");
    },
    heal: () => {
      isFailing = false;
    },
  };
}

async function next(app: App, fits: (event: SessionEvent) => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = app.watch((event) => {
    if (fits(event)) resolve();
  });
  await promise;
  stop();
}

async function* untilAborted(_request: unknown, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  yield { type: "text-delta", blockId: "0", text: "so far" };
  await new Promise<void>((ended) => {
    signal.addEventListener("abort", () => ended(), { once: true });
  });
  yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
}

test("a turn whose end can't be stored holds up neither what waits behind it nor the session's deletion", async (t) => {
  const place = await openAppPlace(t, { storeOptions: failingOnce("delete from x_turn"), answers: ["one", "two"] });
  const { app } = place;
  const { id } = await app.createSession();
  await place.say(id, "a");
  assert.equal(place.query("select fence from x_turn").length, 1);
  const answered = next(app, (event) => event.type === "turn-end");
  await app.queue.add(id, withText("b"), "follow-up");
  await answered;
  assert.deepEqual(place.query("select fence from x_turn"), []);
  assert.match(JSON.stringify(place.transcript(id)), /"one".*"b".*"two"/u);

  const other = await openAppPlace(t, { storeOptions: failingOnce("delete from x_turn") });
  const session = await other.app.createSession();
  await other.say(session.id, "a");
  await other.app.deleteSession(session.id);
  assert.deepEqual(other.query("select id from sessions"), []);
});

test("a turn whose end can't be stored holds up other windows only until it can", async (t) => {
  const disk = failing("delete from x_turn");
  const place = await openAppPlace(t, { storeOptions: disk, answers: ["one", "two"] });
  const owner = place.app;
  t.after(async () => owner.close());
  const { id } = await owner.createSession();
  const other = await place.open();
  const ended = next(other, (event) => event.type === "turn-end");
  await owner.sendPrompt(id, withText("a"));
  await owner.finishTitles();
  await assert.rejects(other.sendPrompt(id, withText("b")), { code: "session-busy" });
  disk.heal();
  await ended;
  assert.equal((await other.sendPrompt(id, withText("b"))).text, "two");
  await other.finishTitles();
  assert.match(JSON.stringify(place.transcript(id)), /"one".*"end_turn".*"b".*"two"/u);
});

test("a turn whose beginning the disk does not confirm holds up nothing either", async (t) => {
  const failures = [new Error("EIO: i/o error, fdatasync")];
  let real: LogSync | null = null;
  const place = await openAppPlace(t, {
    answers: ["two"],
    storeOptions: {
      logSync: {
        sync: async () => {
          const failure = failures.shift() ?? null;
          if (failure !== null) throw failure;
          await (real ??= new LogSync(place.databasePath)).sync();
        },
        close: async () => real?.close(),
      },
    },
  });
  const { app } = place;
  const { id } = await app.createSession();
  let storedCount = 0;
  const turn = app.sendPrompt(id, withText("a"), () => {
    storedCount += 1;
  });
  await assert.rejects(turn, AppError);
  assert.equal(storedCount, 1, "the prompt is there all the same, as who sent it is told");
  assert.equal(place.query("select fence from x_turn").length, 1);
  const answered = next(app, (event) => event.type === "turn-end");
  await app.queue.add(id, withText("b"), "follow-up");
  await answered;
  assert.match(JSON.stringify(place.transcript(id)), /"a".*"b".*"two"/u);
});

test("a queue that can't be read when its turn was canceled is no reason to end the program", async (t) => {
  const place = await openAppPlace(t, { answers: [untilAborted] });
  const { app } = place;
  const { id } = await app.createSession();
  const turn = app.sendPrompt(id, withText("a"));
  await next(app, (event) => event.type === "text-delta");
  damageDatabase(place.databasePath, "x_queue_session_id");
  // What another program has written is read from the disk again.
  runSql(place.databasePath, "update sessions set updated_at = updated_at + 1");
  await app.cancelTurn(id);
  assert.equal((await turn).reason, "canceled");
  assert.throws(() => app.queue.list(id), AppError);
  assert.match(JSON.stringify(place.transcript(id)), /so far/u);
});

test("copies and deletions that can't be gone on with at the start are left for the next one", async (t) => {
  const place = await openAppPlace(t, { storeOptions: failingOnce("update x_copy") });
  const { id } = await place.app.createSession();
  await place.close();
  runSql(
    place.databasePath,
    `insert into x_copy (session_id, owner_id, begun_at_ms) values ('copied', 'dead', 1);
     insert into x_tombstone (session_id, deleted_at_ms) values ('${id}', 1)`,
  );
  await place.open();
  await place.close();
  assert.deepEqual(place.query("select session_id, owner_id from x_copy"), [
    { session_id: "copied", owner_id: "dead" },
  ]);
  assert.deepEqual(place.query("select id from sessions"), [], "the rest is done all the same");
  assert.match(readFileSync(place.logPath, "utf8"), /copies of sessions could not be given up.*disk-full/u);
  await place.open();
  await place.close();
  assert.deepEqual(place.query("select session_id from x_copy"), []);
});
