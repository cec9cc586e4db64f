/** The command line as processes of their own: pipes, signals, terminals. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { runProgram } from "../harness/run-program.ts";
import { launcher, Sandbox } from "../harness/sandbox.ts";
import { startApp } from "../harness/start-app.ts";
import { answer, withModel } from "../harness/with-model.ts";

function runShell(sandbox: Sandbox, script: string): ReturnType<typeof runProgram> {
  return runProgram({
    sandbox,
    program: "/bin/sh",
    args: ["-c", script],
    environment: { CRUSH: launcher },
  });
}

test("a reader that takes one line and goes is no error", async () => {
  using sandbox = new Sandbox();
  const { stdout, stderr } = await runShell(sandbox, '{ "$CRUSH" models; echo "code $?" >&2; } | head -n 1');
  assert.equal(stdout.split("\n").length, 2);
  assert.equal(stderr, "code 0\n");
});

test("a pipe and a file are the prompt's beginning; a closed or empty input is none", async () => {
  await withModel(async ({ sandbox, server }) => {
    sandbox.writeFile("page.txt", "from a file\n");
    const script = [
      'echo "from a pipe" | "$CRUSH" run -q one',
      '"$CRUSH" run -q two < page.txt',
      '"$CRUSH" run -q three < /dev/null',
      '"$CRUSH" run -q four <&-',
    ];
    const { code, stderr } = await runShell(sandbox, script.join(" && "));
    assert.deepEqual([code, stderr], [0, ""]);
    const bodies = server.requests.filter((request) => request.hasTools).map((request) => JSON.stringify(request.body));
    assert.equal(bodies.length, 4);
    assert.match(bodies[0] ?? "", /from a pipe\\n\\none/u);
    assert.match(bodies[1] ?? "", /from a file\\n\\ntwo/u);
    assert.match(bodies[2] ?? "", /"three"/u);
    assert.match(bodies[3] ?? "", /"four"/u);
  });
});

test("an input that its owner never closes holds nothing up", async () => {
  await withModel(
    async ({ sandbox }) => {
      const child = spawn(launcher, ["run", "-q", "hello"], {
        cwd: sandbox.project,
        env: sandbox.environment(),
        stdio: ["pipe", "pipe", "inherit"],
      });
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
      await once(child, "close");
      assert.deepEqual([child.exitCode, output], [0, "Hello to you.\n"]);
    },
    { script: [answer("Hello to you.")] },
  );
});

test("SIGINT ends a run that hangs, and what it said is kept", async () => {
  const half = { blocks: [{ kind: "text" as const, text: "half an answer and more" }] };
  await withModel(
    async ({ sandbox }) => {
      let isSent = false;
      const { code, stdout } = await runProgram({
        sandbox,
        args: ["run", "-q", "hello"],
        onOutput: (_text, kill) => {
          if (!isSent) kill("SIGINT");
          isSent = true;
        },
      });
      assert.equal(code, 130);
      const shown = await runProgram({ sandbox, args: ["session", "last", "--json"] });
      const { messages } = JSON.parse(shown.stdout) as { messages: { parts: Record<string, string>[] }[] };
      const [text, finish] = messages.at(-1)?.parts ?? [];
      assert.equal(finish?.["reason"], "canceled");
      assert.ok(stdout.startsWith(text?.["text"] ?? "?"), `${stdout} / ${text?.["text"]}`);
    },
    { script: [{ match: { hasTools: true }, ...half, fault: { at: "middle", afterFrames: 3, error: "hang" } }] },
  );
});

test("a key is typed unseen, and the terminal echoes again afterwards", async () => {
  using sandbox = new Sandbox();
  await using program = startApp({ sandbox, args: ["login", "openai"] });
  await program.waitFor("API key for OpenAI");
  program.write("sk-secrex\u007ft-key\r");
  const { code } = await program.exited;
  assert.equal(code, 0);
  assert.match(program.terminal.text(), /Stored the key for OpenAI/u);
  assert.ok(!program.output.includes("sk-"));
  assert.equal(program.isLineMode, true);
  const file = path.join(sandbox.globalData, "crush.json");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match(readFileSync(file, "utf8"), /"sk-secret-key"/u);
});

test("ctrl+c at the question for a key stores nothing", async () => {
  using sandbox = new Sandbox();
  await using program = startApp({ sandbox, args: ["login", "openai"] });
  await program.waitFor("API key for OpenAI");
  program.write("sk-x\u0003");
  assert.equal((await program.exited).code, 130);
  assert.equal(statSync(path.join(sandbox.globalData, "crush.json"), { throwIfNoEntry: false }), undefined);
});

test("a transcript taller than the terminal goes through the pager, a short one does not", async () => {
  await withModel(
    async ({ sandbox }) => {
      await runProgram({ sandbox, args: ["run", "-q", "count"] });
      const environment = { PAGER: "sed s/^/PAGED:/" };
      await using tall = startApp({ sandbox, args: ["session", "last"], environment, rows: 12 });
      await tall.exited;
      assert.match(tall.output, /^PAGED:.*ID:/u);
      await using short = startApp({ sandbox, args: ["session", "last"], environment, rows: 60 });
      await short.exited;
      assert.ok(!short.output.includes("PAGED"));
      await using none = startApp({
        sandbox,
        args: ["session", "last"],
        environment: { PAGER: "no-such-pager" },
        rows: 12,
      });
      await none.exited;
      assert.match(none.output, /line 30/u);
    },
    { script: [answer(Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join("\n"))] },
  );
});

test("the pager gets no keys", async () => {
  await withModel(
    async ({ sandbox }) => {
      await runProgram({ sandbox, args: ["run", "-q", "count"] });
      const environment = { PAGER: "sh -c env", ANTHROPIC_API_KEY: "sk-not-for-pagers" };
      for (const args of [["stats"], ["session", "last"]]) {
        await using program = startApp({ sandbox, args, environment, rows: 4 });
        await program.exited;
        assert.match(program.output, /PATH=/u);
        assert.ok(!program.output.includes("sk-not-for-pagers"), args.join(" "));
      }
    },
    { script: [answer("one\ntwo\nthree")] },
  );
});

test("colours only on a terminal that wants them", async () => {
  using sandbox = new Sandbox();
  const colors = /\u001b\[\d+m/u;
  const shown = async (environment: Record<string, string>): Promise<string> => {
    await using program = startApp({ sandbox, args: ["dirs"], environment });
    await program.exited;
    return program.output;
  };
  assert.match(await shown({}), colors);
  assert.doesNotMatch(await shown({ NO_COLOR: "1" }), colors);
  assert.doesNotMatch(await shown({ TERM: "dumb" }), colors);
  assert.doesNotMatch((await runProgram({ sandbox, args: ["dirs"] })).stdout, colors);
});
