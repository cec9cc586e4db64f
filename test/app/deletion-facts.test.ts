import assert from "node:assert/strict";
import { test } from "node:test";
import { openAppPlace } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

test("what a delete takes along names prompts that wait and drafts, those of children too", async (t) => {
  const place = await openAppPlace(t);
  const { app } = place;
  const [parent, child, other] = [
    await app.createSession({ title: "Parent" }),
    await app.createSession({ title: "Child" }),
    await app.createSession({ title: "Other" }),
  ];
  const unsent = (): unknown => {
    const { prompts, drafts } = app.deletion.facts(parent.id);
    return { prompts, drafts };
  };
  assert.deepEqual(unsent(), { prompts: 0, drafts: 0 });
  runSql(place.databasePath, `update sessions set parent_session_id = '${parent.id}' where id = '${child.id}'`);
  for (const { id } of [parent, child, other]) {
    await app.saveDraft(id, "half a thought");
    runSql(
      place.databasePath,
      `insert into x_queue (id, session_id, kind, position, text, attachments, waiter_name, version, created_at_ms)
       values ('${id}', '${id}', 'follow-up', 1, 'later', '[]', '', 1, 1)`,
    );
  }
  assert.deepEqual(unsent(), { prompts: 2, drafts: 2 });
  await app.saveDraft(child.id, "");
  assert.deepEqual(unsent(), { prompts: 2, drafts: 1 });
});
