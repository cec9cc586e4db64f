/** A log that was taken away from a database: said by whatever opens it next, and what had streamed is kept. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { CommandLine, type CallResult } from "../harness/command-line.ts";

interface Stage extends Disposable {
  readonly data: string;
  readonly call: (...words: readonly string[]) => Promise<CallResult>;
}

/** A project with a session, as a crash and somebody who removes logs leave it, in the middle of a step. */
async function stage(): Promise<Stage> {
  const line = new CommandLine();
  const { project } = line.place;
  const call = async (...words: readonly string[]): Promise<CallResult> => line.call([...words, "--cwd", project]);
  await call("run", "-q", "hello");
  const data = path.join(project, ".crush");
  rmSync(path.join(data, "crush.db-wal"), { force: true });
  writeFileSync(path.join(data, "crush.db-shm"), "");
  mkdirSync(path.join(data, "journal"), { recursive: true });
  const streamed = '["step",1]\n["text","0"]\n[0,"What was "]\n[0,"streaming."]\n';
  writeFileSync(path.join(data, "journal", "0b9f4f0e-4f0e-4f0e-8f0e-0b9f4f0e4f0e.jsonl"), streamed);
  return {
    data,
    call,
    [Symbol.dispose]: () => {
      line[Symbol.dispose]();
    },
  };
}

/** Where the message says that the text is. */
function keptIn(errors: string): string {
  const file = /warning: \S+crush\.db-wal is missing: .* may be lost\. .* is kept in (?<file>\S+)\n/u.exec(errors);
  return file?.groups?.["file"] ?? assert.fail(errors);
}

for (const words of [
  ["session", "list"],
  ["run", "-q", "go on"],
  ["db", "vacuum"],
]) {
  test(`\`crush ${words.join(" ")}\` says that the log is missing, and where the text is that had streamed, once`, async () => {
    using project = await stage();
    const { code, errors } = await project.call(...words);
    assert.equal(code, 0, errors);
    const file = keptIn(errors);
    assert.match(readFileSync(file, "utf8"), /^\d{4}-.*Z\n\nWhat was streaming\.\n$/u);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.doesNotMatch((await project.call("session", "list")).errors, /missing/u);
    assert.deepEqual(readdirSync(path.join(project.data, "journal")), []);
  });
}

test("what only looks leaves a missing log for the next start to tell; doctor names it, and repairs", async () => {
  using project = await stage();
  const copy = path.join(project.data, "copy.db");
  for (const words of [["db", "info"], ["doctor"], ["db", "backup", copy], ["db", "restore", copy]]) {
    await project.call(...words);
    assert.ok(!existsSync(path.join(project.data, "crush.db-wal")), words.join(" "));
  }
  assert.match((await project.call("doctor")).output, /mend: 1 steps that were streaming then.*in a file/u);
  const { output } = await project.call("doctor", "--repair");
  const [, file = ""] = /done: \S+crush\.db-wal is missing: .* is kept in (\S+)\n/u.exec(output) ?? [];
  assert.match(readFileSync(file, "utf8"), /What was streaming/u);
});

test("text that was kept goes with the backups of a deleted session, and is named before", async () => {
  using project = await stage();
  const file = keptIn((await project.call("session", "list")).errors);
  assert.match((await project.call("db", "info")).output, new RegExp(RegExp.escape(path.basename(file)), "u"));
  const [session] = JSON.parse((await project.call("session", "list", "--json")).output) as { uuid: string }[];
  const { code, errors } = await project.call("session", "delete", "--yes", "--backups", session?.uuid ?? "");
  assert.equal(code, 0, errors);
  assert.ok(!existsSync(file));
});
