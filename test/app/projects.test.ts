/** The sessions of this machine's other projects, read without a trace. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openAppPlace } from "../harness/app-place.ts";
import { openSampleStore, runSql } from "../harness/open-test-store.ts";

test("other projects are listed with their newest sessions; one that is gone says so", async (t) => {
  const other = await openSampleStore(t);
  await other.store.close();
  const place = await openAppPlace(t);
  const dataDirectory = path.dirname(other.path);
  runSql(
    other.path,
    `insert into sessions (id, title, message_count, created_at, updated_at) values ('gone', 'Being removed', 1, 1, 9999999999);
     insert into x_tombstone (session_id, deleted_at_ms) values ('gone', 1)`,
  );
  place.place.write("home/.local/share/crush/projects.json", {
    projects: [
      { path: "/other", data_dir: dataDirectory, last_accessed: "2026-01-02T00:00:00Z" },
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
  assert.deepEqual([first?.path, first?.problem, second?.path, second?.sessions], ["/other", null, "/gone", []]);
  assert.match(second?.problem ?? "", /./u);
  assert.ok((first?.sessions.length ?? 0) >= 3);
  assert.ok(first?.sessions.every(({ session }) => session.parentSessionId === null && session.messageCount > 0));
  assert.ok(first?.sessions.every(({ session }) => session.title !== "Being removed"));
  assert.deepEqual(readdirSync(dataDirectory).toSorted(), before, "nothing was made, nothing is left");
});
