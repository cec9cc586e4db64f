/** Lasting permissions as whole programs give them. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openAppPlace, type ScriptedCall } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

const touch = (file: string): readonly ScriptedCall[] => [
  { name: "bash", input: { command: `touch ${file}`, description: file } },
];

test("where the global data directory can't be written, a lasting permission holds once, and says so", async (t) => {
  const place = await openAppPlace(t, {
    answers: [touch("one"), "done", touch("two"), "done"],
    environment: { CRUSH_GLOBAL_DATA: "/dev/null/data" },
  });
  place.answerPermissions({ decision: "allow", scope: "session" });
  const { id } = await place.app.openStartSession();
  assert.equal((await place.say(id, "do it")).reason, "end_turn");
  const [lost, ...others] = place.events.filter((event) => event.type === "grant-lost");
  assert.deepEqual([lost?.sessionId, others], [id, []]);
  assert.match(lost?.message ?? "", /cannot keep the permission/u);
  // One of an earlier time can't be checked: it is none.
  runSql(
    place.databasePath,
    `insert into x_grant (id, scope, session_id, tool, action, pattern, created_at_ms)
     values ('a.b', 'session', '${id}', 'bash', 'execute', 'touch two', 1)`,
  );
  assert.deepEqual(place.app.listGrants(id), []);
  assert.equal((await place.say(id, "again")).reason, "end_turn");
  assert.equal(place.events.filter((event) => event.type === "permission-asked").length, 2);
  for (const file of ["one", "two"]) assert.ok(existsSync(path.join(place.place.project, file)));
});
