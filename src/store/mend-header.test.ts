import assert from "node:assert/strict";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { zeroHeader } from "../../test/harness/damage-database.ts";
import { querySql, runSql, sampleSql } from "../../test/harness/open-test-store.ts";
import { temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { crushSteps } from "./crush-schema.ts";
import { mendHeader } from "./mend-header.ts";

for (const pageSize of [512, 4096, 65_536]) {
  test(`a header that is gone is made anew for pages of ${String(pageSize)} bytes`, (t) => {
    const file = path.join(temporaryFolder(t), "crush.db");
    const steps = crushSteps.flatMap(({ statements }) => statements);
    runSql(file, `pragma page_size = ${String(pageSize)}; ${steps.join("; ")}; ${sampleSql()}`);
    const messages = querySql(file, "select * from messages");
    zeroHeader(file, 100);
    mendHeader(file);
    assert.deepEqual(querySql(file, "pragma page_size"), [{ page_size: pageSize }]);
    assert.deepEqual(querySql(file, "select * from messages"), messages);
  });
}

test("of a header whose beginning is gone the rest is kept; a file shorter than a header is left alone", (t) => {
  const file = path.join(temporaryFolder(t), "crush.db");
  runSql(file, "create table a (b)");
  const whole = readFileSync(file);
  zeroHeader(file, 16);
  mendHeader(file);
  assert.deepEqual(readFileSync(file), whole);
  truncateSync(file, 99);
  mendHeader(file);
  assert.deepEqual(readFileSync(file), whole.subarray(0, 99));
  writeFileSync(file, "");
  mendHeader(file);
  assert.equal(readFileSync(file).length, 0);
});
