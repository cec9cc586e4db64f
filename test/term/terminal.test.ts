import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { PtyProgram } from "../harness/pty.ts";

const program = path.join(import.meta.dirname, "event-log-program.ts");
const environment = { PATH: process.env["PATH"] ?? "", TERM: "xterm-256color", HOME: tmpdir() };

interface StartOptions {
  readonly command?: readonly string[];
  readonly hasKittyKeyboard?: boolean;
}

function start(options: StartOptions = {}): PtyProgram {
  const { command = [process.execPath, program], hasKittyKeyboard = false } = options;
  return new PtyProgram({ command, cwd: tmpdir(), environment, columns: 60, rows: 10, hasKittyKeyboard });
}

function assertClean(pty: PtyProgram): void {
  assert.deepEqual(pty.terminal.modes.leftovers(), []);
}

/** Waits for the event to be shown; fails with the screen where it does not come. */
async function assertShown(pty: PtyProgram, event: string): Promise<void> {
  await pty.waitFor(event);
  assert.notEqual(pty.terminal.find(event), null);
}

test("it takes the terminal over and gives it back", async () => {
  await using pty = start();
  await pty.waitFor("ready");
  const { modes } = pty.terminal;
  assert.ok(modes.isAlternateScreen && modes.isBracketedPaste && modes.hasMouse && !pty.isLineMode);
  pty.write("q");
  assert.deepEqual(await pty.exited, { code: 0, signal: null });
  assertClean(pty);
  assert.ok(pty.terminal.modes.isCursorVisible);
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) {
  test(`no mode is left on after ${signal}`, async () => {
    await using pty = start({ hasKittyKeyboard: true });
    await pty.waitFor("ready");
    pty.kill(signal);
    assert.equal((await pty.exited).code, 9);
    assertClean(pty);
    assert.match(pty.terminal.mainText(), new RegExp(`bye ${signal}`));
  });
}

test("no mode is left on after an exit without goodbye", async () => {
  await using pty = start();
  await pty.waitFor("ready");
  pty.write("e");
  assert.equal((await pty.exited).code, 5);
  assertClean(pty);
});

test("after a bug the message stands on the normal screen", async () => {
  await using pty = start();
  await pty.waitFor("ready");
  pty.write("t");
  assert.notEqual((await pty.exited).code, 0);
  assertClean(pty);
  assert.match(pty.terminal.mainText(), /a bug/);
});

test("a crash handler's report stands on the normal screen", async () => {
  await using pty = start();
  await pty.waitFor("ready");
  pty.write("h");
  assert.equal((await pty.exited).code, 70);
  assertClean(pty);
  assert.match(pty.terminal.mainText(), /the report/);
});

test("close waits for the terminal's answers, so that none is typed into the shell", async () => {
  await using pty = start();
  pty.write("c");
  assert.equal((await pty.exited).code, 0);
  assertClean(pty);
  assert.match(pty.terminal.mainText(), /closed$/);
  assert.doesNotMatch(pty.terminal.mainText(), /rgb|\[\?/);
});

test("the end of the terminal ends the program", async () => {
  await using pty = start();
  await pty.waitFor("ready");
  pty.kill("SIGHUP");
  assert.equal((await pty.exited).code, 9);
});

test("without a terminal it does not start", () => {
  const result = spawnSync(process.execPath, [program], { env: environment, encoding: "utf8", input: "" });
  assert.notEqual(result.status, 0);
  assert.match(result.stderr, /needs a terminal/);
  assert.ok(!result.stdout.includes("\u001b"), JSON.stringify(result.stdout));
});

test("keys, pastes, mouse and focus arrive as events", async () => {
  await using pty = start();
  await pty.waitFor("ready");
  pty.write("\u001b[200~two\rlines\u001b[201~");
  await assertShown(pty, 'paste 9 "two\\nlines"');
  pty.write("\u001b[A");
  await assertShown(pty, "key up null");
  pty.write("\u001b[<0;5;3M\u001b[<0;5;3m");
  await assertShown(pty, "mouse press left 2,4 x1");
  await assertShown(pty, "mouse release left 2,4");
  pty.write("\u001b[I");
  await assertShown(pty, '{"type":"focus","isFocused":true}');
  pty.write("\u001b");
  await assertShown(pty, "key escape null");
  pty.write("日");
  await assertShown(pty, 'key 日 "日"');
});

test("a change of size arrives, and the frame is painted again", async () => {
  await using pty = start();
  await pty.waitFor("ready");
  pty.resize({ columns: 50, rows: 12 });
  await assertShown(pty, "resize 12x50");
  await pty.waitFor("ready");
});

test("an unterminated paste ends by itself, and at once with ctrl+c", async () => {
  await using pty = start();
  await pty.waitFor("ready");
  pty.write("\u001b[200~never ended");
  await assertShown(pty, 'paste 11 "never ended"');
  pty.write("x");
  await assertShown(pty, 'key x "x"');
  pty.write("\u001b[200~again");
  pty.write("\u0003");
  await assertShown(pty, "key ctrl+c null");
});

test("another program gets a clean terminal, and then the screen is back", async () => {
  await using pty = start();
  await pty.waitFor("ready");
  pty.write("l");
  await pty.waitFor("lent");
  assertClean(pty);
  assert.ok(pty.isLineMode);
  pty.write("word\r");
  await pty.waitFor('{"type":"resume"}');
  assert.ok(pty.terminal.modes.isAlternateScreen && !pty.isLineMode);
});

test("ctrl+z under a shell gives the terminal back until fg", async () => {
  const script = `set -m; ${process.execPath} ${program}; echo stopped; read answer; fg`;
  await using pty = start({ command: ["/bin/bash", "--norc", "-c", script] });
  await pty.waitFor("ready");
  pty.write("\u001a");
  await pty.waitFor("stopped");
  assertClean(pty);
  pty.write("\r");
  await pty.waitFor('{"type":"resume"}');
  assert.ok(pty.terminal.modes.isAlternateScreen && pty.terminal.modes.hasMouse);
  pty.write("q");
  await pty.exited;
  assertClean(pty);
});

test("ctrl+z in a program that has the terminal stops both; fg goes on there, and the screen comes back after it", async () => {
  const script = `set -m; ${process.execPath} ${program}; echo stopped; read answer; fg`;
  await using pty = start({ command: ["/bin/bash", "--norc", "-c", script] });
  await pty.waitFor("ready");
  pty.write("v");
  await pty.waitFor("stopped");
  assertClean(pty);
  pty.write("\r");
  await pty.waitFor("edits on");
  assert.ok(pty.isLineMode && !pty.terminal.modes.isAlternateScreen, "the terminal is still the other program's");
  pty.write("word\r");
  await pty.waitFor('{"type":"resume"}');
  assert.ok(pty.terminal.modes.isAlternateScreen && pty.terminal.modes.hasMouse);
  pty.write("\u001a");
  await pty.waitUntil(() => !pty.terminal.modes.isAlternateScreen, { what: "the next stop" });
  assertClean(pty);
});

test("after a stop that cannot be caught the screen is made whole again", async () => {
  await using pty = start();
  await pty.waitFor("ready");
  pty.kill("SIGSTOP");
  pty.kill("SIGCONT");
  await assertShown(pty, '{"type":"resume"}');
  assert.ok(pty.terminal.modes.isAlternateScreen && !pty.isLineMode);
});

test("without job control ctrl+z comes back by itself", async () => {
  await using pty = start();
  await pty.waitFor("ready");
  pty.write("\u001a");
  await pty.waitFor('{"type":"resume"}');
  assert.ok(pty.terminal.modes.isAlternateScreen);
});

test("title, clipboard and bell reach the terminal, a hostile title does nothing else", async () => {
  await using pty = start();
  await pty.waitFor("ready");
  pty.write("o");
  await pty.waitUntil((terminal) => terminal.bellCount === 1, { what: "the bell" });
  assert.deepEqual(pty.terminal.titles, ["a ␛]0;title␇"]);
  assert.deepEqual(pty.terminal.clipboardWrites, [`c;${Buffer.from("copied").toString("base64")}`]);
});

test("the kitty keyboard protocol is used where the terminal speaks it, else modifyOtherKeys", async () => {
  await using kitty = start({ hasKittyKeyboard: true });
  await kitty.waitFor("ready");
  await kitty.waitUntil((terminal) => terminal.modes.kittyFlags === 1, { what: "kitty flags" });
  kitty.write("\u001b[13;2u");
  await assertShown(kitty, "key shift+enter null");
  await using other = start();
  await other.waitUntil((terminal) => terminal.modes.leftovers().includes("modifyOtherKeys"), { what: "the mode" });
});
