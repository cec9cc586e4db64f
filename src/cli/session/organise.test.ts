import assert from "node:assert/strict";
import { test } from "node:test";
import { type CallOptions, CommandLine, type CallResult } from "../../../test/harness/command-line.ts";

function session(line: CommandLine, words: readonly string[], options: CallOptions = {}): Promise<CallResult> {
  return line.call(["session", "--cwd", line.place.project, ...words], options);
}

async function startSession(line: CommandLine, title: string): Promise<{ readonly id: string; readonly hash: string }> {
  const { output } = await line.call(["run", "--cwd", line.place.project, "--format", "json", `about ${title}`]);
  const { session_id: id, session_hash: hash } = JSON.parse(output) as { session_id: string; session_hash: string };
  await session(line, ["rename", id, title]);
  return { id, hash };
}

test("pin, archive and their opposites take several ids and say what they did to each", async () => {
  using line = new CommandLine();
  const [one, two] = [await startSession(line, "one"), await startSession(line, "two")];
  const short = (hash: string): string => hash.slice(0, 12);
  const pinned = await session(line, ["pin", one.hash, two.id, one.id]);
  assert.equal(pinned.output, `Pinned session ${short(one.hash)}\nPinned session ${short(two.hash)}\n`);
  assert.equal((await session(line, ["pin", one.id])).output, `Session ${short(one.hash)} is pinned already\n`);
  const json = await session(line, ["unpin", "--json", one.id]);
  assert.deepEqual(JSON.parse(json.output), [
    { id: one.hash, uuid: one.id, title: "one", pinned: false, changed: true },
  ]);
  assert.equal((await session(line, ["archive", one.id])).output, `Archived session ${short(one.hash)}\n`);
  assert.match((await session(line, ["list"])).output, /^\S+ \S+ two\n$/u);
  assert.match((await session(line, ["list", "--archived"])).output, /^\S+ \S+ one\n$/u);
  assert.equal((await session(line, ["list", "--all"])).output.split("\n").length, 3);
  assert.match((await session(line, ["list", "--pinned"])).output, /^\S+ \S+ two\n$/u);
  assert.equal((await session(line, ["unarchive", one.id])).output, `Unarchived session ${short(one.hash)}\n`);
  const refused = await session(line, ["archive", two.id, "0123456789abcdef"]);
  assert.equal(refused.code, 6);
  assert.equal((await session(line, ["list"])).output.split("\n").length, 3, "none was archived");
});

test("tags are set, taken away, listed and shown to a person", async () => {
  using line = new CommandLine();
  const [one, two] = [await startSession(line, "one"), await startSession(line, "two")];
  const tagged = await session(line, ["tag", `${one.hash},${two.hash}`, "Parser,review", "#x", "--json"]);
  assert.deepEqual(
    (JSON.parse(tagged.output) as { tags: string[] }[]).map(({ tags }) => tags),
    [
      ["parser", "review", "x"],
      ["parser", "review", "x"],
    ],
  );
  assert.equal((await session(line, ["untag", two.hash, "x"])).output, `Untagged session ${two.hash.slice(0, 12)}\n`);
  const list = JSON.parse((await session(line, ["list", "--json", "--tag", "X"])).output) as Record<string, unknown>[];
  assert.deepEqual(
    list.map(({ title, tags, pinned, archived }) => [title, tags, pinned, archived]),
    [["one", ["parser", "review", "x"], false, false]],
  );
  const shown = await session(line, ["list", "--tag", "x"], { answers: [], columns: 70 });
  assert.match(shown.output.replaceAll(/\u001b\[\d*m/gu, ""), / one #parser #review #x\n$/u);
  assert.ok(!(await session(line, ["list"])).output.includes("#"), "a pipe gets Crush's lines");
  const refused = await session(line, ["tag", one.hash, "a:b"]);
  assert.deepEqual([refused.code, refused.errors.includes("can't be a tag")], [2, true]);
  assert.equal((await session(line, ["tag", one.hash])).code, 2);
});

test("fork copies a session, or its beginning, and says what it made", async () => {
  using line = new CommandLine();
  const { id, hash } = await startSession(line, "one");
  const whole = await session(line, ["fork", hash]);
  const [, made = ""] =
    /^Forked session [\da-f]{12} as ([\da-f]{12}) "one \(fork\)", 2 messages\n$/u.exec(whole.output) ?? [];
  assert.match(made, /^[\da-f]{12}$/u, whole.output);
  const { messages } = JSON.parse((await session(line, ["show", "--json", id])).output) as {
    messages: { id: string }[];
  };
  const prompt = messages[0]?.id ?? "";
  const early = await session(line, ["fork", hash, "--at", prompt.slice(0, 20), "--json"]);
  const { uuid, forked_from: origin, message_count: count } = JSON.parse(early.output) as Record<string, unknown>;
  assert.deepEqual([origin, count], [{ id: hash, uuid: id }, 1]);
  const shown = JSON.parse((await session(line, ["show", "--json", String(uuid)])).output) as { messages: unknown[] };
  assert.equal(shown.messages.length, 1);
  const before = await session(line, ["fork", hash, "--before", prompt]);
  assert.match(before.output, /, 0 messages\n$/u);
  for (const words of [
    ["--at", "zz"],
    ["--at", prompt, "--before", prompt],
  ]) {
    assert.equal((await session(line, ["fork", hash, ...words])).code, 2);
  }
  assert.equal((await session(line, ["fork", "0123456789abcdef"])).code, 6);
});
