import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ConfigPlace } from "../../test/harness/config-place.ts";
import { dropKey, readStoredKeys, storeKey } from "./key-store.ts";
import { saveModelChoice } from "./save-model-choice.ts";
import { saveSetting } from "./save-setting.ts";

function dataDirectory(place: ConfigPlace): string {
  return path.join(place.home, ".local/share/crush");
}

function dataFile(place: ConfigPlace): string {
  return path.join(dataDirectory(place), "crush.json");
}

function readData(place: ConfigPlace): unknown {
  return JSON.parse(readFileSync(dataFile(place), "utf8"));
}

test("a key is stored for its owner only, and is the provider's from then on", async () => {
  using place = new ConfigPlace();
  await storeKey(dataDirectory(place), "openai", "  sk-1\n");
  assert.deepEqual(readData(place), { providers: { openai: { api_key: "sk-1" } } });
  assert.equal(statSync(dataFile(place)).mode & 0o777, 0o600);
  assert.equal(statSync(dataDirectory(place)).mode & 0o777, 0o700);
  assert.equal(place.load().providers["openai"]?.apiKey, "sk-1");
  await saveSetting(dataDirectory(place), { keys: ["providers", "other", "name"], value: "Other" });
  assert.deepEqual(readStoredKeys(dataDirectory(place)), ["openai"]);
});

test("a key with characters of the shell is taken to the letter", async () => {
  using place = new ConfigPlace();
  const key = "a$HOME`id`\\$(id)${X}";
  await storeKey(dataDirectory(place), "gate", key);
  assert.equal(place.load().providers["gate"]?.apiKey, key);
});

test("an empty or broken key is refused", async () => {
  using place = new ConfigPlace();
  for (const key of ["", "  ", "two words", "a\u001b[200~b"]) {
    await assert.rejects(() => storeKey(dataDirectory(place), "openai", key), { code: "usage" });
  }
});

test("only the key changes: unknown keys, order and formatting stay", async () => {
  using place = new ConfigPlace();
  const before =
    '{\n\t"future": [1.0, 12345678901234567890],\n\t"options": {"tui": {"compact_mode": false}},\n\t"zz": null\n}\n';
  place.writeData(before);
  await saveSetting(dataDirectory(place), { keys: ["options", "tui", "compact_mode"], value: true });
  assert.equal(readFileSync(dataFile(place), "utf8"), before.replace("false", "true"));
  await saveSetting(dataDirectory(place), { keys: ["zz", "deep", "er"], value: "x" });
  assert.match(readFileSync(dataFile(place), "utf8"), /12345678901234567890/u);
  assert.equal((readData(place) as { zz: { deep: { er: string } } }).zz.deep.er, "x");
});

test("logging out removes key and token, and what would be left of the entry", async () => {
  using place = new ConfigPlace();
  place.writeData({ providers: { a: { api_key: "k", oauth: { x: 1 } }, b: { api_key: "k", name: "B" } }, x: 1 });
  assert.equal(await dropKey(dataDirectory(place), "a"), true);
  assert.equal(await dropKey(dataDirectory(place), "b"), true);
  assert.equal(await dropKey(dataDirectory(place), "c"), false);
  assert.deepEqual(readData(place), { providers: { b: { name: "B" } }, x: 1 });
});

test("a chosen model becomes the default and the latest of those used", async () => {
  using place = new ConfigPlace();
  for (const model of ["a", "b", "c", "d", "e", "f", "c"]) {
    await saveModelChoice(dataDirectory(place), "large", { provider: "p", model, reasoningEffort: "high", topK: 4 });
  }
  const data = readData(place) as { recent_models: { large: { model: string }[] } };
  assert.deepEqual(
    data.recent_models.large.map((entry) => entry.model),
    ["c", "f", "e", "d", "b"],
  );
  assert.deepEqual(place.load().models.large, { provider: "p", model: "c", reasoningEffort: "high", topK: 4 });
});

test("a file that is not valid stays untouched", async () => {
  using place = new ConfigPlace();
  place.writeData("{ not json");
  await assert.rejects(() => storeKey(dataDirectory(place), "openai", "k"), { code: "config-invalid" });
  assert.equal(readFileSync(dataFile(place), "utf8"), "{ not json");
  assert.deepEqual(readdirSync(dataDirectory(place)), ["crush.json"]);
});

test("a linked file is changed where it lies", async () => {
  using place = new ConfigPlace();
  const real = place.write("dotfiles/crush.json", { a: 1 });
  mkdirSync(dataDirectory(place), { recursive: true });
  symlinkSync(real, dataFile(place));
  await saveSetting(dataDirectory(place), { keys: ["b"], value: 2 });
  assert.deepEqual(JSON.parse(readFileSync(real, "utf8")), { a: 1, b: 2 });
});

test("a directory that may not be written says so", async (t) => {
  if (process.getuid?.() === 0) {
    t.skip("the system administrator may write anywhere");
    return;
  }
  using place = new ConfigPlace();
  mkdirSync(dataDirectory(place), { recursive: true });
  chmodSync(dataDirectory(place), 0o500);
  await assert.rejects(() => storeKey(dataDirectory(place), "openai", "k"), { code: "permission-denied" });
  chmodSync(dataDirectory(place), 0o700);
});

test("a lock that a dead process left is taken over", async () => {
  using place = new ConfigPlace();
  mkdirSync(dataDirectory(place), { recursive: true });
  const gone = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(gone, "close");
  writeFileSync(`${dataFile(place)}.lock-ts`, `${gone.pid} left-behind`);
  await storeKey(dataDirectory(place), "openai", "k");
  assert.deepEqual(readdirSync(dataDirectory(place)), ["crush.json"]);
});

async function runProcess(args: readonly string[]): Promise<unknown> {
  const script = path.resolve(import.meta.dirname, "../../test/harness/store-keys-process.ts");
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], { stdio: "inherit" });
  await once(child, "close");
  return child.exitCode;
}

test("three processes that write at once lose nothing", async () => {
  using place = new ConfigPlace();
  const names = ["a", "b", "c"];
  const codes = await Promise.all(names.map((name) => runProcess([dataDirectory(place), name, "10"])));
  assert.deepEqual(codes, [0, 0, 0]);
  const { providers } = readData(place) as { providers: Record<string, unknown> };
  const expected = names.flatMap((name) => Array.from({ length: 10 }, (_, index) => `${name}-${index}`));
  assert.deepEqual(Object.keys(providers).toSorted(), expected);
});
