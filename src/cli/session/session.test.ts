import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { runSql } from "../../../test/harness/open-test-store.ts";
import { type CallOptions, CommandLine, type CallResult } from "../../../test/harness/command-line.ts";

function session(line: CommandLine, words: readonly string[], options: CallOptions = {}): Promise<CallResult> {
  return line.call(["session", "--cwd", line.place.project, ...words], options);
}

async function startSession(
  line: CommandLine,
  prompt: string,
): Promise<{ readonly id: string; readonly hash: string }> {
  const { output } = await line.call(["run", "--cwd", line.place.project, "--format", "json", prompt]);
  const { session_id: id, session_hash: hash } = JSON.parse(output) as { session_id: string; session_hash: string };
  return { id, hash };
}

test("list: hash, date and title; JSON as Crush has it", async () => {
  using line = new CommandLine();
  assert.deepEqual(await session(line, ["list"]), { code: 0, output: "", errors: "", questions: [] });
  assert.equal((await session(line, ["ls", "--json"])).output, "[]\n");
  const { id, hash } = await startSession(line, "one");
  const list = await session(line, ["list"]);
  assert.match(list.output, new RegExp(`^${hash.slice(0, 7)} \\d{4}-\\d\\d-\\d\\dT\\S+ A fitting title\\n$`, "u"));
  const [entry] = JSON.parse((await session(line, ["list", "--json"])).output) as Record<string, string>[];
  assert.deepEqual([entry?.["id"], entry?.["uuid"], entry?.["title"]], [hash, id, "A fitting title"]);
  assert.match(String(entry?.["created"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/u);
});

test("a hostile title is one harmless line, cut to the terminal's width", async () => {
  using line = new CommandLine();
  const { hash } = await startSession(line, "one");
  await session(line, ["rename", hash, `\u001b[31mred\n${"long ".repeat(30)}`]);
  const piped = await session(line, ["list"]);
  assert.equal(piped.output.split("\n").length, 2);
  assert.ok(!piped.output.includes("\u001b"));
  assert.ok(piped.output.length > 100);
  const shown = await session(line, ["list"], { answers: [], columns: 60 });
  assert.match(shown.output, /…\n$/u);
  const bare = shown.output.replaceAll(/\u001b\[\d+m/gu, "");
  assert.equal(bare.trimEnd().length, 60);
});

test("show: head, figures, files and transcript", async () => {
  using line = new CommandLine();
  line.script.push(
    [
      { name: "write", input: { file_path: "a.txt", content: "one\ntwo\n" } },
      { name: "bash", input: { command: "seq 30", description: "count" } },
    ],
    "All is written.",
  );
  const { id, hash } = await startSession(line, "write a file");
  const { code, output } = await session(line, ["show", hash.slice(0, 8)]);
  assert.equal(code, 0);
  const shown = output.split("\n");
  assert.deepEqual(shown.slice(0, 3), [`ID:    ${hash.slice(0, 12)}`, `UUID:  ${id}`, "Title: A fitting title"]);
  assert.match(shown[3] ?? "", /^Date: {2}[A-Z][a-z]{2} [A-Z][a-z]{2} \d+ \d\d:\d\d:\d\d \d{4} [+-]\d{4}$/u);
  for (const expected of [
    "Model: test/big",
    "Count: 3 messages, 1 turn",
    "Used:  330 (input 300, output 30) tokens, $0.0060",
    "       of it titles 110, $0.0020",
    "Files: +2 −0",
    "       created a.txt +2 −0",
    "│ write a file",
    "  All is written.",
  ]) {
    assert.ok(shown.includes(expected), `${expected}\n${output}`);
  }
  assert.match(output, /^Took: {2}\d+\.\ds in requests, without tools and pauses$/mu);
  assert.match(output, /● Write a\.txt/u);
  assert.match(output, /… \d+ more lines/u);
});

test("show --json: Crush's shape, with ours added", async () => {
  using line = new CommandLine();
  line.script.push([{ name: "bash", input: { command: "exit 3", description: "fail" } }], "It failed.");
  const { id } = await startSession(line, "try");
  const { meta, messages } = JSON.parse((await session(line, ["show", "--json", id])).output) as {
    meta: Record<string, unknown>;
    messages: { role: string; model?: string; provider?: string; parts: Record<string, unknown>[] }[];
  };
  // The last step's gauge, in Crush's columns.
  assert.deepEqual([meta["prompt_tokens"], meta["completion_tokens"], meta["total_tokens"]], [100, 10, 110]);
  assert.equal((meta["usage"] as { total_tokens: number }).total_tokens, 330);
  assert.equal((meta["usage_of_titles"] as { total_tokens: number }).total_tokens, 110);
  assert.deepEqual(
    messages.map(({ role, model, provider }) => [role, model, provider]),
    [
      ["user", undefined, undefined],
      ["assistant", "big", "test"],
      ["tool", undefined, undefined],
      ["assistant", "big", "test"],
    ],
  );
  assert.deepEqual(messages[0]?.parts, [
    { type: "text", text: "try" },
    { type: "finish", reason: "stop" },
  ]);
  const call = messages[1]?.parts.find((part) => part["type"] === "tool_call");
  assert.deepEqual([call?.["name"], call?.["input"]], ["bash", '{"command":"exit 3","description":"fail"}']);
  const result = messages[2]?.parts.find((part) => part["type"] === "tool_result");
  assert.equal(result?.["tool_call_id"], call?.["tool_call_id"]);
});

test("last shows the session used last; without one it says so", async () => {
  using line = new CommandLine();
  const none = await session(line, ["last"]);
  assert.equal(none.code, 6);
  assert.match(none.errors, /^error: no sessions found/u);
  await startSession(line, "one");
  const { hash } = await startSession(line, "two");
  assert.match((await session(line, ["last"])).output, new RegExp(`^ID: {4}${hash.slice(0, 12)}\n`, "u"));
});

test("rename and delete answer as Crush does, and refuse what they cannot find", async () => {
  using line = new CommandLine();
  const { id, hash } = await startSession(line, "one");
  const renamed = await session(line, ["rename", hash, "A", "new", "title"]);
  assert.equal(renamed.output, `Renamed session ${hash.slice(0, 12)} to "A new title"\n`);
  const renamedJson = await session(line, ["rename", "--json", hash, "B"]);
  assert.deepEqual(JSON.parse(renamedJson.output), { id: hash, uuid: id, title: "B", renamed: true });
  assert.equal((await session(line, ["rename", hash])).code, 2);
  assert.equal((await session(line, ["rename", hash, " "])).code, 2);

  assert.equal((await session(line, ["delete", "0123456789"])).code, 6);
  const deleted = await session(line, ["rm", "--json", hash]);
  assert.deepEqual(JSON.parse(deleted.output), { id: hash, uuid: id, title: "B", deleted: true });
  const other = await startSession(line, "two");
  assert.equal((await session(line, ["delete", other.id])).output, `Deleted session ${other.hash.slice(0, 12)}\n`);
  assert.equal((await session(line, ["list"])).output, "");
});

test("a person at a terminal is asked before a session is deleted", async () => {
  using line = new CommandLine();
  const { hash } = await startSession(line, "one");
  const kept = await session(line, ["delete", hash], { answers: ["n"] });
  assert.equal(kept.code, 2);
  assert.match(kept.questions[0]?.question ?? "", /^Delete session [\da-f]{12} "A fitting title" with 2 messages\?/u);
  assert.equal((await session(line, ["delete", hash], { answers: ["y"] })).code, 0);
});

test("backups that hold a session are named before and after, and go where that is wanted", async () => {
  using line = new CommandLine();
  const sessions = [
    await startSession(line, "one"),
    await startSession(line, "two"),
    await startSession(line, "three"),
  ];
  const hashes = sessions.map(({ hash }) => hash);
  const copy = path.join(line.place.project, ".crush", "crush.db.replaced-x");
  const back = await line.call(["db", "backup", "--cwd", line.place.project, copy]);
  assert.equal(back.code, 0, back.errors);
  const late = await startSession(line, "four");
  assert.equal((await session(line, ["delete", late.hash])).errors, "", "no backup holds it");

  const asked = await session(line, ["delete", hashes[0] ?? ""], { answers: ["y"] });
  assert.match(asked.errors, /These backups hold it and stay; --backups removes them too:\n {2}\S+replaced-x \(/u);
  assert.doesNotMatch(asked.errors, /still hold/u, "once is enough");
  const told = await session(line, ["delete", "--yes", hashes[1] ?? ""]);
  assert.match(told.errors, /Backups still hold what was deleted.*\n {2}\S+replaced-x/u);
  assert.ok(existsSync(copy));

  const removed = await session(line, ["delete", "--backups", "--json", hashes[2] ?? ""]);
  assert.deepEqual((JSON.parse(removed.output) as { removed_backups: string[] }).removed_backups, [copy]);
  assert.equal(removed.errors, "");
  assert.ok(!existsSync(copy));
});

test("prune names and removes backups as delete does", async () => {
  using line = new CommandLine();
  await startSession(line, "one");
  const copy = path.join(line.place.project, ".crush", "crush.db.replaced-x");
  await line.call(["db", "backup", "--cwd", line.place.project, copy]);
  const kept = await session(line, ["prune", "--older-than", "0h", "--backups"], { answers: ["n"] });
  assert.match(kept.errors, /These backups hold it and go too.*\n {2}\S+replaced-x/u);
  assert.ok(existsSync(copy));
  assert.equal((await session(line, ["prune", "--older-than", "0h", "--backups", "--yes"])).code, 0);
  assert.ok(!existsSync(copy));
});

test("an ambiguous prefix lists what it may mean", async () => {
  using line = new CommandLine();
  // Of seventeen hashes two begin with the same digit.
  for (let count = 0; count < 17; count += 1) await startSession(line, `prompt ${count}`);
  const hashes = (await session(line, ["list"])).output.split("\n").map((text) => text.slice(0, 1));
  const digit = hashes.find((first, index) => hashes.indexOf(first) !== index) ?? "";
  const { code, errors } = await session(line, ["show", digit]);
  assert.equal(code, 6);
  assert.match(errors, /ambiguous/u);
  assert.match(errors, /[\da-f]{12} .*A fitting title/u);
});

test("the commands obey --cwd and --data-dir, before and after their names", async () => {
  using line = new CommandLine();
  const elsewhere = path.join(line.place.root, "elsewhere");
  const { hash } = await startSession(line, "one");
  const words = ["--data-dir", elsewhere];
  assert.equal((await line.call(["-c", line.place.project, ...words, "session", "list"])).output, "");
  assert.equal((await session(line, ["list", ...words])).output, "");
  assert.match(
    (await line.call(["s", "ls", "-c", line.place.project])).output,
    new RegExp(`^${hash.slice(0, 7)} `, "u"),
  );
});

test("prune shows what is to go, and deletes it only when it is told so", async () => {
  using line = new CommandLine();
  const old = await startSession(line, "old");
  await startSession(line, "new");
  const database = path.join(line.place.project, ".crush", "crush.db");
  // The trigger would set the time of the change.
  runSql(
    database,
    `drop trigger update_sessions_updated_at; update sessions set updated_at = 1000, created_at = 1000 where id = '${old.id}'`,
  );
  assert.equal((await session(line, ["prune"])).code, 2);
  assert.equal((await session(line, ["prune", "--older-than", "soon"])).code, 2);
  const dry = await session(line, ["prune", "--older-than", "90d", "--dry-run"]);
  assert.match(dry.output, new RegExp(`^${old.hash.slice(0, 7)} \\S+ 2 messages, \\d+ B {2}A fitting title\\n$`, "u"));
  const refused = await session(line, ["prune", "--older-than", "90d"]);
  assert.deepEqual([refused.code, refused.questions], [2, []]);
  const kept = await session(line, ["prune", "--older-than", "90d"], { answers: ["n"] });
  assert.equal(kept.code, 2);
  assert.match(kept.questions[0]?.question ?? "", /^Delete these 1 sessions \(\d+ B\) for good\?/u);
  assert.equal((await session(line, ["prune", "--empty", "--yes"])).output, "No session is to go.\n");
  const pruned = await session(line, ["prune", "--older-than", "12h", "--yes", "--json"]);
  assert.deepEqual(
    (JSON.parse(pruned.output) as { uuid: string; deleted: boolean }[]).map(({ uuid, deleted }) => [uuid, deleted]),
    [[old.id, true]],
  );
  assert.equal((await session(line, ["list"])).output.split("\n").length, 2);
});

test("prune leaves out what was used while it asked", async () => {
  using line = new CommandLine();
  const [stale, used] = [await startSession(line, "stale"), await startSession(line, "used")];
  const database = path.join(line.place.project, ".crush", "crush.db");
  runSql(database, "drop trigger update_sessions_updated_at; update sessions set updated_at = 1000, created_at = 1000");
  const copy = path.join(line.place.project, ".crush", "crush.db.replaced-x");
  await line.call(["db", "backup", "--cwd", line.place.project, copy]);
  runSql(copy, `delete from messages where session_id = '${stale.id}'; delete from sessions where id = '${stale.id}'`);
  let isUsed = false;
  const onWrite = (): void => {
    if (!isUsed) runSql(database, `update sessions set updated_at = unixepoch() where id = '${used.id}'`);
    isUsed = true;
  };
  const pruned = await session(line, ["prune", "--older-than", "90d", "--backups"], { answers: ["y"], onWrite });
  assert.match(pruned.output, /Deleted 1 sessions\n$/u);
  assert.match(pruned.errors, new RegExp(`note: ${used.hash.slice(0, 7)} A fitting title stays`, "u"));
  assert.match((await session(line, ["list"])).output, new RegExp(`^${used.hash.slice(0, 7)} [^\\n]*\\n$`, "u"));
  assert.ok(existsSync(copy), "a backup that holds only what stays");
});

test("what a deleted session consumed stays in the totals, unless it is to be forgotten", async () => {
  using line = new CommandLine();
  const total = async (): Promise<number[]> => {
    const { output } = await line.call(["stats", "--cwd", line.place.project, "--json"]);
    const stats = JSON.parse(output) as Record<"total" | "deleted", { requests: number }>;
    return [stats.total.requests, stats.deleted.requests];
  };
  const [first, second] = [await startSession(line, "one"), await startSession(line, "two")];
  const before = await total();
  await session(line, ["delete", first.id]);
  assert.deepEqual(await total(), [before[0], 2]);
  await session(line, ["delete", "--forget", second.id]);
  assert.deepEqual(await total(), [2, 2]);
});

test("show: of a session whose answers Crush recorded no figures of, none is made up", async () => {
  using line = new CommandLine();
  const database = path.join(line.place.project, ".crush", "crush.db");
  const { id } = await startSession(line, "one");
  runSql(database, "delete from x_usage");
  runSql(database, "update sessions set prompt_tokens = 0, completion_tokens = 0, cost = 0");
  const bare = await session(line, ["show", id]);
  assert.match(bare.output, /^Used: {2}nothing was recorded$/mu);
  assert.doesNotMatch(bare.output, /^Took:/mu);
  runSql(database, "update sessions set prompt_tokens = 100");
  const counted = await session(line, ["show", id]);
  assert.match(counted.output, /^Used: {2}~100 /mu);
  assert.doesNotMatch(counted.output, /^Took:/mu);
  runSql(database, "update sessions set prompt_tokens = 0");
  runSql(database, "delete from messages where role = 'assistant'");
  assert.match((await session(line, ["show", id])).output, /^Used: {2}no request has ended yet$/mu);
});
