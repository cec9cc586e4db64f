import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../src/lib/app-error.ts";
import { openAppPlace } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

test("a newer version's database is shown and never written, and that is said", async (t) => {
  const place = await openAppPlace(t);
  const { id } = await place.app.createSession();
  await place.say(id, "hello");
  await place.close();
  runSql(place.databasePath, "insert into x_schema (version, applied_at_ms) values (999, 1)");
  const tables = ["sessions", "messages", "x_session", "x_usage", "x_turn"];
  const before = tables.map((table) => place.query(`select * from ${table}`));
  const app = await place.open();
  assert.deepEqual(
    app.listSessions().map(({ session }) => session.id),
    [id],
  );
  assert.equal(place.transcript(id).length, 2);
  app.openSession(id);
  const isNewer = (error: unknown): boolean =>
    error instanceof AppError &&
    error.code === "database-newer" &&
    /newer version of this program/u.test(error.message);
  await assert.rejects(app.sendPrompt(id, { text: "more", attachments: [] }), isNewer);
  await assert.rejects(app.createSession(), isNewer);
  await assert.rejects(app.deleteSession(id), isNewer);
  await place.close();
  assert.deepEqual(
    tables.map((table) => place.query(`select * from ${table}`)),
    before,
  );
});
