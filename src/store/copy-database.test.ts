import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openSampleStore, querySql, runSql } from "../../test/harness/open-test-store.ts";
import { AppError } from "../lib/app-error.ts";
import { copyDatabase } from "./copy-database.ts";
import { damageDatabase } from "../../test/harness/damage-database.ts";

const isAppError = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;

test("a copy of a database in use holds what is committed, and is the owner's alone", async (t) => {
  const { path: file, store } = await openSampleStore(t);
  await store.transact((tx) => tx.run("update sessions set title = 'the newest title'"));
  const copy = path.join(path.dirname(file), "copy.db");
  const sizeBytes = await copyDatabase(file, copy, { replaces: false });
  assert.equal(statSync(copy).size, sizeBytes);
  assert.equal(statSync(copy).mode & 0o777, 0o600);
  for (const sql of ["select * from sessions order by id", "select * from messages order by id"]) {
    assert.deepEqual(querySql(copy, sql), querySql(file, sql));
  }
});

test("nothing of what was deleted is in a copy", async (t) => {
  const { path: file } = await openSampleStore(t);
  runSql(file, "pragma secure_delete = off; delete from messages");
  const copy = `${file}.copy`;
  await copyDatabase(file, copy, { replaces: false });
  assert.equal(readFileSync(copy).includes('"type":"finish"'), false);
});

test("a file that is there stays, unless it is to be replaced", async (t) => {
  const { path: file } = await openSampleStore(t);
  const copy = path.join(path.dirname(file), "copy.db");
  writeFileSync(copy, "precious");
  await assert.rejects(copyDatabase(file, copy, { replaces: false }), isAppError("usage"));
  assert.equal(readFileSync(copy, "utf8"), "precious");
  await copyDatabase(file, copy, { replaces: true });
  assert.equal(querySql(copy, "select count(*) as n from sessions where title = ''").length, 1);
});

test("a damaged database is not copied, and a copy that is there stays", async (t) => {
  const { path: file, store } = await openSampleStore(t);
  await store.close();
  const copy = `${file}.copy`;
  await copyDatabase(file, copy, { replaces: false });
  const before = readFileSync(copy);
  damageDatabase(file);
  await assert.rejects(copyDatabase(file, copy, { replaces: true }), isAppError("database-invalid"));
  assert.deepEqual(readFileSync(copy), before);
  assert.deepEqual(
    readdirSync(path.dirname(file)).filter((name) => name.includes(".part")),
    [],
  );
});

test("one that is stopped leaves nothing", async (t) => {
  const { path: file } = await openSampleStore(t);
  const copy = `${file}.copy`;
  await assert.rejects(copyDatabase(file, copy, { replaces: false, signal: AbortSignal.abort() }));
  assert.equal(existsSync(copy), false);
});
