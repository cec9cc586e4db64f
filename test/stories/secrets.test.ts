/** Keys reach neither the model, the database, the log nor what is printed. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { runProgram } from "../harness/run-program.ts";
import { scriptedKey, useScriptedModel } from "../harness/scripted-config.ts";
import { answer, turnRequests, withModel } from "../harness/with-model.ts";

const environmentKeys = {
  OPENAI_API_KEY: "sk-openai-secret-aaaaaaaaaaaaaaaa",
  ANTHROPIC_API_KEY: "sk-ant-secret-bbbbbbbbbbbbbbbbbbbb",
  GEMINI_API_KEY: "AIza-secret-cccccccccccccccccccc",
  OPENROUTER_API_KEY: "sk-or-secret-dddddddddddddddddddd",
};
const secrets = [...Object.values(environmentKeys), scriptedKey];

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile());
}

function assertNoSecret(text: string, where: string): void {
  const found = secrets.filter((secret) => text.includes(secret));
  assert.deepEqual(found, [], where);
}

test("env as a tool call shows no key, and a file that holds one is masked", async () => {
  await withModel(async ({ sandbox, server }) => {
    sandbox.writeFile("settings.txt", `the key is ${scriptedKey}\n`);
    server.push(
      {
        match: { hasTools: true },
        blocks: [
          {
            kind: "tool-call",
            name: "bash",
            input: { description: "environment", command: "env; cat settings.txt; cat /proc/self/environ" },
          },
          { kind: "tool-call", name: "view", input: { file_path: "settings.txt" } },
        ],
      },
      answer("That is the environment."),
    );
    const result = await runProgram({
      sandbox,
      args: ["run", "-d", "-v", "show the environment"],
      environment: environmentKeys,
    });
    assert.equal(result.code, 0, result.stderr);
    const requests = turnRequests(server);
    const sent = JSON.stringify(requests.at(-1)?.body);
    assert.match(sent, /HOME=/u, "the environment itself was shown");
    for (const request of requests) assertNoSecret(JSON.stringify(request.body), "a request");
    assertNoSecret(result.stdout, "standard output");
    assertNoSecret(result.stderr, "standard error");
    for (const file of filesIn(sandbox.dataDirectory)) assertNoSecret(readFileSync(file, "latin1"), file);
    const shown = await runProgram({ sandbox, args: ["session", "last", "--json"] });
    assertNoSecret(shown.stdout, "session last --json");
  });
});

test("the log holds neither prompts, titles nor contents", async () => {
  await withModel(async ({ sandbox, server }) => {
    sandbox.writeFile("diary.txt", "a very private line\n");
    server.push(
      { match: { hasTools: true }, blocks: [{ kind: "tool-call", name: "view", input: { file_path: "diary.txt" } }] },
      answer("An answer that nobody else should read."),
    );
    const result = await runProgram({ sandbox, args: ["run", "-q", "A prompt of a personal kind"] });
    assert.equal(result.code, 0, result.stderr);
    const log = readFileSync(sandbox.log, "utf8");
    assert.ok(log.trim().split("\n").length > 1);
    assert.doesNotMatch(log, /private line|nobody else|personal kind|scripted title|diary/iu);
  });
});

test("what only the person should read is readable by nobody else", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("Hello."));
    await runProgram({ sandbox, args: ["run", "-q", "hello"] });
    assert.equal(statSync(sandbox.dataDirectory).mode & 0o77, 0);
    for (const file of filesIn(sandbox.dataDirectory)) assert.equal(statSync(file).mode & 0o77, 0, file);
  });
});

test("a key that a command of the config prints is used and not kept", async () => {
  await withModel(async ({ sandbox, server }) => {
    useScriptedModel(sandbox, { url: server.url, apiKey: `$(echo ${scriptedKey})` });
    server.push(answer("Hello."));
    const result = await runProgram({ sandbox, args: ["run", "-q", "hello"] });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(turnRequests(server)[0]?.headers.authorization, `Bearer ${scriptedKey}`);
    for (const file of filesIn(sandbox.dataDirectory)) assertNoSecret(readFileSync(file, "latin1"), file);
  });
});
