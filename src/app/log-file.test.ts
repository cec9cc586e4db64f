import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test, type TestContext } from "node:test";
import { ManualClock } from "../../test/harness/manual-clock.ts";
import { temporaryFolder } from "../../test/harness/temporary-folder.ts";
import type { Log } from "../lib/log.ts";
import { createLogFile } from "./log-file.ts";

const fullBytes = 10 * 1024 * 1024;

interface Opened {
  readonly log: Log;
  readonly file: string;
  readonly folder: string;
  readonly clock: ManualClock;
}

function open(t: TestContext, isDebug = false): Opened {
  const folder = temporaryFolder(t);
  const clock = new ManualClock(0);
  const log = createLogFile({ dataDirectory: folder, clock, isDebug });
  return { log, folder, clock, file: path.join(folder, "logs", "crush.log") };
}

describe("the log file", () => {
  test("a JSON object a line, for the person alone", (t) => {
    const { log, file } = open(t);
    log.write("info", "request", { session: "abc", costUsd: null });
    log.write("warn", "two\nlines");
    const lines = readFileSync(file, "utf8").split("\n");
    assert.deepEqual(
      lines.slice(0, -1).map((line) => JSON.parse(line) as unknown),
      [
        { time: "1970-01-01T00:00:00.000Z", level: "INFO", msg: "request", session: "abc", costUsd: null },
        { time: "1970-01-01T00:00:00.000Z", level: "WARN", msg: "two\nlines" },
      ],
    );
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(path.dirname(file)).mode & 0o777, 0o700);
  });

  test("the level debug is written when asked for only", (t) => {
    const quiet = open(t);
    quiet.log.write("debug", "detail");
    assert.ok(!existsSync(quiet.file));
    const loud = open(t, true);
    loud.log.write("debug", "detail");
    assert.match(readFileSync(loud.file, "utf8"), /"DEBUG"/u);
  });

  test("a full one is put aside, counted in bytes, and replaces the one before", (t) => {
    const { log, file } = open(t);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.1`, "older");
    writeFileSync(file, `${"x".repeat(fullBytes - 300)}\n`);
    log.write("info", "é".repeat(100));
    assert.equal(readFileSync(`${file}.1`, "utf8"), "older", "not full yet");
    log.write("info", "next");
    assert.match(readFileSync(`${file}.1`, "utf8"), /é"\}\n$/u);
    assert.match(readFileSync(file, "utf8"), /^\{[^\n]*"next"\}\n$/u);
  });

  test("one that another window has put aside meanwhile is not put aside again", (t) => {
    const { log, file } = open(t);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${"x".repeat(fullBytes - 100)}\n`);
    log.write("info", "a");
    rmSync(file);
    writeFileSync(`${file}.1`, "the full one");
    appendFileSync(file, "of the other window\n");
    log.write("info", "b");
    log.write("info", "c");
    assert.equal(readFileSync(`${file}.1`, "utf8"), "the full one");
    assert.match(readFileSync(file, "utf8"), /of the other window[\s\S]*"b"[\s\S]*"c"/u);
  });

  test("one that can't be written stops nothing, and goes on a minute after", (t) => {
    const { log, folder, file, clock } = open(t);
    const obstacle = path.join(folder, "logs");
    writeFileSync(obstacle, "a file where the folder should be");
    log.write("info", "lost");
    rmSync(obstacle);
    log.write("info", "lost too");
    clock.advance(60_000);
    log.write("info", "found");
    assert.match(readFileSync(file, "utf8"), /^[^\n]*"found"\}\n$/u);
  });
});
