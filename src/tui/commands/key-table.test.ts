import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeConfig } from "../../../test/harness/fake-facts.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";
import { allCommands } from "./all-commands.ts";
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

test("the configuration document lists every command with its default keys", () => {
  const text = readFileSync(new URL("../../../docs/configuration.md", import.meta.url), "utf8");
  for (const { id, bindings } of allCommands) {
    const keys = [...new Set(bindings.flatMap((binding) => binding.keys))].map((key) => `\`${key}\``).join(" ");
    const row = `| \`${id}\` | ${keys}`;
    assert.ok(text.includes(`${row.trimEnd()} |`), `docs/configuration.md: add the row ${row}`);
  }
});
