/** Finding sessions in the list: by what was said, by qualifiers, below others, in other projects, with the mouse. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { runSql } from "../harness/open-test-store.ts";
import { runProgram } from "../harness/run-program.ts";
import { quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { answer, type ModelStage, withModel } from "../harness/with-model.ts";

/** One prompt and its answer; the session's id. */
async function makeSession({ sandbox }: ModelStage, title: string, cwd = sandbox.project): Promise<string> {
  const made = await runProgram({
    sandbox,
    cwd,
    args: ["run", "--yolo", "--format", "json", `Tell me about ${title}`],
  });
  assert.equal(made.code, 0, made.stderr);
  const { session_id: id } = JSON.parse(made.stdout) as { readonly session_id: string };
  await runProgram({ sandbox, cwd, args: ["session", "rename", id, title] });
  return id;
}

async function makeSessions(stage: ModelStage, titles: readonly string[]): Promise<void> {
  for (const title of titles) {
    stage.server.push(answer(`All about ${title}.`));
    await makeSession(stage, title);
  }
}

async function openPicker(app: RunningApp): Promise<void> {
  await untilReady(app);
  app.press("ctrl+s");
  await app.waitFor("─ Sessions (");
}

async function untilRow(app: RunningApp, pattern: RegExp): Promise<void> {
  await app.waitUntil((terminal) => terminal.rows().some((row) => pattern.test(row)), { what: String(pattern) });
}

async function filter(app: RunningApp, query: string): Promise<void> {
  app.press("ctrl+u");
  await app.waitFor("Filter: type");
  app.type(query);
  await app.waitFor(`Filter: ${query}`);
}

test("what was said is found while typing, with a preview; enter opens the session at that message", async () => {
  await withModel(async (stage) => {
    const { sandbox, server } = stage;
    const lines = Array.from({ length: 80 }, (_, index) => `Line ${index} of much more.`).join("\n\n");
    server.push(answer(`The heartwood is called quercetine.\n\n${lines}`));
    await makeSession(stage, "Alders");
    await makeSessions(stage, ["Birches", "Cedars"]);
    await using app = startApp({ sandbox, columns: 120, rows: 40 });
    await openPicker(app);
    await filter(app, "cedr");
    await untilRow(app, /› .*Cedars/u);
    await filter(app, "quercetine");
    await untilRow(app, /What was said/u);
    await untilRow(app, /› Alders answer: …?.*quercetine/u);
    await app.waitFor("Tell me about Alders");
    await untilRow(app, /│ The heartwood is called quercetine\./u);
    app.press("enter");
    await app.waitUntilGone("─ Sessions (");
    await untilRow(app, /▌ The heartwood is called quercetine\./u);
    assert.equal(app.terminal.find("Line 79 of much more."), null, "not at its end");
    await openPicker(app);
    app.press("escape");
    await app.waitUntilGone("─ Sessions (");
    await quit(app);
  });
});

test("qualifiers narrow the list, and crush session search takes the same", async () => {
  await withModel(async (stage) => {
    const { sandbox, server } = stage;
    server.push(
      {
        match: { hasTools: true },
        blocks: [{ kind: "tool-call", name: "write", input: { file_path: "saw/blade.txt", content: "sharp\n" } }],
      },
      answer("The blade is there."),
    );
    const id = await makeSession(stage, "Alders");
    await makeSessions(stage, ["Birches", "Cedars"]);
    await runProgram({ sandbox, args: ["session", "pin", id] });
    await runProgram({ sandbox, args: ["session", "tag", id, "wood"] });
    server.push({ match: { hasTools: true }, fault: { at: "start", error: "auth" } });
    await runProgram({ sandbox, args: ["run", "--session", id, "And larches?"] });
    await using app = startApp({ sandbox, columns: 120, rows: 36 });
    await openPicker(app);
    for (const query of [
      "file:blade",
      "is:pinned",
      "tag:woo",
      "file:saw/ alder",
      "tag:wood is:pinned ald",
      "is:failed",
      "after:7d is:pinned",
      "tag:wood -before:yesterday",
      "ald -tag:metal ",
      '"alders"',
      'file:"saw/blade.txt"',
    ]) {
      await filter(app, query);
      await app.waitFor("Sessions (1 of 3");
      await untilRow(app, /› .*Alders/u);
      const searched = await runProgram({
        sandbox,
        args: ["session", "search", "--json", query.replace("ald", "Ald")],
      });
      const hits = searched.stdout.trim() === "" ? [] : (JSON.parse(searched.stdout) as { readonly uuid: string }[]);
      assert.deepEqual([...new Set(hits.map(({ uuid }) => uuid))], [id], query);
    }
    await filter(app, "file:nowhere");
    await app.waitFor("no session matches");
    app.press("escape");
    await app.waitUntilGone("─ Sessions (");
    await quit(app);
  });
});

test("a child stands under its parent, opens while it runs, and can only be read", async () => {
  await withModel(async (stage) => {
    const { sandbox } = stage;
    await makeSessions(stage, ["Alders", "Birches"]);
    const [parent] = databaseRows(sandbox.database, "select id from sessions where title = 'Alders'");
    const child = "11111111-2222-4333-8444-555555555555";
    const now = Math.floor(Date.now() / 1000);
    runSql(
      sandbox.database,
      `insert into sessions (id, parent_session_id, title, message_count, prompt_tokens, completion_tokens, cost,
         created_at, updated_at)
       values ('${child}', '${String(parent?.["id"])}', 'Look for rust', 0, 0, 0, 0.0, ${now}, ${now})`,
    );
    const say = (id: string, role: "user" | "assistant", text: string): void => {
      const isUser = role === "user";
      const [reason, model, provider] = isUser ? ["stop", "", "null"] : ["end_turn", "m", "'p'"];
      const parts = JSON.stringify([
        { type: "text", data: { text } },
        { type: "finish", data: { reason, time: isUser ? 0 : now } },
      ]);
      runSql(
        sandbox.database,
        `insert into messages (id, session_id, role, parts, model, provider, created_at, updated_at, finished_at)
         values ('${id}', '${child}', '${role}', '${parts}', '${model}', ${provider}, ${now}, ${now},
           ${isUser ? "null" : now})`,
      );
    };
    const [asked, answered] = ["aaaaaaaa", "bbbbbbbb"].map((start) => `${start}-2222-4333-8444-555555555555`);
    assert.ok(asked !== undefined && answered !== undefined);
    say(asked, "user", "Find rust on the saws");
    await using app = startApp({ sandbox, args: ["-C"] });
    await openPicker(app);
    await untilRow(app, /Alders ▸1/u);
    app.type("alders");
    await app.waitFor("Filter: alders");
    app.press("ctrl+b");
    await untilRow(app, /└ Look for rust/u);
    app.press("down", "enter");
    await app.waitUntilGone("─ Sessions (");
    await app.waitFor("Find rust on the saws");
    say(answered, "assistant", "There is rust on two of them");
    await app.waitFor("There is rust on two of them");
    for (const typed of ["Clean them", "!touch cleaned"]) {
      app.type(typed);
      await app.waitFor(typed);
      app.press("enter");
      await app.waitFor("it can only be read");
      app.press("ctrl+u");
      await app.waitUntilGone(typed);
      app.press("escape");
      await app.waitUntilGone("it can only be read");
    }
    await quit(app);
    const rows = databaseRows(sandbox.database, `select id from messages where session_id = '${child}' order by id`);
    assert.deepEqual(
      rows.map((row) => row["id"]),
      [asked, answered],
    );
  });
});

test("the wheel moves through the list, a click chooses, a double click opens", async () => {
  await withModel(async (stage) => {
    await makeSessions(stage, ["Alders", "Birches", "Cedars"]);
    await using app = startApp({ sandbox: stage.sandbox, args: ["-C"] });
    await app.waitFor("All about Cedars.");
    await openPicker(app);
    await untilRow(app, /› .*Cedars/u);
    const place = (title: string): { row: number; column: number } => ({
      row: app.terminal.rows().findIndex((text) => text.includes(`${title} `) && text.includes("│")),
      column: 12,
    });
    const { row, column } = place("Cedars");
    app.write(`\u001B[<65;${column};${row + 1}M`);
    await untilRow(app, /› .*Birches/u);
    app.write(`\u001B[<64;${column};${row + 1}M`);
    await untilRow(app, /› .*Cedars/u);
    app.click(place("Birches"));
    await untilRow(app, /› .*Birches/u);
    assert.ok(app.terminal.find("─ Sessions ("), "one click only chooses");
    const alders = place("Alders");
    app.click(alders);
    app.click(alders);
    await app.waitUntilGone("─ Sessions (");
    await app.waitFor("All about Alders.");
    runSql(
      stage.sandbox.database,
      `with recursive n(i) as (select 10 union all select i + 1 from n where i < 99)
       insert into sessions (id, title, message_count, prompt_tokens, completion_tokens, cost, created_at, updated_at)
       select 'aaaaaaaa-0000-4000-8000-0000000000' || i, 'Grove ' || i, 0, 0, 0, 0.0, 1700000000 - i, 1700000000 - i from n`,
    );
    await openPicker(app);
    const grove = place("Grove 17");
    app.click(grove);
    await untilRow(app, /› .*Grove 17/u);
    assert.deepEqual(place("Grove 17"), grove, "a list longer than the screen stays under the mouse");
    app.click(grove);
    app.click(grove);
    await app.waitUntilGone("─ Sessions (");
    await app.waitFor("Grove 17");
    await quit(app);
  });
});
