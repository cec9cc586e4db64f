/** Another process takes the index away, or puts a new one in its place, while this one uses it. */
import assert from "node:assert/strict";
import { renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { openTestStore, runSql } from "../../../test/harness/open-test-store.ts";
import { fileIdentity } from "../../lib/file-identity.ts";
import { systemClock } from "../../lib/clock.ts";
import type { Store } from "../store.ts";
import { removeStaleIndex } from "./prepare-search-file.ts";
import { SearchDesk } from "./search-desk.ts";

interface Place {
  readonly store: Store;
  readonly indexPath: string;
}

async function openPlace(t: TestContext): Promise<Place> {
  const { store, path: databasePath } = await openTestStore(t);
  const rows = Array.from({ length: 40 }, (_, at) => {
    const parts = JSON.stringify([{ type: "text", data: { text: `word${String(at)} ${"filler ".repeat(50)}` } }]);
    return `insert into sessions (id, title, message_count, created_at, updated_at) values ('s${String(at)}', '', 1, 1, 1);
      insert into messages (id, session_id, role, parts, created_at, updated_at)
      values ('m${String(at)}', 's${String(at)}', 'user', '${parts}', 1, 1);`;
  });
  runSql(databasePath, rows.join("\n"));
  return { store, indexPath: path.join(path.dirname(databasePath), "search.db") };
}

function openDesk(t: TestContext, { store, indexPath }: Place, onPause: () => Promise<void>): SearchDesk {
  const desk = new SearchDesk({
    store,
    indexPath,
    clock: systemClock,
    batchSize: 1000,
    isGivenUp: () => false,
    pause: onPause,
    onTrouble: (reason) => assert.fail(reason),
  });
  t.after(async () => desk.close());
  return desk;
}

test("an index that another process has put in the place of this one's is used, and stays", async (t) => {
  const place = await openPlace(t);
  const { indexPath } = place;
  let pauses = 0;
  let identity: string | undefined;
  const desk = openDesk(t, place, async () => {
    pauses += 1;
    if (pauses !== 2) return;
    renameSync(indexPath, `${indexPath}.away`);
    assert.equal(await openDesk(t, place, async () => undefined).catchUp(), true);
    identity = fileIdentity(indexPath);
  });
  assert.equal(await desk.catchUp(), true);
  assert.ok(pauses > 2);
  assert.equal(fileIdentity(indexPath), identity);
  const givenUp = new SharedArrayBuffer(4);
  const found = await desk.find({ kind: "find", id: 1, text: "word39 ", limit: 9, isPatient: false, givenUp });
  assert.deepEqual([found?.isIndexed, found?.hits.length], [true, 1]);
});

test("only the file that was found stale is removed", async (t) => {
  const { indexPath } = await openPlace(t);
  for (const suffix of ["", "-wal"]) writeFileSync(`${indexPath}${suffix}`, "old");
  const identity = fileIdentity(indexPath);
  writeFileSync(`${indexPath}.new`, "new");
  renameSync(`${indexPath}.new`, indexPath);
  await removeStaleIndex(indexPath, identity);
  assert.equal(statSync(`${indexPath}-wal`).size, 3);
  assert.notEqual(fileIdentity(indexPath), undefined);
  await removeStaleIndex(indexPath, fileIdentity(indexPath));
  assert.equal(fileIdentity(indexPath), undefined);
});
