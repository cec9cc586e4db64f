import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { isLogMissing } from "./missing-log.ts";
import { openForReading } from "./open-for-reading.ts";

function inDirectory(work: (database: string) => void): void {
  const directory = mkdtempSync(path.join(tmpdir(), "missing-log-"));
  try {
    work(path.join(directory, "crush.db"));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function open(database: string, options: { readonly readOnly?: boolean } = {}): DatabaseSync {
  const connection = new DatabaseSync(database, options);
  if (options.readOnly !== true) connection.exec("pragma journal_mode = wal; create table if not exists t (a)");
  return connection;
}

test("whoever opens, reads and closes a database, its log is never taken for missing", () => {
  inDirectory((database) => {
    assert.ok(!isLogMissing(database), "there is none");
    const first = open(database);
    const second = open(database);
    second.exec("insert into t values (1)");
    assert.ok(!isLogMissing(database), "open twice");
    first.close();
    assert.ok(!isLogMissing(database), "open once");
    second.close();
    assert.ok(!isLogMissing(database), "closed");
    const reader = open(database, { readOnly: true });
    reader.prepare("select * from t").all();
    assert.ok(!isLogMissing(database), "open for reading");
    reader.close();
    assert.ok(existsSync(`${database}-shm`), "a reader leaves its files");
    assert.ok(!isLogMissing(database), "closed by a reader");
  });
});

test("a log that was taken away is missing until something is written, whoever reads meanwhile", () => {
  inDirectory((database) => {
    const reader = open(database);
    rmSync(`${database}-wal`);
    assert.ok(isLogMissing(database));
    openForReading(database).close();
    assert.ok(isLogMissing(database));
    reader.close();
  });
});

test("what lies beside a database that is gone or empty says nothing", () => {
  inDirectory((database) => {
    const connection = open(database);
    rmSync(`${database}-wal`);
    rmSync(database);
    assert.ok(!isLogMissing(database));
    new DatabaseSync(database).close();
    assert.ok(statSync(database, { throwIfNoEntry: false }) === undefined || !isLogMissing(database));
    connection.close();
  });
});
