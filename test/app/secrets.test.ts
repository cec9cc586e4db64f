/** Keys are masked in whatever is stored or sent, wherever they come from and whatever they come through. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { type AppPlace, openAppPlace, scriptedSettings } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

const keys = {
  environment: "sk-env-aaaaaaaaaaaaaaaaaaaa",
  ownEnvironment: "sk-own-env-bbbbbbbbbbbbbbbb",
  config: "sk-config-cccccccccccccccc",
  header: "tok-header-dddddddddddddddd",
  program: "sk-program-eeeeeeeeeeeeeee",
  saved: "sk-saved-ffffffffffffffffff",
  quoted: 'sk-"quoted\\ggggggggggggggg',
};
const all = Object.values(keys).join(" ");

const settings = {
  ...scriptedSettings,
  providers: {
    test: {
      ...scriptedSettings.providers.test,
      api_key: keys.config,
      extra_headers: { Authorization: `Bearer ${keys.header}`, "X-Title": "ordinary words" },
    },
    other: { type: "openai-compat", base_url: "http://127.0.0.1:9", api_key: keys.quoted.replaceAll("\\", "\\\\") },
    unkeyed: { type: "openai-compat", base_url: "http://127.0.0.1:9" },
    program: {
      type: "openai-compat",
      base_url: "http://127.0.0.1:9",
      api_key: `$(printf ${keys.program})`,
      models: [{ id: "m", name: "M" }],
    },
  },
};
const environment = { OPENAI_API_KEY: keys.environment, CRUSH_OPENAI_API_KEY: keys.ownEnvironment };

function assertNoKey(text: string, where: string): void {
  for (const [name, key] of Object.entries(keys)) {
    for (const form of [key, JSON.stringify(key).slice(1, -1), JSON.stringify(JSON.stringify(key)).slice(3, -3)]) {
      assert.ok(!text.includes(form), `${where} holds the key of ${name}`);
    }
  }
}

/** The database with its log, the program's log, spilled outputs: every byte below the data directory; and the requests. */
async function assertNothingLeaks(place: AppPlace): Promise<void> {
  await place.close();
  const directory = path.join(place.place.project, ".crush");
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(directory, name))
    .filter((file) => statSync(file).isFile());
  assert.ok(files.includes(place.databasePath));
  for (const file of files) assertNoKey(readFileSync(file, "latin1"), file);
  assert.ok(place.requests.length > 0);
  for (const { request } of place.requests) assertNoKey(JSON.stringify(request), "a request");
}

async function openWithKeys(t: Parameters<typeof openAppPlace>[0], answers: AppPlace["answers"]): Promise<AppPlace> {
  const place = await openAppPlace(t, { settings, environment, keyVariables: ["OPENAI_API_KEY"], answers });
  await place.app.saveKey("unkeyed", keys.saved);
  const session = await place.app.createSession();
  await place.app.chooseModel(session.id, { provider: "program", model: "m" });
  await place.say(session.id, "so that the program has run");
  return place;
}

test("what the person says, drafts, attaches, names and runs", async (t) => {
  const place = await openWithKeys(t, []);
  const { app } = place;
  const session = await app.createSession();
  await app.saveDraft(session.id, `draft ${all}`);
  assert.match(app.readDraft(session.id), /^draft \[key hidden\]/u);
  await app.sendPrompt(session.id, {
    text: `${keys.config} is my key`,
    attachments: [
      { type: "binary", path: "notes.txt", mimeType: "text/plain", data: Buffer.from(`é ${all}`).toString("base64") },
      { type: "binary", path: "a.json", mimeType: "application/json", data: Buffer.from(all).toString("base64") },
      { type: "binary", path: "a.png", mimeType: "image/png", data: "AAAA" },
    ],
  });
  await app.finishTitles();
  await app.renameSession(session.id, `named ${keys.saved}`);
  const { parts } = await app.runShellCommand(session.id, `echo '${keys.header}'`, new AbortController().signal);
  assert.deepEqual(parts[0], {
    type: "shell_command",
    command: "echo '[key hidden]'",
    output: "[key hidden]\n",
    exitCode: 0,
  });
  assert.match(JSON.stringify(place.turnRequests.at(-1)?.request.messages), /\[key hidden\] is my key/u);
  await assertNothingLeaks(place);
});

test("what tools read, write, note and put out, and the files of which versions are kept", async (t) => {
  const place = await openWithKeys(t, []);
  const { app } = place;
  place.place.write("project/keys.env", `A=${all}\nB=1\n`);
  place.place.write("project/AGENTS.md", `Use ${keys.environment} always.\n`);
  const edit = { file_path: "keys.env", old_string: "B=1", new_string: "B=2" };
  const long = 'k=$(cat keys.env); for i in $(seq 1 400); do echo "$i $k"; done';
  place.answers.push(
    [{ name: "view", input: { file_path: "keys.env" } }],
    [{ name: "edit", input: edit }],
    [{ name: "write", input: { file_path: "copy.env", content: all } }],
    [{ name: "bash", input: { command: "echo C=3 >> keys.env; cat keys.env", description: "add" } }],
    [{ name: "bash", input: { command: long, description: "much" } }],
    [{ name: "todos", input: { todos: [{ content: all, status: "pending", active_form: all }] } }],
    `The keys are ${all}.`,
  );
  place.answerPermissions({ decision: "allow", scope: "session" });
  const session = await app.createSession();
  const outcome = await place.say(session.id, "work with the keys");
  assert.equal(outcome.reason, "end_turn");
  assert.match(readFileSync(path.join(place.place.project, "keys.env"), "utf8"), new RegExp(keys.config, "u"));
  const changed = app.showSession(session.id).metrics.files.map((file) => path.basename(file.path));
  assert.deepEqual(changed.toSorted(), ["copy.env", "keys.env"]);
  await assertNothingLeaks(place);
});

test("what is in the database from before, and what a provider says of a failure", async (t) => {
  const place = await openWithKeys(t, []);
  const { app } = place;
  const session = await app.createSession();
  await place.say(session.id, "old words");
  const parts = JSON.stringify([{ type: "text", data: { text: `old ${all}` } }]);
  await place.close();
  runSql(place.databasePath, `update messages set parts = '${parts}' where role = 'user'`);
  const again = await place.open();
  await again.saveKey("unkeyed", keys.saved);
  await again.chooseModel(session.id, { provider: "program", model: "m" });
  const before = place.requests.length;
  place.answers.push({
    kind: "auth",
    message: `Incorrect key ${keys.config}`,
    details: `{"key":"${keys.program}"}`,
    isRetryable: false,
  });
  const outcome = await place.say(session.id, "go on");
  assert.equal(outcome.errorMessage, "Incorrect key [key hidden]");
  const sent = place.requests.slice(before);
  for (const { request } of sent) assertNoKey(JSON.stringify(request), "a request");
  assertNoKey(JSON.stringify(place.transcript(session.id).slice(2)), "the failed step");
  assert.match(JSON.stringify(sent[0]?.request.messages), /old \[key hidden\]/u);
});

test("a key's own beginning is no key: ordinary words stay", async (t) => {
  const place = await openWithKeys(t, ["fine"]);
  const session = await place.app.createSession();
  await place.say(session.id, "sk-config ordinary words Bearer sk-env-");
  assert.match(JSON.stringify(place.turnRequests.at(-1)?.request.messages), /sk-config ordinary words Bearer sk-env-/u);
});
