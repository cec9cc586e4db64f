/** What a session did to its files, in versions and in numbers. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openAppPlace } from "../harness/app-place.ts";

test("an edit of a large file keeps its versions; created, changed and emptied files are counted by lines", async (t) => {
  const place = await openAppPlace(t);
  const { app } = place;
  place.place.write("project/large.txt", `first\n${"x".repeat(1_200_000)}\n`);
  place.place.write("project/gone.txt", "one\ntwo\n");
  place.answerPermissions({ decision: "allow", scope: "session" });
  const session = await app.createSession();
  place.answers.push(
    [
      { name: "view", input: { file_path: "large.txt", limit: 1 } },
      { name: "view", input: { file_path: "gone.txt" } },
    ],
    [{ name: "edit", input: { file_path: "large.txt", old_string: "first", new_string: "second\nthird" } }],
    [{ name: "write", input: { file_path: "new.txt", content: "a\nb\nc\n" } }],
    [{ name: "bash", input: { command: "rm gone.txt", description: "remove" } }],
  );
  assert.equal((await place.say(session.id, "change them")).reason, "end_turn");
  const files = app
    .showSession(session.id)
    .metrics.files.map(({ path: file, change, additions, removals }) => [
      path.basename(file),
      change,
      additions,
      removals,
    ]);
  assert.deepEqual(
    files.toSorted((left, right) => String(left[0]).localeCompare(String(right[0]))),
    [
      ["gone.txt", "deleted", 0, 2],
      ["large.txt", "modified", 2, 1],
      ["new.txt", "created", 3, 0],
    ],
  );
  const versions = place.query(
    "select version, length(content) as size from files where path like '%large.txt' order by version",
  );
  assert.deepEqual(versions, [
    { version: 0, size: 1_200_007 },
    { version: 1, size: 1_200_014 },
  ]);
});

test("what a file held before an edit is stored before it is written: nothing in between can lose it", async (t) => {
  const written = { file: "", isLost: true };
  const place = await openAppPlace(t, {
    storeOptions: {
      probe: (moment, sql) => {
        if (moment !== "ran" || !sql.startsWith("insert into files") || !written.isLost) return;
        if (readFileSync(written.file, "utf8") === "new\n") throw new Error("as if the program had been killed");
      },
    },
  });
  written.file = place.place.write("project/a.txt", "old\n");
  place.answerPermissions({ decision: "allow", scope: "session" });
  const session = await place.app.createSession();
  const versions = (): unknown[] => place.query("select version, content from files order by version");
  const view = { name: "view", input: { file_path: "a.txt" } };
  place.answers.push([view], [{ name: "edit", input: { file_path: "a.txt", old_string: "old", new_string: "new" } }]);
  await place.say(session.id, "change it");
  assert.equal(readFileSync(written.file, "utf8"), "new\n");
  assert.deepEqual(versions(), [{ version: 0, content: "old\n" }]);
  assert.deepEqual(place.app.showSession(session.id).metrics.files, []);

  written.isLost = false;
  place.answers.push([view], [{ name: "edit", input: { file_path: "a.txt", old_string: "new", new_string: "newer" } }]);
  await place.say(session.id, "once more");
  assert.deepEqual(versions(), [
    { version: 0, content: "old\n" },
    { version: 1, content: "new\n" },
    { version: 2, content: "newer\n" },
  ]);
});

test("switching to allow all while a question is open lets the turn go on", async (t) => {
  const place = await openAppPlace(t);
  const { app } = place;
  const session = await app.createSession();
  app.watch((event) => {
    if (event.type === "permission-asked") app.setYolo(true);
  });
  place.answers.push([{ name: "write", input: { file_path: "new.txt", content: "a\n" } }]);
  assert.equal((await place.say(session.id, "write it")).reason, "end_turn");
  assert.equal(app.showSession(session.id).metrics.files.length, 1);
});
