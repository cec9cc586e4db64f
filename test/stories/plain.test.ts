/** `--plain`: one line after the other, for screen readers and terminals that can do no more. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { runProgram } from "../harness/run-program.ts";
import { Sandbox } from "../harness/sandbox.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { scriptedConfig, scriptedKey } from "../harness/scripted-config.ts";
import { answer, turnRequests, withModel } from "../harness/with-model.ts";

/** Only text and line ends: nothing that moves the cursor, sets a colour or switches a mode. */
function assertLinear(app: RunningApp): void {
  assert.doesNotMatch(app.output.replaceAll("\r\n", "\n"), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
}

async function enter(app: RunningApp, line: string): Promise<void> {
  await app.waitFor(/You: ?$/u);
  app.write(`${line}\r`);
}

test("a conversation is read line by line, questions are asked in words", async () => {
  using sandbox = new Sandbox();
  await using app = startApp({ sandbox, args: ["--plain"], columns: 100, rows: 60, environment: { TERM: "dumb" } });
  await app.waitFor("Crush, plain text. /help lists the commands");
  await app.waitFor("needs no key");
  await enter(app, "/model practice/practice");
  await app.waitFor("Model: Practice model");
  await enter(app, "create a.txt with hello");
  await app.waitFor("Tool: Write a.txt");
  await app.waitFor("Permission: write wants to write.");
  await app.waitFor("+hello");
  await app.waitFor("Allow? a: once");
  app.write("a\r");
  await app.waitFor("Result:");
  await enter(app, "create b.txt with hello");
  await app.waitFor(/Allow\? a: once[^\n]*\n?[^\n]*say why not: ?$/u);
  app.write("/help\r");
  await app.waitFor("Answer with a or y to allow it once");
  await app.waitFor(/say why not: ?$/u);
  app.write("d\r");
  await enter(app, "!echo of my own");
  await app.waitFor("Exit code 0.");
  await enter(app, "/nonsense");
  await app.waitFor("Error: there is no command /nonsense");
  await enter(app, "/quit");
  assert.equal((await app.exited).code, 0);
  assert.match(app.terminal.mainText(), /Continue with: \S+ --plain -s [0-9a-f]{7}/u);
  assertLinear(app);
  assert.equal(readFileSync(path.join(sandbox.project, "a.txt"), "utf8").trim(), "hello");
  assert.ok(!existsSync(path.join(sandbox.project, "b.txt")));
});

test("sessions are listed, switched, begun and renamed by words; ctrl+c stops an answer", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("The anvil is heavy."));
    await using app = startApp({ sandbox, args: ["--plain"], columns: 100, rows: 60 });
    await enter(app, "Tell me of the anvil");
    await app.waitFor("The anvil is heavy.");
    await enter(app, "/rename Anvil");
    await app.waitFor("Renamed: Anvil.");
    server.push({
      match: { hasTools: true },
      blocks: [{ kind: "text", text: "The hammer is light." }],
      fault: { at: "middle", afterFrames: 3, error: "hang" },
    });
    await enter(app, "/new Tell me of the hammer");
    await app.waitFor("The hammer");
    app.write("\u0003");
    await app.waitFor("Canceled; what was said is kept.");
    await enter(app, "/sessions");
    await app.waitFor(/2\. Anvil\. [0-9a-f]{7}, .* 2 messages/u);
    await enter(app, "/switch 2");
    await app.waitFor(/Session: Anvil\./u);
    await enter(app, "/history");
    await app.waitFor("│ Tell me of the anvil");
    app.write("\u0004");
    assert.equal((await app.exited).code, 0);
    assertLinear(app);
  });
});

test("sessions are found, sorted, forked and deleted by words; what goes is said and asked first", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("The anvil is heavy."), answer("The hammer is light."));
    await using app = startApp({ sandbox, args: ["--plain"], columns: 100, rows: 80 });
    await enter(app, "Tell me of the anvil");
    await app.waitFor("The anvil is heavy.");
    await enter(app, "/rename Anvil");
    await enter(app, "/new Tell me of the hammer");
    await app.waitFor("The hammer is light.");
    await enter(app, "/search heavy");
    await app.waitFor(/1\. Anvil\. [0-9a-f]{7}, [^\n]*\n {2}answer: The anvil is heavy\./u);
    await enter(app, "/fork 1");
    await app.waitFor("Session: Anvil (fork).");
    await enter(app, "/tag iron");
    await app.waitFor("Tagged: Anvil (fork).");
    await enter(app, "/delete 1");
    await app.waitFor(/Anvil\. [0-9a-f]{7}\. Its 2 messages/u);
    await app.waitFor(/anything else: no: ?$/u);
    app.write("y\r");
    await app.waitFor("Deleted: Anvil.");
    await enter(app, "/sessions");
    await app.waitFor(/1\. Anvil \(fork\)\. [^\n]*, open, #iron\./u);
    await enter(app, "/quit");
    assert.equal((await app.exited).code, 0);
    assertLinear(app);
    const { stdout } = await runProgram({ sandbox, args: ["session", "list"] });
    assert.doesNotMatch(stdout, /Anvil\n/u);
  });
});

test("a prompt waits while another window is at work, can be taken back, and runs once the session is free", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push({
      match: { hasTools: true },
      blocks: [{ kind: "text", text: "The anvil is heavy." }],
      fault: { at: "middle", afterFrames: 3, error: "hang" },
    });
    await using owner = startApp({ sandbox, args: ["--plain"], columns: 100, rows: 60 });
    await enter(owner, "Tell me of the anvil");
    await owner.waitFor("The anvil");
    await using other = startApp({ sandbox, args: ["--plain", "-C"], columns: 100, rows: 60 });
    await enter(other, "never said");
    await other.waitFor(/Waiting: process \d+ on .* is at work in this session/u);
    other.write("\u0003");
    await other.waitFor("Not sent: canceled before the prompt had its turn.");
    server.push(answer("The hammer is light."));
    await enter(other, "Tell me of the hammer");
    await other.waitFor(/Waiting: [\s\S]*Waiting: process/u);
    owner.write("\u0003");
    await owner.waitFor("Canceled; what was said is kept.");
    await other.waitFor("The hammer is light.");
    await enter(other, "/quit");
    assert.equal((await other.exited).code, 0);
    await enter(owner, "/quit");
    assert.equal((await owner.exited).code, 0);
    assertLinear(other);
    const prompts = turnRequests(server).map(({ body }) => JSON.stringify(body).includes("never said"));
    assert.deepEqual(prompts, [false, false]);
  });
});

test("a summary that the provider refuses is not said to be one", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("The anvil is heavy."));
    await using app = startApp({ sandbox, args: ["--plain"], columns: 100, rows: 60 });
    await enter(app, "Tell me of the anvil");
    await app.waitFor("The anvil is heavy.");
    await app.waitFor(/You: ?$/u);
    server.push({ match: { hasTools: false, promptIncludes: "handover" }, fault: { at: "start", error: "auth" } });
    app.write("/compact\r");
    await app.waitFor(/Error: .*key/u);
    assert.ok(!app.output.includes("Compacted."));
    app.write("\u0004");
    assert.equal((await app.exited).code, 0);
  });
});

test("what is told of budgets is told in words", async () => {
  await withModel(async ({ sandbox, server }) => {
    const config = scriptedConfig({ url: server.url, more: { budgets: { session: { warn_usd: 1, limit_usd: 50 } } } });
    const odd = {
      type: "openai-compat",
      base_url: server.url,
      api_key: scriptedKey,
      models: [{ id: "odd", name: "Odd" }],
    };
    sandbox.writeGlobalConfig({ ...config, providers: { ...(config["providers"] as object), odd } });
    await using app = startApp({ sandbox, args: ["--plain"], columns: 100, rows: 60 });
    server.push({ ...answer("The anvil is heavy."), usage: { inputTokens: 500_000, outputTokens: 0 } });
    await enter(app, "Tell me of the anvil");
    await app.waitFor("The anvil is heavy.");
    server.push(answer("So is the hammer."));
    await enter(app, "And of the hammer");
    await app.waitFor(/Warning: \$1\.5\d of \$50\.00 of this session’s budget is spent/u);
    await app.waitFor("So is the hammer.");
    await enter(app, "/model odd/odd");
    server.push(answer("Tongs are light."));
    await enter(app, "And of the tongs");
    await app.waitFor("Warning: The price of odd/odd is unknown: the limit of $50.00 for this session");
    await app.waitFor("Tongs are light.");
    await enter(app, "/quit");
    assert.equal((await app.exited).code, 0);
    assertLinear(app);
  });
});

test("messages are counted as in the other lists: results of tools are not", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(
      { match: { hasTools: true }, blocks: [{ kind: "tool-call", name: "ls", input: {} }] },
      answer("It is empty."),
    );
    const { stdout } = await runProgram({ sandbox, args: ["--plain"], stdin: "look around\n/sessions\n/switch 1\n" });
    assert.match(stdout, /You: 1\. .* 3 messages, open\./u);
    assert.match(stdout, /Session: .* 3 messages\. /u);
    const { stdout: shown } = await runProgram({ sandbox, args: ["session", "last"] });
    assert.match(shown, /Count: +3 messages/u);
  });
});

test("lines from a pipe are prompts; the end of the input is the end", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("First."), answer("Second."));
    const { code, stdout } = await runProgram({ sandbox, args: ["--plain"], stdin: "one\ntwo\n" });
    assert.equal(code, 0);
    assert.match(stdout, /First\.[\s\S]*Second\./u);
  });
});
