/** What a person gets wrong at the command line: a clear message, an exit code, and nothing touched. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { dataSnapshot } from "../harness/data-snapshot.ts";
import { type RunResult, runProgram } from "../harness/run-program.ts";
import { Sandbox } from "../harness/sandbox.ts";
import { scriptedConfig, useScriptedModel } from "../harness/scripted-config.ts";
import { answer, withModel } from "../harness/with-model.ts";

const unreachableUrl = "http://127.0.0.1:9/v1";

/** One line that says what is wrong, on standard error only; no stack, no bug report. */
function assertRefused(result: RunResult, message: RegExp): void {
  assert.notEqual(result.code, 0, result.stdout);
  assert.equal(result.signal, null);
  assert.equal(result.stdout, "");
  assert.match(result.stderr, message);
  assert.doesNotMatch(result.stderr, /^\s+at .*:\d+:\d+/mu, "a stack is for bugs");
}

/** A project with one conversation, made by the program itself. */
async function withConversation(story: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("The first answer."));
    const made = await runProgram({ sandbox, args: ["run", "-q", "The first question"] });
    assert.equal(made.code, 0, made.stderr);
    await story(sandbox);
  });
}

interface RefusedCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly message: RegExp;
  readonly stdin?: string | Uint8Array;
}

const refusedCases: readonly RefusedCase[] = [
  { name: "unknown flag", args: ["--frobnicate"], message: /--frobnicate/u },
  { name: "unknown flag of a command", args: ["run", "--frobnicate", "x"], message: /--frobnicate/u },
  { name: "unknown command", args: ["frobnicate"], message: /frobnicate/u },
  { name: "no terminal", args: [], message: /terminal[\s\S]*crush run/u },
  { name: "unknown session to run in", args: ["run", "-s", "0badcafe", "x"], message: /session not found: 0badcafe/u },
  { name: "unknown session to show", args: ["session", "show", "0badcafe"], message: /session not found: 0badcafe/u },
  { name: "unknown session to rename", args: ["session", "rename", "0badcafe", "T"], message: /session not found/u },
  { name: "unknown session to delete", args: ["session", "delete", "0badcafe"], message: /session not found/u },
  { name: "unknown model", args: ["run", "-m", "loopback/none", "x"], message: /none/u },
  { name: "no prompt", args: ["run"], message: /prompt/u },
  {
    name: "a prompt of 5 MB",
    args: ["run"],
    stdin: "word ".repeat(1024 * 1024),
    message: /larger than/u,
  },
  {
    name: "binary standard input",
    args: ["run", "x"],
    stdin: new Uint8Array([0, 255, 254, 1, 0, 200]),
    message: /text/u,
  },
  { name: "a directory that is not there", args: ["-c", "nowhere", "run", "x"], message: /nowhere/u },
];

test("refused commands say why and touch nothing", async (t) => {
  await withConversation(async (sandbox) => {
    const before = dataSnapshot(sandbox);
    for (const { name, args, message, stdin } of refusedCases) {
      await t.test(name, async () => {
        assertRefused(await runProgram({ sandbox, args, ...(stdin !== undefined && { stdin }) }), message);
        assert.deepEqual(dataSnapshot(sandbox), before);
      });
    }
  });
});

test("an ambiguous prefix lists the sessions that it fits", async () => {
  await withConversation(async (sandbox) => {
    const database = new DatabaseSync(sandbox.database);
    for (const last of ["1", "2"]) {
      const id = `aaaaaaaa-0000-4000-8000-00000000000${last}`;
      database
        .prepare("INSERT INTO sessions (id, title, created_at, updated_at) VALUES (?, ?, 1, 1)")
        .run(id, `Twin ${last}`);
    }
    database.close();
    const before = dataSnapshot(sandbox);
    for (const args of [
      ["session", "show", "aaaaaaaa"],
      ["session", "delete", "aaaaaaaa"],
      ["run", "-s", "aaaaaaaa", "x"],
    ]) {
      const result = await runProgram({ sandbox, args });
      assertRefused(result, /Twin 1[\s\S]*Twin 2|Twin 2[\s\S]*Twin 1/u);
      assert.match(result.stderr, /more characters/u);
      assert.deepEqual(dataSnapshot(sandbox), before);
    }
  });
});

test("an invalid crush.json is named with its place", async () => {
  await withConversation(async (sandbox) => {
    const global = path.join(sandbox.globalConfig, "crush.json");
    const good = readFileSync(global, "utf8");
    const cases = [
      { file: global, text: '{"models": {\n  "large": }\n', message: /crush\.json[\s\S]*line 2/iu },
      { file: global, text: '{"options": {"debug": "perhaps"}}', message: /crush\.json[\s\S]*options\.debug/u },
      { file: path.join(sandbox.project, "crush.json"), text: "{not json", message: /project.*crush\.json/u },
    ];
    for (const { file, text, message } of cases) {
      writeFileSync(file, text);
      const before = dataSnapshot(sandbox);
      assertRefused(await runProgram({ sandbox, args: ["run", "x"] }), message);
      assertRefused(await runProgram({ sandbox, args: ["session", "list"] }), message);
      assert.deepEqual(dataSnapshot(sandbox), before);
      writeFileSync(global, good);
    }
  });
});

test("a file that is no database is refused and left as it was", async () => {
  using sandbox = new Sandbox();
  useScriptedModel(sandbox, { url: unreachableUrl });
  const contents = [
    { what: "text", bytes: Buffer.from("these are my notes, not a database\n".repeat(300)) },
    { what: "a damaged database", bytes: Buffer.concat([Buffer.from("SQLite format 3\u0000"), Buffer.alloc(8000, 7)]) },
  ];
  for (const { what, bytes } of contents) {
    mkdirSync(sandbox.dataDirectory, { recursive: true });
    writeFileSync(sandbox.database, bytes);
    for (const args of [
      ["run", "x"],
      ["session", "list"],
    ]) {
      const result = await runProgram({ sandbox, args });
      assertRefused(result, /crush\.db/u);
      assert.deepEqual(readFileSync(sandbox.database), bytes, what);
    }
  }
});

test("a missing key names the variable or the login that would give it", async () => {
  using sandbox = new Sandbox();
  const ofCatalogue = await runProgram({ sandbox, args: ["run", "-m", "openai/gpt-4.1", "x"] });
  assertRefused(ofCatalogue, /key/iu);
  assert.match(ofCatalogue.stderr, /OPENAI_API_KEY|crush login openai/u);

  const ofNothing = await runProgram({ sandbox, args: ["run", "x"] });
  assertRefused(ofNothing, /model/iu);
  assert.match(ofNothing.stderr, /crush login|practice/u);
});

const wrongKey = "sk-wrong-9876543210fedcba";

test("a wrong key is told as such, keeps the prompt and shows no key", async () => {
  await withModel(
    async ({ sandbox, server }) => {
      useScriptedModel(sandbox, { url: server.url, apiKey: wrongKey });
      const result = await runProgram({ sandbox, args: ["run", "-q", "Remember this question"] });
      assert.notEqual(result.code, 0);
      assert.match(result.stderr, /key/iu);
      assert.ok(!`${result.stdout}${result.stderr}`.includes(wrongKey));
      const shown = await runProgram({ sandbox, args: ["session", "last", "--json"] });
      assert.match(shown.stdout, /Remember this question/u);
      assert.ok(!shown.stdout.includes(wrongKey));
    },
    // Once: a wrong key is not tried again, and no title is asked for.
    { refusals: [`Incorrect API key provided: ${wrongKey}.`] },
  );
});

test("an unreachable server is named with its address", async () => {
  await withConversation(async (sandbox) => {
    sandbox.writeGlobalConfig(scriptedConfig({ url: unreachableUrl }));
    const result = await runProgram({ sandbox, args: ["run", "-q", "Is anybody there?"], deadlineMs: 55_000 });
    assert.notEqual(result.code, 0);
    assert.equal(result.signal, null);
    assert.match(result.stderr, /127\.0\.0\.1:9/u);
    const list = await runProgram({ sandbox, args: ["session", "list", "--json"] });
    assert.equal((JSON.parse(list.stdout) as unknown[]).length, 2, "the question is kept, the older session too");
  });
});

test(
  "a project that cannot be written to says so",
  { skip: process.getuid?.() === 0 && "root may write everywhere" },
  async () => {
    using sandbox = new Sandbox();
    useScriptedModel(sandbox, { url: unreachableUrl });
    chmodSync(sandbox.project, 0o500);
    assertRefused(await runProgram({ sandbox, args: ["run", "x"] }), /\.crush[\s\S]*(?:writ|permi)/iu);
  },
);
