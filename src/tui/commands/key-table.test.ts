import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeConfig } from "../../../test/harness/fake-facts.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";
import { allCommands } from "./all-commands.ts";
import { dialogKeyEntries } from "./dialog-keys.ts";
import { resolveKeys } from "./key-table.ts";

function reasons(keys: Readonly<Record<string, string>>): string[] {
  return resolveKeys(keys).problems.map(({ command, reason }) => `${command}: ${reason}`);
}

function keysOf(id: string, keys: Readonly<Record<string, string>>): string[] {
  return resolveKeys(keys).bound.flatMap(({ commandId, context, keys: own }) =>
    commandId === id ? own.map((key) => `${context} ${key}`) : [],
  );
}

test("without a config the defaults hold, and none of them conflict", () => {
  assert.deepEqual(resolveKeys({}).problems, []);
  const taken = new Map<string, string>();
  for (const { commandId, context, keys, isConditional } of resolveKeys({}).bound) {
    for (const key of keys) {
      const place = `${context} ${key}`;
      assert.ok(isConditional || taken.get(place) === undefined, `${place}: ${commandId} and ${taken.get(place)}`);
      taken.set(place, commandId);
    }
  }
});

test("a command has exactly the keys that the config gives it", () => {
  assert.deepEqual(keysOf("sessions", { sessions: "f2  ctrl+x" }), ["global f2", "global ctrl+x"]);
  assert.deepEqual(keysOf("sessions", { sessions: "" }), []);
  assert.deepEqual(keysOf("sidebar", { sidebar: "alt+b" }), ["global alt+b"]);
  assert.deepEqual(keysOf("send", { send: "alt+enter" }), ["editor alt+enter"]);
});

test("a key that types counts in the transcript only, and is refused where that makes no sense", () => {
  assert.deepEqual(keysOf("rename-session", { "rename-session": "r" }), ["transcript r"]);
  assert.deepEqual(keysOf("send", { send: "s" }), []);
  assert.deepEqual(reasons({ send: "s" }), ["send: s types into the prompt; use it with ctrl or alt"]);
});

test("unknown commands and unreadable keys are named; the rest counts", () => {
  const keys = { sessoins: "f2", models: "hyper+x f3", help: "ctrl+c" };
  assert.deepEqual(reasons(keys), [
    "help: ctrl+c always asks to quit",
    'models: "hyper+x" is no key; write it like ctrl+k, alt+enter, f5 or G',
    "sessoins: there is no such command; docs/configuration.md lists them",
  ]);
  assert.deepEqual(keysOf("models", keys), ["global f3"]);
});

test("conflicts are reported with both names: between two of the person's, and with a default", () => {
  assert.deepEqual(reasons({ models: "f2", sessions: "f2" }), ['sessions: f2 is the key of "models" already']);
  const taking = { sidebar: "ctrl+n" };
  assert.deepEqual(reasons(taking), ['sidebar: ctrl+n is the key of "new-session" by default; it is no more']);
  assert.deepEqual(keysOf("new-session", taking), []);
  assert.deepEqual(reasons({ sidebar: "ctrl+n", "new-session": "f4" }), []);
  assert.deepEqual(reasons({ models: "ctrl+i" }), ["models: most terminals send ctrl+i as tab"]);
});

test("a config that leaves nothing to cancel with says so, and names who took the key", () => {
  const left = 'no key of "cancel" is left while one types: nothing stops a turn there; escape would, or one with ctrl';
  assert.deepEqual(reasons({ cancel: "x" }), [`cancel: ${left}`]);
  assert.deepEqual(reasons({ cancel: "" }), [`cancel: ${left}`]);
  assert.deepEqual(reasons({ sidebar: "escape" }), [
    'sidebar: escape is the key of "cancel" by default; it is no more',
    `sidebar: ${left}`,
  ]);
  assert.deepEqual(reasons({ cancel: "x f10" }), []);
});

test("ctrl+c stays with quitting, whatever else quits, and is named", () => {
  assert.deepEqual(keysOf("quit", { quit: "" }), ["global ctrl+c"]);
  assert.deepEqual(keysOf("quit", { quit: "f10" }), ["global f10", "global ctrl+c"]);
  assert.deepEqual(keysOf("quit", { quit: "ctrl+c f10" }), ["global f10", "global ctrl+c"]);
  assert.deepEqual(reasons({ quit: "ctrl+c f10" }), []);
});

test("the status line names the keys that cancel where the focus is, and no others", async (t) => {
  const app = new FakeApp({ config: fakeConfig({ keys: { cancel: "x ctrl+x" } }) });
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.type("go on");
  await running.press("enter");
  assert.match(running.text, /ctrl\+x ctrl\+x cancels/u);
  await running.press("ctrl+x");
  assert.match(running.text, /ctrl\+x again cancels/u);
  await running.press("tab");
  assert.match(running.text, /x again cancels/u);
});

test("hints name the keys as they are bound, and the command where there is none", async (t) => {
  const hint = "wait, cancel it (esc esc), begin another session (ctrl+n) or choose another model (ctrl+l)";
  const shown = async (keys: Readonly<Record<string, string>>): Promise<string> => {
    const app = new FakeApp({ config: fakeConfig({ keys }) });
    app.addSession("Anvil");
    const running = await startScreenProgram(t, { app, size: { columns: 98, rows: 24 } });
    running.program.dispatch({ type: "notify", tone: "error", text: "It is busy", hint });
    await running.advance(50);
    return running.text.replaceAll(/\s+/gu, " ");
  };
  assert.match(await shown({}), /esc esc.*ctrl\+n.*ctrl\+l/u);
  const bound = await shown({ cancel: "f10", models: "f6", "new-session": "" });
  assert.match(bound, /cancel it \(f10 f10\), begin another session \(\/new\) or choose another model \(f6\)/u);
});

test("where no key cancels none is named", async (t) => {
  const app = new FakeApp({ config: fakeConfig({ keys: { cancel: "x" } }) });
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  assert.match(running.text, /keys\.cancel: no key of "cancel" is left while one types/u);
  await running.type("go on");
  await running.press("enter");
  assert.doesNotMatch(running.rows.at(-2) ?? "", /cancels/u);
  await running.press("tab");
  assert.match(running.text, /x x cancels/u);
});

test("the keys of the config work, and the palette, the help and the help line show them", async (t) => {
  const app = new FakeApp({ config: fakeConfig({ keys: { models: "f6", "new-session": "f7", sidebar: "f6" } }) });
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  assert.match(running.text, /keys\.sidebar: f6 is the key of "models" already/u);
  assert.match(running.rows.at(-1) ?? "", /f7 new {2}f6 models/u);
  running.program.handle({ type: "key", key: { name: "f6", text: null, raw: "" } });
  await running.settle();
  assert.match(running.text, /Oak 1 +/u);
  await running.press("escape", "ctrl+l");
  assert.doesNotMatch(running.text, /─ Models/u);
  await running.press("ctrl+p");
  await running.type("models");
  assert.match(running.text, /\/models .* f6/u);
  await running.press("escape", "ctrl+g");
  assert.match(running.text, /f7 +New session/u);
});

test("keys of dialogs are bound by scope and entry; a way out keeps escape", () => {
  const keys = { "sessions.pin": "f8 ctrl+p", "permission.deny": "x", "todos.close": "", "list.down": "down j" };
  const { dialogs } = resolveKeys(keys);
  assert.deepEqual(dialogs["sessions.pin"], ["f8", "ctrl+p"]);
  assert.deepEqual(dialogs["permission.deny"], ["x", "escape"]);
  assert.deepEqual(dialogs["todos.close"], ["escape"]);
  assert.deepEqual(dialogs["list.down"], ["down", "j"]);
  assert.deepEqual(dialogs["sessions.rename"], ["ctrl+r"]);
});

test("conflicts are reported within one dialog, and with what counts there too", () => {
  assert.deepEqual(reasons({ "todos.run": "f2", "files.open": "f2" }), [], "two dialogs");
  assert.deepEqual(reasons({ "todos.run": "f2", "todos.edit": "f2" }), [
    'todos.run: f2 is the key of "todos.edit" already',
  ]);
  const taking = { "permission.deny": "s" };
  assert.deepEqual(reasons(taking), [
    'permission.deny: s is the key of "permission.allow-session" by default; it is no more',
  ]);
  assert.deepEqual(resolveKeys(taking).dialogs["permission.allow-session"], []);
  assert.deepEqual(reasons({ "list.up": "ctrl+d" }), [
    'list.up: in the list of sessions ctrl+d is the key of "sessions.pin", not of "list.up"',
  ]);
  assert.deepEqual(reasons({ "details.close": "alt+1" }), [
    'details.close: in the details, too, alt+1 is the key of "session-1"',
  ]);
});

test("a key of a list that hides one which leads to another session is named, except where that is meant", () => {
  assert.deepEqual(reasons({ "sessions.archive": "alt+a" }), [
    'sessions.archive: in the list of sessions alt+a is the key of "sessions.archive", not of "next-attention"',
  ]);
  assert.deepEqual(reasons({ "next-attention": "alt+v" }), [
    'next-attention: in the list of sessions alt+v is the key of "sessions.archive", not of "next-attention"',
  ]);
  assert.deepEqual(reasons({ "list.down": "down alt+1" }), [
    'list.down: in the list of sessions alt+1 is the key of "list.down", not of "session-1"',
  ]);
  assert.deepEqual(reasons({ "list.down": "down ctrl+n", "sessions-edit.done": "alt+1" }), []);
});

test("a key of a dialog is refused where it types, leads out, or is nobody's", () => {
  assert.deepEqual(reasons({ "sessions.open": "o", "palette.run": "escape", "quit.leave": "ctrl+c", "quit.go": "g" }), [
    "quit.go: there is no such command; docs/configuration.md lists them",
    "palette.run: escape always leads out of the palette",
    "quit.leave: ctrl+c always asks to quit",
    "sessions.open: o types into the list of sessions; use it with ctrl or alt",
  ]);
});

test("no dialog has a key twice by default", () => {
  const taken = new Map<string, string>();
  for (const { id, scopeName, keys } of dialogKeyEntries) {
    for (const key of keys) {
      const place = `${scopeName} ${key}`;
      assert.equal(taken.get(place), undefined, `${place}: ${id}`);
      taken.set(place, id);
    }
  }
});

test("a dialog does what its keys are bound to, shows them, and lets letters be typed where it has a field", async (t) => {
  const keys = { "sessions.rename": "f2", "list.down": "down j", "help.close": "f9" };
  const app = new FakeApp({ config: fakeConfig({ keys }) });
  app.addSession("Anvil");
  app.addSession("Jig");
  const running = await startScreenProgram(t, { app });
  await running.press("ctrl+s");
  assert.match(running.text, /f2 rename/u);
  await running.type("j");
  assert.match(running.text, /Filter: j/u);
  assert.match(running.text, /› .*Jig/u);
  await running.press("f2");
  assert.match(running.text, /New title: Jig/u);
  await running.press("escape", "escape", "ctrl+g");
  assert.match(running.text, /f9 close/u);
  await running.press("q");
  assert.match(running.text, /─ Help/u, "q is its key no more");
  await running.press("escape");
  assert.doesNotMatch(running.text, /─ Help/u);
  await running.paste("/setup");
  await running.press("enter", "j");
  assert.match(running.text, /› Practice model/u, "j moves in a list without a field");
});

test("the configuration document lists every key of a dialog", () => {
  const text = readFileSync(new URL("../../../docs/configuration.md", import.meta.url), "utf8");
  for (const { id, keys, what } of dialogKeyEntries) {
    const row = `| \`${id}\` | ${keys.map((key) => `\`${key}\``).join(" ")} | ${what} |`;
    assert.ok(text.includes(`${row}\n`), `docs/configuration.md: add the row ${row}`);
  }
});

test("the configuration document lists every command with its default keys", () => {
  const text = readFileSync(new URL("../../../docs/configuration.md", import.meta.url), "utf8");
  for (const { id, bindings } of allCommands) {
    const keys = [...new Set(bindings.flatMap((binding) => binding.keys))].map((key) => `\`${key}\``).join(" ");
    const row = `| \`${id}\` | ${keys}`;
    assert.ok(text.includes(`${row.trimEnd()} |`), `docs/configuration.md: add the row ${row}`);
  }
});
