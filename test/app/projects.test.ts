/** The sessions of this machine's other projects, read without a trace. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import type { ProjectHits } from "../../src/app/search.ts";
import type { ProjectPlace } from "../../src/app/session-organiser.ts";
import { type AppPlace, openAppPlace } from "../harness/app-place.ts";
import { holdLock } from "../harness/hold-lock.ts";
import { openSampleStore, querySql, runSql } from "../harness/open-test-store.ts";

test("other projects are listed with their newest sessions; one that is gone says so", async (t) => {
  const other = await openSampleStore(t);
  await other.store.close();
  const place = await openAppPlace(t);
  const folder = path.dirname(path.dirname(other.path));
  const dataDirectory = path.dirname(other.path);
  runSql(
    other.path,
    `insert into sessions (id, title, message_count, created_at, updated_at) values ('gone', 'Being removed', 1, 1, 9999999999);
     insert into x_tombstone (session_id, deleted_at_ms) values ('gone', 1)`,
  );
  place.place.write("home/.local/share/crush/projects.json", {
    projects: [
      { path: folder, data_dir: dataDirectory, last_accessed: "2026-01-02T00:00:00Z" },
      { path: "/gone", data_dir: path.join(dataDirectory, "none"), last_accessed: "2026-01-01T00:00:00Z" },
      {
        path: place.place.project,
        data_dir: path.join(place.place.project, ".crush"),
        last_accessed: "2026-01-03T00:00:00Z",
      },
    ],
  });
  const before = readdirSync(dataDirectory).toSorted();
  const [first, second, ...more] = place.app.organise.listOtherProjects();
  assert.deepEqual(more, []);
  assert.deepEqual([first?.path, first?.problem, second?.path, second?.sessions], [folder, null, "/gone", []]);
  assert.match(second?.problem ?? "", /./u);
  assert.ok((first?.sessions.length ?? 0) >= 3);
  assert.ok(first?.sessions.every(({ session }) => session.parentSessionId === null && session.messageCount > 0));
  assert.ok(first?.sessions.every(({ session }) => session.title !== "Being removed"));
  assert.deepEqual(readdirSync(dataDirectory).toSorted(), before, "nothing was made, nothing is left");
});

/** The only one in the list when the program starts anew; this project joins it. */
async function listProject(
  place: AppPlace,
  entry: { readonly path: string; readonly data_dir: string },
): Promise<void> {
  await place.close();
  place.place.write("home/.local/share/crush/projects.json", {
    projects: [{ ...entry, last_accessed: "2026-01-02T00:00:00Z" }],
  });
  await place.open();
}

/** Two projects of which the other one is the sample, listed under its folder. */
async function withSample(t: TestContext): Promise<{ readonly place: AppPlace; readonly sample: ProjectPlace }> {
  const { store, path: file } = await openSampleStore(t);
  await store.close();
  const place = await openAppPlace(t);
  const dataDirectory = path.dirname(file);
  const folder = path.dirname(dataDirectory);
  await listProject(place, { path: folder, data_dir: dataDirectory });
  return { place, sample: { path: folder, dataDirectory, sessionId: null } };
}

test("whether another project can be opened is looked at without a trace", async (t) => {
  const { place, sample } = await withSample(t);
  const { organise } = place.app;
  const id = organise.listOtherProjects()[0]?.sessions[0]?.session.id ?? null;
  assert.ok(id !== null);
  const before = readdirSync(sample.dataDirectory).toSorted();
  organise.checkOtherProject(sample);
  organise.checkOtherProject({ ...sample, sessionId: id });
  assert.deepEqual(readdirSync(sample.dataDirectory).toSorted(), before);
  runSql(
    path.join(sample.dataDirectory, "crush.db"),
    `insert into x_tombstone (session_id, deleted_at_ms) values ('${id}', 1)`,
  );
  assert.throws(() => organise.checkOtherProject({ ...sample, sessionId: id }), { code: "session-not-found" });
  const empty = path.join(sample.path, "empty");
  mkdirSync(empty);
  assert.throws(() => organise.checkOtherProject({ ...sample, dataDirectory: empty }), { code: "database-invalid" });
  assert.throws(() => organise.checkOtherProject({ ...sample, path: path.join(sample.path, "none") }), /not there/u);
});

test("this project is no other one, by whatever link it was listed", async (t) => {
  const { place, sample } = await withSample(t);
  const link = path.join(sample.path, "link");
  symlinkSync(place.place.project, link);
  await listProject(place, { path: link, data_dir: ".crush" });
  assert.deepEqual(place.app.organise.listOtherProjects(), []);
});

test("what somebody types is looked for in the other projects, and a newer query takes the place of an older one", async (t) => {
  const { place, sample } = await withSample(t);
  const title = place.app.organise.listOtherProjects()[0]?.sessions[0]?.session.title ?? "";
  const found: ProjectHits[] = [];
  const older: ProjectHits[] = [];
  const { search } = place.app;
  await Promise.all([
    search.findInOtherProjects(title, (hits) => older.push(hits)),
    search.findInOtherProjects(title, (hits) => found.push(hits)),
  ]);
  assert.deepEqual([older, found.map(({ projectPath }) => projectPath)], [[], [sample.path]]);
  assert.ok((found[0]?.result?.hits.length ?? 0) > 0);
  const late = search.findInOtherProjects(title, (hits) => found.push(hits));
  await Promise.all([late, search.findInOtherProjects("", (hits) => found.push(hits))]);
  assert.equal(found.length, 1, "a blank query ends the search");
  const last = search.findInOtherProjects(title, (hits) => found.push(hits));
  await Promise.all([last, place.close()]);
  assert.equal(found.length, 1, "so does the end of the program");
});

/** Everything that lies in the folder, and what is in it. */
function remains(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => [name, readFileSync(path.join(folder, name), "base64")] as const)
    .toSorted(([one], [other]) => one.localeCompare(other));
}

async function typed(place: AppPlace, query: string): Promise<ProjectHits | undefined> {
  const found: ProjectHits[] = [];
  await place.app.search.findInOtherProjects(query, (hits) => found.push(hits));
  assert.equal(found.length, 1);
  return found[0];
}

const saySecret = `begin; pragma defer_foreign_keys = on;
  insert into messages (id, session_id, role, parts, created_at, updated_at)
  values ('said', 'spoken', 'user', '[{"type":"text","data":{"text":"a quercetine leaf"}}]', 1, 1);
  insert into sessions (id, title, message_count, created_at, updated_at) values ('spoken', 'Leaves', 1, 1, 1); commit;`;

test("what somebody types leaves no trace in another project, which is searched as far as it has its index", async (t) => {
  const { place, sample } = await withSample(t);
  runSql(path.join(sample.dataDirectory, "crush.db"), saySecret);
  const before = remains(sample.dataDirectory);
  const unindexed = await typed(place, "quercetine");
  assert.deepEqual([unindexed?.result?.hits, unindexed?.result?.isIndexed], [[], false]);
  assert.equal((await typed(place, "Leaves"))?.result?.hits[0]?.field, "title");
  assert.deepEqual(remains(sample.dataDirectory), before);
  const [, all] = await place.app.search.findInAllProjects("quercetine");
  assert.equal(all?.result?.hits.length, 1, "an order makes the index");
  const indexed = remains(sample.dataDirectory);
  const found = await typed(place, "quercetine");
  assert.deepEqual([found?.result?.hits[0]?.field, found?.result?.isIndexed], ["prompt", true]);
  assert.deepEqual(remains(sample.dataDirectory), indexed);
});

/** As Crush leaves its database. */
function dropOwn(file: string): void {
  for (const type of ["trigger", "view", "table"]) {
    for (const { name } of querySql(
      file,
      `select name from sqlite_master where type = '${type}' and name glob 'x_*'`,
    )) {
      runSql(file, `pragma foreign_keys = off; drop ${type} if exists ${String(name)}`);
    }
  }
}

test("a project that only Crush has used is not upgraded by what somebody types, and says so", async (t) => {
  const { place, sample } = await withSample(t);
  dropOwn(path.join(sample.dataDirectory, "crush.db"));
  const before = remains(sample.dataDirectory);
  const found = await typed(place, "heron");
  assert.equal(found?.result, null);
  assert.match(found.problem ?? "", /of an older version and can't be brought up to date/u);
  assert.deepEqual(remains(sample.dataDirectory), before);
});

test("a project that another program holds is left out of what somebody types, and says so", async (t) => {
  const { place, sample } = await withSample(t);
  await holdLock(
    t,
    path.join(sample.dataDirectory, "crush.db"),
    "commit; pragma locking_mode = exclusive; begin immediate; update sessions set title = title; commit; begin immediate",
  );
  const found = await typed(place, "heron");
  assert.equal(found?.result, null);
  assert.match(found.problem ?? "", /is locked by/u);
});
