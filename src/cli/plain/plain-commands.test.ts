import assert from "node:assert/strict";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { CommandLine } from "../../../test/harness/command-line.ts";
import { noUsage } from "../../schema/usage.ts";

/** What is said from the first of the lines on that the person types; each answer stands behind its question. */
async function said(line: CommandLine, ...answers: readonly string[]): Promise<string> {
  const { output, code } = await line.call(["--cwd", line.place.project, "--plain"], { answers });
  assert.equal(code, 0);
  return output;
}

/** As many sessions as titles; the first is the newest. */
async function addSessions(line: CommandLine, titles: readonly string[]): Promise<string[]> {
  await line.call(["session", "--cwd", line.place.project, "list"]);
  const database = new DatabaseSync(path.join(line.place.project, ".crush", "crush.db"));
  const add = database.prepare("insert into sessions (id, title, created_at, updated_at) values (?, ?, ?, ?)");
  const ids = titles.map((title, index) => {
    const id = crypto.randomUUID();
    add.run(id, title, 1_700_000_000 - index, 1_700_000_000 - index);
    return id;
  });
  database.close();
  return ids;
}

async function listed(line: CommandLine, ...flags: string[]): Promise<Record<string, unknown>[]> {
  const { output } = await line.call(["session", "--cwd", line.place.project, "list", "--json", ...flags]);
  return JSON.parse(output) as Record<string, unknown>[];
}

test("the list comes in pages and says how many more there are", async () => {
  using line = new CommandLine();
  await addSessions(
    line,
    Array.from({ length: 45 }, (_, index) => `Task ${index + 1}`),
  );
  const output = await said(line, "/sessions", "/sessions 2", "/sessions 3", "/sessions 4", "/sessions some");
  assert.match(output, /You: 1\. Task 1\. [\s\S]*20\. Task 20\. [^\n]*\n25 more: \/sessions 2\n/u);
  assert.match(output, /You: 21\. Task 21\. [\s\S]*40\. Task 40\. [^\n]*\n5 more: \/sessions 3\n/u);
  assert.match(output, /You: 41\. Task 41\. [\s\S]*45\. Task 45\. [^\n]*\nYou: /u);
  assert.match(output, /Error: the list has no page 4\nHint: \/sessions 3 is the last one/u);
  assert.match(output, /Error: some is no page of the list/u);
});

test("a number means the session that was read out, whatever came into the list since", async () => {
  using line = new CommandLine();
  await addSessions(
    line,
    Array.from({ length: 25 }, (_, index) => `Task ${index + 1}`),
  );
  const output = await said(line, "/sessions", "/new", "/rename Later", "/sessions 2", "/pin 3", "/info 99");
  assert.match(output, /You: 21\. Task 21\. /u);
  assert.match(output, /Pinned: Task 3\./u);
  assert.match(output, /Error: the last list has no session 99\nHint: \/sessions lists them/u);
});

test("long titles are cut, blank ones are named", async () => {
  using line = new CommandLine();
  await addSessions(line, [`${"long ".repeat(2000)}end`, "  \n ", ""]);
  const output = await said(line, "/sessions", "/switch 1", "/switch 3");
  assert.match(output, /1\. (?:long ){15}[^.\n]{1,5}…\. /u);
  assert.match(output, /2\. untitled\. [0-9a-f]{7}, /u);
  assert.match(output, /3\. untitled\. /u);
  assert.match(output, /Session: (?:long ){15}[^.\n]{1,5}…\. /u);
  assert.match(output, /Session: untitled\. /u);
  assert.ok(Math.max(...output.split("\n").map((each) => each.length)) < 200);
});

test("sessions are sorted with the words of the command line, this one or those that are named", async () => {
  using line = new CommandLine();
  await addSessions(line, ["Anvil", "Hammer", "Tongs"]);
  const output = await said(
    line,
    "/sessions",
    "/switch 1",
    "/pin",
    "/pin 1 2",
    "/unpin 1",
    "/tag Iron, needs-review",
    "/tag @2 iron",
    "/untag needs-review",
    "/untag @2",
    "/tag a:b",
    "/archive 3",
    "/rename @2 Big hammer",
    "/sessions",
    "/sessions archived",
    "/unarchive 1",
  );
  assert.match(output, /Pinned: Anvil\.\n/u);
  assert.match(output, /It is pinned already: Anvil\.\nPinned: Hammer\.\n/u);
  assert.match(output, /Unpinned: Anvil\.\n/u);
  assert.match(output, /Tagged: Anvil\.\n/u);
  assert.match(output, /Tagged: Hammer\.\n/u);
  assert.match(output, /Error: something is missing: \/untag \[@number or @id\] <tags>/u);
  assert.match(output, /Error: .*a:b/u);
  assert.match(output, /Archived: Tongs\.\n/u);
  assert.match(output, /Renamed: Big hammer\.\n/u);
  assert.match(output, /Anvil\. .*, open, #iron\./u);
  assert.match(output, /Big hammer\. .*, pinned, #iron\./u);
  assert.match(output, /You: 1\. Tongs\. .*, archived\.\n/u);
  assert.match(output, /Unarchived: Tongs\.\n/u);
  assert.equal((await listed(line, "--archived")).length, 0);
});

test("what was said is found, and its number leads there", async () => {
  using line = new CommandLine();
  line.script.push("The zygote is small.");
  await line.call(["run", "--cwd", line.place.project, "tell me"]);
  const output = await said(line, "/search zygote", "/switch 1", "/search nothing-like-it", "/search", "/history");
  assert.match(output, /You: 1\. .+\. [0-9a-f]{7}, .*\n {2}answer: The zygote is small\.\n/u);
  assert.match(output, /No session matches\./u);
  assert.match(output, /Error: something is missing: \/search <words>/u);
  assert.match(output, /│ tell me/u);
});

test("a fork is gone on with, and the figures are those of session show", async () => {
  using line = new CommandLine();
  await line.call(["run", "--cwd", line.place.project, "tell me"]);
  const [source] = await listed(line);
  const output = await said(line, "/sessions", "/fork 1", "/info", "/info 1");
  assert.match(output, /Forked: 2 messages copied\. The old session stays as it is\.\nSession: .+2 messages/u);
  assert.ok(output.includes(`UUID:  ${String(source?.["uuid"])}`));
  assert.match(output, /Count: 2 messages, 1 turn/u);
  assert.equal((await listed(line)).length, 2);
});

test("deleting says what goes and asks; anything but yes keeps it", async () => {
  using line = new CommandLine();
  await line.call(["run", "--cwd", line.place.project, "tell me"]);
  await addSessions(line, ["Anvil", "Hammer"]);
  const kept = await said(line, "/sessions", "/delete 1", "no", "/delete 1", "");
  assert.match(kept, /Its 2 messages, .* go for good \(/u);
  assert.match(kept, /Delete 1 session\? It can't be undone\. y: yes, anything else: no: Nothing was deleted\./u);
  assert.equal((await listed(line)).length, 3);
  const gone = await said(line, "/sessions", "/delete 2 3", "y", "/delete 2", "/switch 1", "/delete", "yes");
  assert.match(gone, /Anvil\. [0-9a-f]{7}\. Its 0 messages[^\n]*\nHammer\. [0-9a-f]{7}\. Its/u);
  assert.match(gone, /Delete 2 sessions\?[^\n]* Deleted: Anvil\.\nDeleted: Hammer\.\n/u);
  assert.match(gone, /Error: session not found/u);
  assert.match(gone, /Deleted: [^\n]*\n(?:Session: )/u);
  assert.deepEqual(
    (await listed(line)).filter(({ title }) => title !== "New Session"),
    [],
  );
});

/** Three sessions, the second below the first. */
async function addFamily(line: CommandLine): Promise<readonly [parent: string, child: string, other: string]> {
  const [parent = "", child = "", other = ""] = await addSessions(line, ["Anvil", "Horn", "Hammer"]);
  using database = new DatabaseSync(path.join(line.place.project, ".crush", "crush.db"));
  database.prepare("update sessions set parent_session_id = ? where id = ?").run(parent, child);
  return [parent, child, other];
}

test("a session, one below it and another are deleted in one go, and what is open is never one that is gone", async () => {
  using line = new CommandLine();
  const [parent, child, other] = await addFamily(line);
  const output = await said(line, `/switch ${parent}`, `/delete ${parent} ${child} ${other}`, "y", "/info");
  assert.match(output, /Deleted: Anvil\.\nDeleted: Horn\.\nDeleted: Hammer\.\nSession: /u);
  assert.doesNotMatch(output, /Error/u);
  assert.deepEqual(
    (await listed(line)).filter(({ title }) => title !== "New Session"),
    [],
  );
});

test("where the open session goes with the one that it is below, another one is open", async () => {
  using line = new CommandLine();
  const [parent, child] = await addFamily(line);
  const output = await said(line, `/switch ${child}`, `/delete ${parent}`, "y", "/info");
  assert.match(output, /Deleted: Anvil\.\nSession: Hammer\./u);
  assert.doesNotMatch(output, /Error/u);
});

test("a session that another program deletes while it is open is left without an error", async () => {
  using line = new CommandLine();
  const [id = ""] = await addSessions(line, ["Anvil"]);
  line.script.push(async function* deleteMeanwhile() {
    using database = new DatabaseSync(path.join(line.place.project, ".crush", "crush.db"));
    database.prepare("delete from sessions where id = ?").run(id);
    await Promise.resolve();
    yield { type: "finish", reason: "end_turn", usage: noUsage };
  });
  const output = await said(line, `/switch ${id}`, "hello", "/info", "/quit");
  assert.match(output, /Error: session not found/u);
  assert.doesNotMatch(output, /Continue with/u);
});

test("the end of the input is no yes", async () => {
  using line = new CommandLine();
  await addSessions(line, ["Anvil"]);
  assert.match(await said(line, "/sessions", "/delete 1"), /Nothing was deleted\./u);
  assert.equal((await listed(line)).length, 1);
});

test("backups that hold it are named before; b removes them too", async () => {
  using line = new CommandLine();
  await line.call(["run", "--cwd", line.place.project, "tell me"]);
  const copy = path.join(line.place.project, ".crush", "crush.db.replaced-x");
  await line.call(["db", "backup", "--cwd", line.place.project, copy]);
  const output = await said(line, "/sessions", "/delete 1", "b");
  assert.match(output, /These backups hold it and stay; the answer b removes them too:\n {2}\S+ \(/u);
  assert.match(output, /b: yes and the backups too, anything else: no: Deleted: /u);
  assert.match(output, /1 backup removed\./u);
});

test("the help lists each command with what follows it", async () => {
  using line = new CommandLine();
  const output = await said(line, "/help", "/constructor");
  const words = ["sessions", "search", "switch", "fork", "info", "rename", "pin", "unpin", "tag", "untag"];
  for (const word of [...words, "archive", "unarchive", "delete", "model", "compact", "quit"]) {
    assert.match(output, new RegExp(`^/${word}(?: [^:]+)?: \\S`, "mu"), word);
  }
  assert.match(output, /Error: there is no command \/constructor/u);
});
