/** A bare machine: no key, no network, no config. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { databaseRows, type Row } from "../harness/database-rows.ts";
import { runProgram } from "../harness/run-program.ts";
import { Sandbox } from "../harness/sandbox.ts";
import { answerPermission, ask, askAndWait, choosePracticeModel, quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { assertStrict } from "../harness/strict-reader.ts";
import { answer, withModel } from "../harness/with-model.ts";

function randomWord(): string {
  return randomUUID().slice(0, 8);
}

function sessionCount(sandbox: Sandbox): number {
  return databaseRows(sandbox.database, "SELECT id FROM sessions").length;
}

test("the first start makes one session before any key, a second start none more", async () => {
  using sandbox = new Sandbox();
  for (const start of ["first", "second"]) {
    await using app = startApp({ sandbox });
    await app.waitFor("Welcome");
    assert.equal(sessionCount(sandbox), 1, `after the ${start} start`);
    app.press("escape");
    await app.waitUntilGone("Welcome");
    await quit(app);
  }
  assert.equal(sessionCount(sandbox), 1);
  assertStrict(sandbox.database);
});

test("the practice model lists, creates and edits files and runs a command; all is there afterwards", async () => {
  using sandbox = new Sandbox();
  const [existing, made, copied, before, after] = [
    randomWord(),
    randomWord(),
    randomWord(),
    randomWord(),
    randomWord(),
  ];
  const file = (name: string): string => path.join(sandbox.project, `${name}.txt`);
  sandbox.writeFile(`${existing}.md`, "# There before\n");

  await using app = startApp({ sandbox });
  await app.waitFor("Welcome");
  await choosePracticeModel(app);
  await askAndWait(app, "list files", new RegExp(`Done with ls[\\s\\S]*${existing}\\.md`, "u"));

  await ask(app, `create ${made}.txt with Hello ${before}`);
  await answerPermission(app, "a");
  await app.waitFor("Done with write");
  await untilReady(app);
  assert.equal(readFileSync(file(made), "utf8"), `Hello ${before}\n`);

  await ask(app, `change ${before} to ${after} in ${made}.txt`);
  await app.waitFor("a allow once");
  await answerPermission(app, "a");
  await app.waitFor("Done with edit");
  await untilReady(app);
  assert.equal(readFileSync(file(made), "utf8"), `Hello ${after}\n`);

  await ask(app, `run cp ${made}.txt ${copied}.txt`);
  await answerPermission(app, "a");
  await app.waitFor("Done with bash");
  await untilReady(app);
  assert.equal(readFileSync(file(copied), "utf8"), `Hello ${after}\n`);

  await quit(app);
  assert.match(app.terminal.mainText(), /list files\n.*crush -s [0-9a-f]{7}/u);
  assertStrict(sandbox.database);

  await using again = startApp({ sandbox, args: ["-C"] });
  await again.waitFor(`run cp ${made}.txt ${copied}.txt`);
  await again.waitFor("Done with bash");
  await again.waitFor("Practice model");
  await quit(again);
  assert.equal(sessionCount(sandbox), 1);

  const shown = (await runProgram({ sandbox, args: ["session", "last", "--json"] })).stdout;
  for (const word of ["list files", existing, before, after, copied]) assert.ok(shown.includes(word), word);
  const calls = [...shown.matchAll(/"type":\s*"tool_call"[^}]*?"name":\s*"(\w+)"/gu)].map((match) => match[1]);
  assert.deepEqual(calls, ["ls", "write", "view", "edit", "bash"]);
});

/** Roles, kinds of parts and which columns are set: what stays when ids, times and texts are taken away. */
function shapeOf(rows: readonly Row[]): unknown[] {
  return rows.map((row) => ({
    role: row["role"],
    parts: (JSON.parse(String(row["parts"])) as { type: string; data: Record<string, unknown> }[]).map(
      ({ type, data }) => [type, Object.keys(data).toSorted(), data["reason"] ?? data["name"] ?? null],
    ),
    hasModel: row["model"] !== "" && row["model"] !== null,
    hasProvider: row["provider"] !== null,
    isFinished: row["finished_at"] !== null,
    isSummary: row["is_summary_message"],
  }));
}

const messageColumns = "role, parts, model, provider, finished_at, is_summary_message";

function rowsOf(sandbox: Sandbox): Row[] {
  return databaseRows(sandbox.database, `SELECT ${messageColumns} FROM messages ORDER BY rowid`);
}

test("a practice turn leaves the same rows as a real model's", async () => {
  using practice = new Sandbox();
  await runProgram({ sandbox: practice, args: ["run", "-m", "practice/practice", "create made.txt with Hello"] });

  await withModel(async ({ sandbox, server }) => {
    server.push(
      {
        match: { hasTools: true },
        blocks: [{ kind: "tool-call", name: "write", input: { file_path: "made.txt", content: "Hello\n" } }],
      },
      answer("It is made."),
    );
    const result = await runProgram({ sandbox, args: ["run", "create made.txt with Hello"] });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(shapeOf(rowsOf(practice)), shapeOf(rowsOf(sandbox)));
    assert.equal(rowsOf(practice).length, 4);
    const files = "SELECT path, content, version FROM files ORDER BY version";
    const filesOf = (box: Sandbox): unknown[] =>
      databaseRows(box.database, files).map((row) => ({
        ...row,
        path: path.relative(box.project, String(row["path"])),
      }));
    assert.deepEqual(filesOf(practice), filesOf(sandbox));
    assert.deepEqual(filesOf(practice), [
      { path: "made.txt", content: "", version: 0 },
      { path: "made.txt", content: "Hello\n", version: 1 },
    ]);
  });
});
