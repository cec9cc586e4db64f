import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { silentLog } from "../lib/log.ts";
import type { Log } from "../lib/log.ts";
import { asMessageId, newMessageId } from "../schema/ids.ts";
import { JournalDirectory } from "./journal.ts";

test("a journal is its owner's alone, is read line by line, and goes", (t) => {
  const folder = temporaryFolder(t);
  const journals = new JournalDirectory(folder, silentLog);
  const id = newMessageId();
  assert.deepEqual([journals.list(), journals.read(id)], [[], null]);
  const writer = journals.create(id);
  assert.ok(writer.append("one\n") && writer.append("tw"));
  const file = path.join(folder, "journal", `${id}.jsonl`);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(path.dirname(file)).mode & 0o777, 0o700);
  assert.deepEqual(journals.read(id)?.lines, ["one"]);
  assert.ok(writer.append("o\n"));
  assert.deepEqual(journals.read(id)?.lines, ["one", "two"]);
  assert.equal(journals.read(id)?.writtenAtMs, statSync(file).mtimeMs);
  assert.deepEqual(journals.list(), [id]);
  writer.remove();
  assert.equal(writer.append("late\n"), false);
  assert.deepEqual(journals.list(), []);
});

test("the next try of a step begins an empty journal; one that is closed stays", (t) => {
  const journals = new JournalDirectory(temporaryFolder(t), silentLog);
  const id = newMessageId();
  const first = journals.create(id);
  assert.ok(first.append("old\n"));
  first.close();
  assert.deepEqual(journals.read(id)?.lines, ["old"]);
  assert.ok(journals.create(id).append("new\n"));
  assert.deepEqual(journals.read(id)?.lines, ["new"]);
  journals.remove(id);
  assert.equal(journals.read(id), null);
});

test("an id that another program made leads nowhere else", (t) => {
  const folder = temporaryFolder(t);
  const journals = new JournalDirectory(path.join(folder, "data"), silentLog);
  assert.ok(journals.create(asMessageId("../../outside")).append("x\n"));
  assert.deepEqual(readdirSync(path.join(folder, "data", "journal")), ["______outside.jsonl"]);
});

test("where no journal can be written, nothing fails, and the log says so", (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, "journal"), "a file is in the way");
  const warnings: string[] = [];
  const log: Log = { write: (level, message) => warnings.push(`${level}: ${message}`) };
  const journals = new JournalDirectory(folder, log);
  const writer = journals.create(newMessageId());
  assert.equal(writer.append("x\n"), false);
  writer.remove();
  assert.deepEqual(warnings, ["warn: the journal of a step can't be used"]);
});

test("a file that is no journal is left alone", (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(path.join(folder, "journal"));
  const other = path.join(folder, "journal", "notes.txt");
  appendFileSync(other, "mine");
  const journals = new JournalDirectory(folder, silentLog);
  assert.deepEqual(journals.list(), []);
  assert.ok(existsSync(other));
});

test("a journal can be followed while it is written, whole lines at a time", (t) => {
  const journals = new JournalDirectory(temporaryFolder(t), silentLog);
  const id = newMessageId();
  assert.equal(journals.readFrom(id, 0), null);
  const writer = journals.create(id);
  assert.ok(writer.append("eins\nzwöl"));
  const first = journals.readFrom(id, 0);
  assert.deepEqual([first?.lines, first?.nextOffset], [["eins"], 5]);
  assert.ok(writer.append("f\n"));
  const second = journals.readFrom(id, 5);
  assert.deepEqual([second?.lines, second?.nextOffset], [["zwölf"], 12]);
  assert.deepEqual(journals.readFrom(id, 12)?.lines, []);
  assert.ok(journals.create(id).append("anew\n"));
  assert.equal(journals.readFrom(id, 12), null);
});
