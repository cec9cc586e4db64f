import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { PtyProgram } from "./pty.ts";

function shell(script: string): PtyProgram {
  return new PtyProgram({
    command: ["/bin/sh", "-c", script],
    cwd: tmpdir(),
    environment: { PATH: process.env["PATH"] ?? "", TERM: "xterm-256color" },
    columns: 60,
    rows: 8,
  });
}

test("keys reach the program and its answer the screen", async () => {
  await using program = shell("printf 'name? '; read name; printf 'hello %s\\n' \"$name\"; exit 3");
  await program.waitFor("name?");
  program.write("ada\r");
  await program.waitFor(/hello ada/u);
  assert.deepEqual(await program.exited, { code: 3, signal: null });
});

test("a wait that can't succeed says what was on the screen", async () => {
  await using program = shell("echo something else");
  await assert.rejects(program.waitFor("the result"), /the program ended before the result.*something else/su);
});

test("a wait past its deadline says what was on the screen", async () => {
  await using program = shell("echo stuck; read forever");
  await program.waitFor("stuck");
  await assert.rejects(program.waitFor("never", { deadlineMs: 1 }), /in vain for never.*stuck/su);
});

test("half a picture is not looked at", async () => {
  await using program = shell("printf '\\033[?2026hhalf'; read go; printf ' whole\\033[?2026l'; read end");
  const seen: string[] = [];
  const whole = program.waitUntil(
    (terminal) => {
      seen.push(terminal.text());
      return terminal.find("whole") !== null;
    },
    { what: "the whole picture" },
  );
  program.write("\r");
  await whole;
  assert.ok(
    seen.every((text) => text === "" || text.includes("whole")),
    JSON.stringify(seen),
  );
});

test("the program learns of a new size and of signals", async () => {
  await using program = shell(
    "trap 'stty size' WINCH; trap 'echo bye; exit 7' TERM; echo ready; while :; do read x; done",
  );
  await program.waitFor("ready");
  program.resize({ columns: 44, rows: 9 });
  await program.waitFor("9 44");
  program.kill("SIGTERM");
  await program.waitFor("bye");
  assert.deepEqual(await program.exited, { code: 7, signal: null });
});

test("raw mode is told from line mode", async () => {
  await using program = shell("stty raw -echo; echo raw; read x; stty sane; echo sane; read x");
  await program.waitFor("raw");
  assert.equal(program.isLineMode, false);
  program.write("\n");
  await program.waitFor("sane");
  assert.equal(program.isLineMode, true);
});
