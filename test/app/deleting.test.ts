/** What is left of a session after it was deleted, here or by another program: nothing. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import type { ModelEvent } from "../../src/providers/provider.ts";
import { type AppPlace, openAppPlace } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";
import { untilGone, untilWritten } from "../harness/until-stored.ts";

function spill(place: AppPlace, sessionId: string): string {
  const folder = path.join(place.place.project, ".crush", "outputs", sessionId);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "bash-1.txt"), "much");
  return folder;
}

describe("a session that another program deleted", () => {
  test("is cleaned from our own files at the next open; what others still have stays", async (t) => {
    const place = await openAppPlace(t);
    const [kept, gone] = [await place.app.createSession(), await place.app.createSession()];
    const folders = [spill(place, kept.id), spill(place, gone.id)] as const;
    runSql(place.databasePath, `pragma foreign_keys = on; delete from sessions where id = '${gone.id}'`);
    await place.close();
    await place.open();
    await place.close();
    assert.deepEqual(
      folders.map((folder) => existsSync(folder)),
      [true, false],
    );
  });

  test("is cleaned from our own files at the change, too: outputs, and the journal of a process that is gone", async (t) => {
    const place = await openAppPlace(t);
    const gone = await place.app.createSession();
    const folder = spill(place, gone.id);
    const journal = path.join(place.app.config.dataDirectory, "journal", "of-its-last-step.jsonl");
    mkdirSync(path.dirname(journal), { recursive: true });
    writeFileSync(journal, '["step",1]\n');
    runSql(place.databasePath, `pragma foreign_keys = on; delete from sessions where id = '${gone.id}'`);
    await untilGone(folder);
    await untilGone(journal);
    assert.deepEqual([existsSync(folder), existsSync(journal)], [false, false]);
  });

  test("leaves nothing of what streamed into it here when it went", async (t) => {
    const place = await openAppPlace(t, {
      answers: [
        (_request, signal) =>
          (async function* (): AsyncGenerator<ModelEvent> {
            const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
            signal.addEventListener("abort", () => {
              resolve(undefined);
            });
            yield { type: "text-delta", blockId: "0", text: "NobodyMayReadThis" };
            await untilWritten(journals, /\.jsonl$/u, /NobodyMayReadThis/u);
            runSql(place.databasePath, "pragma foreign_keys = on; pragma secure_delete = on; delete from sessions");
            await aborted;
            yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
          })(),
      ],
    });
    const { dataDirectory } = place.app.config;
    const journals = path.join(dataDirectory, "journal");
    const { id } = await place.app.openStartSession();
    await assert.rejects(place.say(id, "go"), { code: "session-not-found" });
    assert.deepEqual(readdirSync(journals), []);
    await place.close();
    const holders = readdirSync(dataDirectory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file, "latin1").includes("NobodyMayReadThis"));
    assert.deepEqual(holders, []);
  });

  test("leaves nothing of a command of the person's that ran in it", async (t) => {
    const place = await openAppPlace(t);
    const { id } = await place.app.openStartSession();
    place.app.openSession(id);
    const journals = path.join(place.app.config.dataDirectory, "journal");
    mkdirSync(journals);
    const command = place.app.runShellCommand(id, "echo NobodyMayReadThis; sleep 100", new AbortController().signal);
    await untilWritten(journals, /\.jsonl$/u, /NobodyMayReadThis\\n/u);
    runSql(place.databasePath, `pragma foreign_keys = on; delete from sessions where id = '${id}'`);
    await assert.rejects(command);
    for (const name of readdirSync(journals)) await untilGone(path.join(journals, name));
    assert.deepEqual(readdirSync(journals), []);
  });

  test("never keeps the program from starting, whatever lies in the folder", async (t) => {
    const place = await openAppPlace(t);
    await place.close();
    writeFileSync(path.join(place.place.project, ".crush", "outputs"), "no folder");
    await place.open();
    await place.close();
    assert.ok(existsSync(place.logPath));
  });
});

test("a session is empty only where nothing was said and nothing waits to be", async (t) => {
  const { app } = await openAppPlace(t);
  const [said, drafted, attached, queued, empty] = await Promise.all(
    ["said", "drafted", "attached", "queued", "empty"].map(async (title) => app.createSession({ title })),
  );
  assert.ok(said && drafted && attached && queued && empty);
  await app.sendPrompt(said.id, { text: "hello", attachments: [] });
  await app.saveDraft(drafted.id, "half a thought");
  await app.views.saveAttachments(attached.id, [
    { type: "binary", path: "a.txt", mimeType: "text/plain", data: "YQ==" },
  ]);
  await app.saveDraft(queued.id, "x");
  runSql(
    path.join(app.config.dataDirectory, "crush.db"),
    `insert into x_queue (id, session_id, position, kind, text, attachments, waiter_name, version, created_at_ms)
     values ('q', '${queued.id}', 1, 'follow-up', 'later', '[]', 'w', 1, 1);
     update x_session set draft = '' where session_id = '${queued.id}'`,
  );
  await app.saveDraft(empty.id, "x");
  await app.saveDraft(empty.id, "");
  assert.deepEqual(
    app.deletion.prunable({ isEmpty: true }).map(({ title }) => title),
    ["empty"],
  );
});

describe("a session that was deleted here", () => {
  test("is hidden at once, and a start goes on with what an earlier process did not finish", async (t) => {
    const place = await openAppPlace(t);
    const [kept, gone] = [await place.app.createSession(), await place.app.createSession()];
    await place.say(gone.id, "a secret of mine");
    await place.app.saveDraft(gone.id, "half a secret");
    const folder = spill(place, gone.id);
    await place.close();
    // As a process leaves it that is killed right after the session was hidden.
    runSql(place.databasePath, `insert into x_tombstone (session_id, deleted_at_ms) values ('${gone.id}', 1)`);
    const app = await place.open();
    assert.deepEqual(
      app.listSessions().map(({ session }) => session.id),
      [kept.id],
    );
    assert.throws(() => app.findSession(gone.id), { code: "session-not-found" });
    assert.throws(() => app.showSession(gone.id), { code: "session-not-found" });
    assert.throws(() => app.lastSession(), { code: "no-sessions" });
    await assert.rejects(app.deleteSession(gone.id), { code: "session-not-found" });
    await place.close();
    assert.deepEqual(place.query("select id from sessions"), [{ id: kept.id }]);
    assert.deepEqual(place.query("select 1 from x_wipe"), []);
    assert.ok(!existsSync(folder));
    assert.ok(!readFileSync(place.databasePath).includes("secret"));
  });

  test("a command of the person's in it ends", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    const session = await app.createSession();
    const command = app.runShellCommand(session.id, "sleep 100", new AbortController().signal);
    await app.deleteSession(session.id);
    await command;
    assert.throws(() => app.showSession(session.id), { code: "session-not-found" });
  });
});
