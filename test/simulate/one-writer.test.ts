/** Two processes and one session: never two writers, whoever is stopped, and a stranger's rows are nobody's to mend. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { text as readText } from "node:stream/consumers";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { heldStep } from "../harness/held-step.ts";
import type { ScriptedStep } from "../harness/model-servers/script.ts";
import { type ModelServer, startModelServer } from "../harness/model-servers/start-model-server.ts";
import { runSql } from "../harness/open-test-store.ts";
import { type RunResult, runProgram } from "../harness/run-program.ts";
import { launcher, Sandbox } from "../harness/sandbox.ts";
import { scriptedKey, useScriptedModel } from "../harness/scripted-config.ts";
import { strictProblems } from "../harness/strict-reader.ts";

/** Said slowly: held after its first words. */
const slow: ScriptedStep = {
  match: { hasTools: true, promptIncludes: "slow" },
  blocks: [{ kind: "text", text: "slowly, ".repeat(100) }],
  deltaLength: 10,
};

interface Stage {
  readonly server: ModelServer;
  /** The slow answer goes on. */
  readonly letGo: () => void;
}

async function inSandbox(story: (sandbox: Sandbox, stage: Stage) => Promise<void>): Promise<void> {
  using sandbox = new Sandbox();
  const otherwise = { blocks: [{ kind: "text", text: "Quick." }] } as const;
  const { step, letGo } = heldStep(slow, 6);
  const server = await startModelServer({ family: "openai-chat", apiKey: scriptedKey, script: [step], otherwise });
  try {
    useScriptedModel(sandbox, { url: server.url });
    const first = await runProgram({ sandbox, args: ["run", "-q", "hello"] });
    assert.equal(first.code, 0, first.stderr);
    await story(sandbox, { server, letGo });
    assert.deepEqual(
      server.requests.flatMap(({ refusal }) => refusal ?? []),
      [],
    );
    assert.deepEqual(strictProblems(sandbox.database), []);
  } finally {
    await server.close();
  }
}

interface Running {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Exit code and standard error. */
  readonly end: Promise<readonly [code: number | null, errors: string]>;
}

/** Runs a program where it is process 1 and sees no other; killing the first process kills it. */
const inOwnNamespace = ["unshare", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc"] as const;

/** A run in the middle of its answer; `before`: a command that runs it. */
async function startSlowRun(sandbox: Sandbox, before: readonly string[] = []): Promise<Running> {
  const child = spawn("env", [...before, launcher, "run", "-q", "-C", "be slow"], {
    cwd: sandbox.project,
    env: sandbox.environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const exit = once(child, "close") as Promise<[number | null]>;
  await once(child.stdout, "data");
  child.stdout.resume();
  return { kill: (signal) => child.kill(signal), end: exit.then(([code]) => [code, errors] as const) };
}

function onceItWaits(act: () => void): (errors: string) => void {
  return (errors) => {
    if (errors.includes("waiting: the session is at work")) act();
  };
}

function promptsOf(sandbox: Sandbox): (string | undefined)[] {
  const prompts = databaseRows(sandbox.database, "select parts from messages where role = 'user' order by rowid");
  return prompts.map(({ parts }) => /"text":"([^"]*)"/u.exec(String(parts))?.[1]);
}

const rows = "select id, parts, updated_at from messages order by rowid";

test("a stopped process keeps its session; who comes second is told who has it", async () => {
  await inSandbox(async (sandbox, { letGo }) => {
    const running = await startSlowRun(sandbox);
    running.kill("SIGSTOP");
    const before = databaseRows(sandbox.database, rows);
    const second = await runProgram({ sandbox, args: ["run", "-q", "-C", "--no-wait", "me too"] });
    assert.equal(second.code, 8);
    assert.match(second.stderr, /the session is at work: process \d+ on /u);
    assert.deepEqual(databaseRows(sandbox.database, rows), before);
    running.kill("SIGCONT");
    letGo();
    const [code, errors] = await running.end;
    assert.equal(code, 0, errors);
    const third = await runProgram({ sandbox, args: ["run", "-q", "-C", "and now"] });
    assert.equal(third.stdout.trim(), "Quick.", third.stderr);
  });
});

test("a second prompt waits for the first one's turn, has a turn of its own, and prints its outcome alone", async () => {
  await inSandbox(async (sandbox, { letGo }) => {
    const running = await startSlowRun(sandbox);
    const second = await runProgram({ sandbox, args: ["run", "-C", "me too"], onErrors: onceItWaits(letGo) });
    assert.equal(second.stdout.trim(), "Quick.", second.stderr);
    assert.match(second.stderr, /waiting: the session is at work: process \d+ on /u);
    const [code, errors] = await running.end;
    assert.equal(code, 0, errors);
    assert.deepEqual(promptsOf(sandbox), ["hello", "be slow", "me too"]);
    assert.deepEqual(databaseRows(sandbox.database, "select id from x_queue"), []);
  });
});

test("where nobody answers a waiting prompt is told so; it writes nothing until the stopped process has gone on", async () => {
  await inSandbox(async (sandbox, { letGo }) => {
    const running = await startSlowRun(sandbox);
    running.kill("SIGSTOP");
    const before = databaseRows(sandbox.database, rows);
    const waiting = spawn(launcher, ["run", "-C", "me too"], {
      cwd: sandbox.project,
      env: sandbox.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = readText(waiting.stdout);
    const ended = once(waiting, "close");
    for await (const piece of waiting.stderr.setEncoding("utf8")) {
      if (String(piece).includes("does not answer: it may be stopped or suspended")) break;
    }
    assert.deepEqual(databaseRows(sandbox.database, rows), before);
    running.kill("SIGCONT");
    letGo();
    const [code, errors] = await running.end;
    assert.equal(code, 0, errors);
    await ended;
    assert.equal((await output).trim(), "Quick.");
    assert.deepEqual(promptsOf(sandbox), ["hello", "be slow", "me too"]);
  });
});

test("across two pid namespaces there is one writer, known by its lock, and its death is seen", async (t) => {
  const { status } = spawnSync(inOwnNamespace[0], [...inOwnNamespace.slice(1), "true"]);
  if (status !== 0) {
    t.skip("this machine makes no pid namespaces (unshare)");
    return;
  }
  await inSandbox(async (sandbox, { server, letGo }) => {
    const [program, ...before] = inOwnNamespace;
    const elsewhere = async (...args: readonly string[]): Promise<RunResult> =>
      runProgram({
        sandbox,
        program,
        args: [...before, launcher, "run", "-C", ...args],
        onErrors: onceItWaits(letGo),
      });
    const running = await startSlowRun(sandbox, inOwnNamespace);
    const refused = await elsewhere("-q", "--no-wait", "not now");
    assert.equal(refused.code, 8);
    assert.match(refused.stderr, /the session is at work: process \d+ on /u);
    const second = await elsewhere("me too");
    assert.equal(second.stdout.trim(), "Quick.", second.stderr);
    assert.match(second.stderr, /waiting: the session is at work/u);
    const [code, errors] = await running.end;
    assert.equal(code, 0, errors);
    assert.deepEqual(promptsOf(sandbox), ["hello", "be slow", "me too"]);
    server.push(heldStep(slow, 6).step);
    const killed = await startSlowRun(sandbox, inOwnNamespace);
    killed.kill("SIGKILL");
    await killed.end;
    const third = await elsewhere("-q", "--no-wait", "after all");
    assert.equal(third.stdout.trim(), "Quick.", third.stderr);
    assert.match(JSON.stringify(databaseRows(sandbox.database, rows)), /Interrupted/u);
    assert.deepEqual(promptsOf(sandbox), ["hello", "be slow", "me too", "be slow", "after all"]);
  });
});

test("a prompt that waits is kept when its process is killed, and runs when a person says so", async () => {
  await inSandbox(async (sandbox, { letGo }) => {
    const running = await startSlowRun(sandbox);
    const waiting = spawn(launcher, ["run", "-C", "kept for later"], {
      cwd: sandbox.project,
      env: sandbox.environment(),
      stdio: ["ignore", "ignore", "pipe"],
    });
    await once(waiting.stderr, "data");
    waiting.kill("SIGKILL");
    await once(waiting, "exit");
    letGo();
    const [code, errors] = await running.end;
    assert.equal(code, 0, errors);
    const kept = databaseRows(sandbox.database, "select text from x_queue");
    assert.deepEqual(
      kept.map(({ text }) => text),
      ["kept for later"],
    );
    const later = await runProgram({ sandbox, args: ["run", "-q", "-C", "another"] });
    assert.equal(later.stdout.trim(), "Quick.", later.stderr);
    assert.equal(databaseRows(sandbox.database, "select text from x_queue").length, 1);
  });
});

test("an owner that is stopped is named; taken over at a person's word, it writes nothing more", async () => {
  await inSandbox(async (sandbox, { letGo }) => {
    const running = await startSlowRun(sandbox);
    running.kill("SIGSTOP");
    const second = await runProgram({ sandbox, args: ["run", "-C", "--take-over", "me first"] });
    assert.equal(second.code, 0, second.stderr);
    assert.equal(second.stdout.trim(), "Quick.");
    const after = databaseRows(sandbox.database, rows);
    assert.match(JSON.stringify(after), /Another window has taken the session over/u);
    running.kill("SIGCONT");
    letGo();
    const [code, errors] = await running.end;
    assert.notEqual(code, 0);
    assert.match(errors, /taken this session over/u);
    assert.deepEqual(databaseRows(sandbox.database, rows), after);
    const third = await runProgram({ sandbox, args: ["run", "-q", "-C", "and now"] });
    assert.equal(third.stdout.trim(), "Quick.", third.stderr);
  });
});

test("a process that lost its place while it was stopped writes nothing more", async () => {
  await inSandbox(async (sandbox, { letGo }) => {
    const running = await startSlowRun(sandbox);
    running.kill("SIGSTOP");
    // Only a person can do this: the kernel keeps the lock for as long as the process lives.
    const owners = path.join(sandbox.dataDirectory, "owners");
    for (const name of readdirSync(owners)) rmSync(path.join(owners, name));
    const second = await runProgram({ sandbox, args: ["run", "-q", "-C", "me too"] });
    assert.equal(second.code, 0, second.stderr);
    const after = databaseRows(sandbox.database, rows);
    const usage = databaseRows(sandbox.database, "select id from x_usage");
    running.kill("SIGCONT");
    letGo();
    const [code, errors] = await running.end;
    assert.notEqual(code, 0);
    assert.match(errors, /taken this session over/u);
    assert.deepEqual(databaseRows(sandbox.database, rows), after);
    assert.deepEqual(databaseRows(sandbox.database, "select id from x_usage"), usage);
  });
});

test("rows of a program that takes no lock are not touched by opening, showing and quitting", async () => {
  await inSandbox(async (sandbox) => {
    const call = { id: "c", name: "view", input: '{"file_pa', provider_executed: false, finished: false };
    const half = JSON.stringify([
      { type: "text", data: { text: "half a" } },
      { type: "tool_call", data: call },
    ]);
    const id = "0d2a1c7e-3b64-4f2a-8c2d-6f1f3a5b7c02";
    runSql(
      sandbox.database,
      `insert into messages (id, session_id, role, parts, model, provider, created_at, updated_at)
       select '${id}', id, 'assistant', '${half}', 'm', 'p', updated_at, updated_at from sessions`,
    );
    const before = databaseRows(sandbox.database, rows);
    for (const args of [
      ["session", "list"],
      ["session", "last"],
    ]) {
      const shown = await runProgram({ sandbox, args });
      assert.equal(shown.code, 0, shown.stderr);
    }
    assert.deepEqual(databaseRows(sandbox.database, rows), before);
    runSql(sandbox.database, `delete from messages where id = '${id}'`);
  });
});
