/** After `kill -9` everything up to that moment is there, marked, and the next request is valid. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { databaseRows, type Row } from "../harness/database-rows.ts";
import type { ScriptedStep } from "../harness/model-servers/script.ts";
import { runProgram } from "../harness/run-program.ts";
import { Sandbox } from "../harness/sandbox.ts";
import { ask, askAndWait, choosePracticeModel, quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { assertStrict } from "../harness/strict-reader.ts";
import { untilStored, untilWritten } from "../harness/until-stored.ts";
import { answer, turnRequests, withModel } from "../harness/with-model.ts";

const messages = "SELECT role, parts FROM messages ORDER BY rowid";

function partsText(rows: readonly Row[]): string {
  return rows.map((row) => `${String(row["role"])} ${String(row["parts"])}`).join("\n");
}

async function untilMessages(sandbox: Sandbox, pattern: RegExp): Promise<void> {
  await untilStored({ file: sandbox.database, sql: messages, holds: (rows) => pattern.test(partsText(rows)) });
}

/** Sends its text, and then nothing more for as long as the program lives. */
const hangs: ScriptedStep = {
  match: { hasTools: true },
  blocks: [
    { kind: "reasoning", text: "Thinking it over." },
    { kind: "text", text: `The part that was said. ${"And more. ".repeat(20)}` },
  ],
  deltaLength: 40,
  fault: { at: "middle", afterFrames: 7, error: "hang" },
};

test("an answer that was cut off is on the disk, is marked, and the session goes on", async () => {
  await withModel(
    async ({ sandbox, server }) => {
      server.push(hangs);
      await using app = startApp({ sandbox });
      await ask(app, "Tell me");
      await app.waitFor("The part that was said.");
      await untilWritten(path.join(sandbox.dataDirectory, "journal"), /\.jsonl$/u, /The part that was said\./u);
      app.kill("SIGKILL");
      await app.exited;

      await using again = startApp({ sandbox, args: ["-C"] });
      await again.waitFor("Interrupted");
      const [booked] = databaseRows(sandbox.database, "SELECT input_tokens, is_estimated, outcome FROM x_usage");
      assert.deepEqual([booked?.["is_estimated"], booked?.["outcome"]], [1, "interrupted"]);
      assert.ok(Number(booked?.["input_tokens"]) > 1_000, "the system prompt and the tools are in the estimate");
      server.push(answer("We go on."));
      await askAndWait(again, "Go on", "We go on.");
      assert.match(turnRequests(server).at(-1)?.conversation.at(-1)?.text ?? "", /Go on$/u);
      await quit(again);
    },
    { dialect: "deepseek", leaves: "unsettled" },
  );
});

test("a call that was being made when the program was killed has one result in the next request: what it had printed", async () => {
  await withModel(
    async ({ sandbox, server }) => {
      server.push({
        match: { hasTools: true },
        blocks: [
          { kind: "text", text: "I wait." },
          {
            kind: "tool-call",
            name: "bash",
            input: { description: "wait", command: "echo 12 of 30 tests; echo $$ > pid.txt; exec sleep 300" },
          },
        ],
      });
      await using app = startApp({ sandbox, args: ["-y"] });
      await ask(app, "Wait for it");
      await app.waitFor(/^\W*12 of 30 tests/mu);
      await untilMessages(sandbox, /"finished":true/u);
      await untilWritten(sandbox.project, /^pid\.txt$/u, /\d\n/u);
      await untilWritten(path.join(sandbox.dataDirectory, "journal"), /\.jsonl$/u, /12 of 30 tests/u);
      app.kill("SIGKILL");
      await app.exited;
      process.kill(Number(readFileSync(path.join(sandbox.project, "pid.txt"), "utf8")));

      server.push(answer("It was interrupted."));
      const result = await runProgram({ sandbox, args: ["run", "-q", "-C", "What happened?"] });
      assert.equal(result.code, 0, result.stderr);
      const conversation = turnRequests(server).at(-1)?.conversation ?? [];
      const results = conversation.filter(({ role }) => role === "tool").map(({ text }) => text);
      assert.equal(results.length, 1);
      assert.match(results[0] ?? "", /^12 of 30 tests\n\nInterrupted: /u);
      assert.match(result.stdout, /It was interrupted\./u);
    },
    { leaves: "unsettled" },
  );
});

test("SIGTERM ends the program in good order in the middle of an answer", async () => {
  await withModel(
    async ({ sandbox, server }) => {
      server.push(hangs);
      await using app = startApp({ sandbox });
      await ask(app, "Tell me");
      await app.waitFor("The part that was said.");
      app.kill("SIGTERM");
      const { code } = await app.exited;
      assert.equal(code, 143);
      assert.deepEqual(app.terminal.modes.leftovers(), []);
      assert.equal(app.isLineMode, true);
      assertStrict(sandbox.database);
      const shown = await runProgram({ sandbox, args: ["session", "last", "--json"] });
      assert.match(shown.stdout, /The part that was said\./u);
    },
    { dialect: "deepseek" },
  );
});

test("esc twice cancels; what was said stays and the next request is valid", async () => {
  await withModel(
    async ({ sandbox, server }) => {
      server.push(hangs);
      await using app = startApp({ sandbox });
      await ask(app, "Tell me");
      await app.waitFor("The part that was said.");
      app.press("escape");
      await app.waitFor(/esc.*again|again.*cancel/iu);
      app.press("escape");
      await untilReady(app);
      const rows = databaseRows(sandbox.database, messages);
      assert.match(partsText(rows), /The part that was said\.[\s\S]*"reason":"canceled"/u);
      server.push(answer("Here I am again."));
      await askAndWait(app, "Once more", "Here I am again.");
      await quit(app);
    },
    { dialect: "deepseek" },
  );
});

test("ctrl+c on a headless run cancels the turn and keeps it", async () => {
  await withModel(
    async ({ sandbox, server }) => {
      server.push(hangs);
      let isInterrupted = false;
      const result = await runProgram({
        sandbox,
        args: ["run", "-q", "Tell me"],
        onOutput: (text, kill) => {
          // A second signal would end the program at once.
          if (isInterrupted || !text.includes("The part that was said.")) return;
          isInterrupted = true;
          kill("SIGINT");
        },
      });
      assert.equal(result.code, 130);
      const rows = databaseRows(sandbox.database, messages);
      assert.match(partsText(rows), /The part that was said\.[\s\S]*"reason":"canceled"/u);
    },
    { dialect: "deepseek" },
  );
});

test("a command of the person's own, left running by a killed program, is ended by the next one and kept with what it had printed", async (t) => {
  if (process.platform !== "linux") {
    t.skip("what runs is found by its environment on Linux only");
    return;
  }
  using sandbox = new Sandbox();
  const pipe = path.join(sandbox.root, "pipe");
  execFileSync("mkfifo", [pipe]);
  const reading = createReadStream(pipe, "utf8");
  const isEnded = once(reading, "end");
  await using app = startApp({ sandbox });
  await app.waitFor("Welcome");
  await choosePracticeModel(app);
  // It ignores that it is asked to end, and `session last` is over long before it is killed for that.
  app.type(`!trap '' TERM; echo 12 of 30; exec 3> ${pipe}; echo runs >&3; sleep 600`);
  app.press("enter");
  assert.equal(String((await once(reading, "data"))[0]), "runs\n");
  await untilWritten(path.join(sandbox.dataDirectory, "journal"), /^command_.*\.jsonl$/u, /\[0,"12 of 30/u);
  app.kill("SIGKILL");
  await app.exited;
  assert.equal(reading.readableEnded, false);
  const shown = await runProgram({ sandbox, args: ["session", "last"] });
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(
    shown.stdout,
    /echo 12 of 30;[\s\S]*12 of 30\n[\s\S]*\[interrupted: Crush ended while this command ran\]/u,
  );
  // Nobody holds the pipe open any more.
  await isEnded;
  assert.match(
    shown.stderr,
    /^warning: What a program that had died had left running was ended: .*trap '' TERM; echo 12 of 30;.* \(session /u,
  );
  const again = await runProgram({ sandbox, args: ["session", "last"] });
  assert.deepEqual([again.code, again.stderr], [0, ""]);
});
