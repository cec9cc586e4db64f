/** The person's own `!commands`. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { asToolCallId } from "../../src/schema/ids.ts";
import type { Message, ShellCommandPart } from "../../src/schema/message.ts";
import { untilWritten } from "../harness/until-stored.ts";
import { type AppPlace, openAppPlace, scriptedSettings, scriptedUsage } from "../harness/app-place.ts";

const never = new AbortController().signal;

async function run(place: AppPlace, command: string): Promise<ShellCommandPart> {
  const session = place.app.listSessions()[0]?.session ?? (await place.app.createSession());
  return shellPart(await place.app.runShellCommand(session.id, command, never));
}

function shellPart(message: Message): ShellCommandPart {
  const [part] = message.parts;
  assert.ok(part?.type === "shell_command");
  return part;
}

/** A process that has ended but that nobody has asked for yet (a zombie) is gone. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^State:\s+Z/mu.test(readFileSync(`/proc/${String(pid)}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** A pipe with a name: reading it waits until the command has written to it. */
function namedPipe(place: AppPlace): string {
  const file = path.join(place.place.root, "pipe");
  execFileSync("mkfifo", [file]);
  return file;
}

describe("runShellCommand", () => {
  test("keeps both streams and the exit code in a row of the person's", async (t) => {
    const place = await openAppPlace(t);
    const part = await run(place, "pwd; echo problem >&2; exit 3");
    assert.equal(part.exitCode, 3);
    assert.deepEqual(part.output.split("\n").toSorted(), ["", place.place.project, "problem"]);
    const [row] = place.query("select role, parts from messages");
    assert.equal(row?.["role"], "user");
    assert.match(String(row?.["parts"]), /"shell_command".*"exit_code":3/u);
  });

  test("a command that runs has a journal, which no other process takes for one that was left", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    const session = await app.createSession();
    const pipe = namedPipe(place);
    const ran = app.runShellCommand(session.id, `echo begun; cat ${pipe}`, never);
    const journals = path.join(path.dirname(place.databasePath), "journal");
    await untilWritten(journals, /^command_/u, /begun/u);
    const other = await place.open();
    assert.equal(place.query("select id from messages").length, 0);
    await writeFile(pipe, "ended\n");
    assert.equal(shellPart(await ran).output, "begun\nended\n");
    assert.equal(place.query("select id from messages").length, 1);
    assert.deepEqual(readdirSync(journals), []);
    await other.close();
  });

  test("what it prints is there while it runs, without secrets, and told of", async (t) => {
    const { test: provider } = scriptedSettings.providers;
    const settings = { ...scriptedSettings, providers: { test: { ...provider, api_key: "my-secret-key" } } };
    const place = await openAppPlace(t, { settings });
    const { app } = place;
    const { id } = await app.createSession();
    const pipe = namedPipe(place);
    const printed = Promise.withResolvers<void>();
    app.watch((event) => {
      const isPrinted = app.liveCommands(id)[0]?.output.includes("end") === true;
      if (event.type === "command-changed" && isPrinted) printed.resolve();
    });
    const ran = app.runShellCommand(id, `echo my-secret-key end; cat ${pipe}`, never);
    await printed.promise;
    const [live] = app.liveCommands(id);
    assert.equal(live?.isElsewhere, false);
    assert.match(live.command, /^echo \S.* end; cat /u);
    assert.doesNotMatch(live.command + live.output, /my-secret-key/u);
    await writeFile(pipe, "");
    assert.equal((await ran).id, live.id, "it becomes this row");
    assert.deepEqual(app.liveCommands(id), []);
    const told = place.events.filter((event) => event.type === "command-changed");
    assert.deepEqual(told.at(0)?.command, live.command);
    assert.deepEqual(told.at(-1), { type: "command-changed", sessionId: id, command: null, isElsewhere: false });
  });

  test("a command that the system refuses is kept with the reason, and leaves no journal", async (t) => {
    const place = await openAppPlace(t);
    for (const command of [`echo ${"x".repeat(200_000)}`, "echo a\0b"]) {
      const part = await run(place, command);
      assert.equal(part.exitCode, 126);
      assert.notEqual(part.output, "");
    }
    assert.deepEqual(readdirSync(path.join(path.dirname(place.databasePath), "journal")), []);
  });

  test("a journal of a command that has no line yet is nobody's to remove", async (t) => {
    const place = await openAppPlace(t);
    const journals = path.join(path.dirname(place.databasePath), "journal");
    mkdirSync(journals, { recursive: true });
    await writeFile(path.join(journals, `command_${crypto.randomUUID()}.jsonl`), "");
    await writeFile(path.join(journals, `${crypto.randomUUID()}.jsonl`), "");
    await (await place.open()).close();
    assert.deepEqual(
      readdirSync(journals).map((name) => name.slice(0, 8)),
      ["command_"],
    );
  });

  test("a signal and a missing program have the exit codes that shells give", async (t) => {
    const place = await openAppPlace(t);
    assert.equal((await run(place, "kill -9 $$")).exitCode, 137);
    assert.equal((await run(place, "no-such-program-anywhere 2>/dev/null")).exitCode, 127);
  });

  test("nothing of an output is lost at its end", async (t) => {
    const place = await openAppPlace(t);
    const expected = Array.from({ length: 30_000 }, (_, index) => `${String(index + 1)}\n`).join("");
    assert.equal((await run(place, "seq 1 30000")).output, expected);
  });

  test("of a huge output both ends are kept, and how much is missing is told exactly", async (t) => {
    const place = await openAppPlace(t);
    const { output } = await run(place, "seq 1 400000");
    const [, start, missing, end] = /^(1\n[\s\S]*)\n… (\d+) bytes left out …\n([\s\S]*)$/u.exec(output) ?? [];
    assert.equal(start?.length, 100_000);
    assert.ok(end?.endsWith("399999\n400000\n") && end.length === 100_000);
    const whole = Array.from({ length: 400_000 }, (_, index) => String(index + 1).length + 1).reduce(
      (a, b) => a + b,
      0,
    );
    assert.equal(Number(missing) + 200_000, whole);
  });

  test("bytes that are no text are kept as such signs that any reader takes", async (t) => {
    const place = await openAppPlace(t);
    assert.equal((await run(place, String.raw`printf 'a\000b\377c'`)).output, "a\uFFFDb\uFFFDc");
  });

  test("a cancel ends all that it started, keeps what it had printed, and resolves when it is gone", async (t) => {
    const place = await openAppPlace(t);
    const session = await place.app.createSession();
    const pipe = namedPipe(place);
    const abort = new AbortController();
    const command = `echo begun; trap '' TERM; setsid sleep 300 & echo $! > ${pipe}; sleep 300; sleep 300`;
    const running = place.app.runShellCommand(session.id, command, abort.signal);
    const pid = Number(await readFile(pipe, "utf8"));
    assert.ok(isAlive(pid));
    abort.abort();
    const part = shellPart(await running);
    assert.ok(!isAlive(pid));
    assert.deepEqual([part.output, part.exitCode], ["begun\n", 137]);
  });

  test("canceled before it began it does not run", async (t) => {
    const place = await openAppPlace(t);
    const session = await place.app.createSession();
    const part = shellPart(await place.app.runShellCommand(session.id, "echo ran > ran.txt", AbortSignal.abort()));
    assert.deepEqual([part.output, part.exitCode], ["", 130]);
    assert.deepEqual((await run(place, "ls")).output, "");
  });

  test("what it leaves running in the background is not waited for", async (t) => {
    const place = await openAppPlace(t);
    const { output, exitCode } = await run(place, "sleep 300 & echo $!");
    const pid = Number(output);
    assert.ok(exitCode === 0 && isAlive(pid));
    process.kill(pid);
  });

  test("quitting and deleting the session end it first", async (t) => {
    const place = await openAppPlace(t);
    const [kept, deleted] = [await place.app.createSession(), await place.app.createSession()];
    const pipe = namedPipe(place);
    const command = `echo $$ > ${pipe}; sleep 300`;
    const first = place.app.runShellCommand(deleted.id, command, never);
    const firstPid = Number(await readFile(pipe, "utf8"));
    await place.app.deleteSession(deleted.id);
    assert.ok(!isAlive(firstPid));
    await first;
    const second = place.app.runShellCommand(kept.id, command, never);
    const secondPid = Number(await readFile(pipe, "utf8"));
    await place.close();
    assert.ok(!isAlive(secondPid));
    assert.equal(shellPart(await second).exitCode, 143);
    assert.deepEqual(place.query("select session_id from messages"), [{ session_id: kept.id }]);
  });

  test("it gets no key of a provider's from the environment", async (t) => {
    const environment = { OPENAI_API_KEY: "sk-from-the-environment", OTHER: "fine" };
    const place = await openAppPlace(t, { environment, keyVariables: ["OPENAI_API_KEY"] });
    assert.equal((await run(place, "echo $OTHER$OPENAI_API_KEY")).output, "fine\n");
  });

  test("one that ends in another window while a turn runs here is part of its next request", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    t.after(async () => app.close());
    const { id } = await app.createSession({ title: "T" });
    const other = await place.open();
    const pipe = namedPipe(place);
    const command = other.runShellCommand(id, `cat ${pipe}`, never);
    const toolCallId = asToolCallId("call");
    place.answers.push(async function* () {
      await writeFile(pipe, "from the other window");
      await command;
      yield { type: "tool-call-start", toolCallId, name: "ls" };
      yield { type: "tool-call-end", toolCallId, name: "ls", input: "{}" };
      yield { type: "finish", reason: "tool_use", usage: scriptedUsage };
    });
    assert.equal((await app.sendPrompt(id, { text: "look", attachments: [] })).text, "done");
    assert.match(JSON.stringify(place.turnRequests.at(-1)?.request.messages.at(-1)), /from the other window/u);
    await app.finishTitles();
  });

  test("nothing to run is refused", async (t) => {
    const place = await openAppPlace(t);
    await assert.rejects(run(place, " "), { code: "usage" });
    assert.deepEqual(place.query("select id from messages"), []);
  });
});
