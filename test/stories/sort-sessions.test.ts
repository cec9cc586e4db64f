/** Sorting in the list: columns, pins, tags, the archive, marks, forks, the mouse; and the same verbs as commands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { runProgram } from "../harness/run-program.ts";
import type { Sandbox } from "../harness/sandbox.ts";
import { runSql } from "../harness/open-test-store.ts";
import { quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { answer, type ModelStage, withModel } from "../harness/with-model.ts";

/** A conversation a title, oldest first; their ids by title. */
async function makeSessions({ sandbox, server }: ModelStage, names: readonly string[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const name of names) {
    server.push(answer(`All about ${name}.`));
    const made = await runProgram({ sandbox, args: ["run", "--format", "json", `Tell me about ${name}`] });
    assert.equal(made.code, 0, made.stderr);
    const { session_id: id } = JSON.parse(made.stdout) as { readonly session_id: string };
    await runProgram({ sandbox, args: ["session", "rename", id, name] });
    ids.set(name, id);
  }
  return ids;
}

async function openPicker(app: RunningApp): Promise<void> {
  await untilReady(app);
  app.press("ctrl+s");
  await app.waitFor("─ Sessions (");
}

async function closePicker(app: RunningApp): Promise<void> {
  app.press("escape");
  await app.waitUntilGone("─ Sessions (");
}

/** Moves the cursor to a session by typing its name, and leaves the filter empty. */
async function choose(app: RunningApp, name: string): Promise<void> {
  app.type(name.toLowerCase());
  await app.waitFor(`Filter: ${name.toLowerCase()}`);
  app.press("ctrl+u");
  await app.waitFor("Filter: type");
  await untilRow(app, new RegExp(`›.*${name}`, "u"));
}

/** A row of the screen looks so. */
async function untilRow(app: RunningApp, pattern: RegExp): Promise<void> {
  await app.waitUntil((terminal) => terminal.rows().some((row) => pattern.test(row)), { what: String(pattern) });
}

function archived(sandbox: Sandbox): number {
  return databaseRows(sandbox.database, "select 1 from x_session where archived_at_ms is not null").length;
}

/** What was made a moment ago was made today there. Names of such zones have the sign of the way to Greenwich. */
function zoneWhereItIsNoon(): string {
  const offset = 12 - new Date().getUTCHours();
  return `Etc/GMT${offset > 0 ? "-" : "+"}${Math.abs(offset)}`;
}

test("the list has state, age, messages, tokens, cost, files, model, branch and id as there is room, by day", async () => {
  await withModel(async (stage) => {
    await makeSessions(stage, ["Alders", "Birches"]);
    await using wide = startApp({
      sandbox: stage.sandbox,
      columns: 120,
      rows: 40,
      environment: { TZ: zoneWhereItIsNoon() },
    });
    await openPicker(wide);
    await untilRow(wide, /age msgs tokens +cost model +id/u);
    runSql(
      stage.sandbox.database,
      `update x_session set git_branch = 'forest' where session_id = (select id from sessions where title = 'Alders');
       update x_session_sum set changed_files = 1, added_lines = 3
         where session_id = (select id from sessions where title = 'Alders');`,
    );
    await closePicker(wide);
    await openPicker(wide);
    await untilRow(wide, /age msgs tokens +cost +files model +branch +id/u);
    await untilRow(wide, /Alders .*\+3 −0 .* forest /u);
    await untilRow(wide, /│ Today/u);
    assert.ok(wide.terminal.rows().some((row) => row.includes("Alders")));
    await untilRow(wide, /Birches +(?:now|\d+ min) +2 +[\d.]+k? +\$/u);
    await closePicker(wide);
    await quit(wide);
    await using narrow = startApp({ sandbox: stage.sandbox, columns: 80, rows: 24 });
    await openPicker(narrow);
    await untilRow(narrow, /age msgs +cost id/u);
    assert.equal(narrow.terminal.find("branch"), null);
    await closePicker(narrow);
    await quit(narrow);
  });
});

test("pin, tag, archive and its undo work on marked sessions, and on the command line", async () => {
  await withModel(async (stage) => {
    const { sandbox } = stage;
    const ids = await makeSessions(stage, ["Alders", "Birches", "Cedars"]);
    const times = databaseRows(sandbox.database, "select id, updated_at from sessions order by id");
    await using app = startApp({ sandbox });
    await openPicker(app);
    await choose(app, "Alders");
    app.press("alt+p");
    await app.waitFor("Pinned");
    app.press("alt+t");
    await app.waitFor("Tags: ");
    app.type("tree");
    app.press("enter");
    await app.waitFor("Alders #tree");
    app.type("tag:tree");
    await app.waitFor("Sessions (1 of");
    app.press("ctrl+u");
    await app.waitUntilGone("Sessions (1 of");
    await choose(app, "Birches");
    app.press("space");
    await app.waitFor("1 marked");
    app.press("alt+v");
    await app.waitFor("1 session archived");
    assert.equal(archived(sandbox), 1);
    app.press("ctrl+z");
    await app.waitFor("1 session unarchived");
    assert.equal(archived(sandbox), 0);
    await closePicker(app);
    await quit(app);
    assert.deepEqual(databaseRows(sandbox.database, "select id, updated_at from sessions order by id"), times);
    const list = await runProgram({ sandbox, args: ["session", "list", "--pinned", "--json"] });
    assert.deepEqual(
      (JSON.parse(list.stdout) as Record<string, unknown>[]).map(({ title, tags }) => [title, tags]),
      [["Alders", ["tree"]]],
    );
    await runProgram({ sandbox, args: ["session", "archive", ids.get("Birches") ?? "", ids.get("Cedars") ?? ""] });
    const left = await runProgram({ sandbox, args: ["session", "list"] });
    assert.match(left.stdout, /^\S+ \S+ Alders\n$/u);
  });
});

test("a fork in the list holds what was said and goes its own way; /fork opens one", async () => {
  await withModel(async (stage) => {
    const { sandbox, server } = stage;
    await makeSessions(stage, ["Alders"]);
    await using app = startApp({ sandbox, args: ["-C"] });
    await app.waitFor("All about Alders.");
    await openPicker(app);
    app.press("ctrl+f");
    await app.waitFor("Alders (fork)");
    await closePicker(app);
    app.type(" /fork");
    app.press("enter");
    await app.waitFor("Forked as “Alders (fork 2)”");
    await app.waitFor("All about Alders.");
    server.push(answer("Only in the fork."));
    await untilReady(app);
    app.type("And now?");
    app.press("enter");
    await app.waitFor("Only in the fork.");
    await quit(app);
    const counts = databaseRows(sandbox.database, "select title, message_count from sessions order by title");
    assert.deepEqual(
      counts.map((row) => [row["title"], row["message_count"]]),
      [
        ["Alders", 2],
        ["Alders (fork 2)", 4],
        ["Alders (fork)", 2],
      ],
    );
    assert.match(JSON.stringify(server.requests.findLast((request) => request.hasTools)), /Tell me about Alders/u);
  });
});

test("a click chooses, a second one opens", async () => {
  await withModel(async (stage) => {
    await makeSessions(stage, ["Alders", "Birches", "Cedars"]);
    await using app = startApp({ sandbox: stage.sandbox, args: ["-C"] });
    await openPicker(app);
    await app.waitFor("Alders");
    const row = app.terminal.rows().findIndex((text) => text.includes("Alders"));
    assert.ok(row >= 0);
    app.click({ row, column: 12 });
    await untilRow(app, /›.*Alders/u);
    app.click({ row, column: 12 });
    await app.waitFor("All about Alders.");
    assert.equal(app.terminal.find("─ Sessions"), null);
    await quit(app);
  });
});
