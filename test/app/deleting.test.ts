/** What is left of a session after it was deleted, here or by another program: nothing. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { type AppPlace, openAppPlace } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

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

  test("never keeps the program from starting, whatever lies in the folder", async (t) => {
    const place = await openAppPlace(t);
    await place.close();
    writeFileSync(path.join(place.place.project, ".crush", "outputs"), "no folder");
    await place.open();
    await place.close();
    assert.ok(existsSync(place.logPath));
  });
});
