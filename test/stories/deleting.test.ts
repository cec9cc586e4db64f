/** What is deleted is gone from every file, whoever else has the project open; what runs is stopped first, wherever. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { databaseRows, type Row } from "../harness/database-rows.ts";
import type { ScriptedStep } from "../harness/model-servers/script.ts";
import { startModelServer } from "../harness/model-servers/start-model-server.ts";
import { runSql } from "../harness/open-test-store.ts";
import { runProgram } from "../harness/run-program.ts";
import { launcher, Sandbox } from "../harness/sandbox.ts";
import { scriptedKey, useScriptedModel } from "../harness/scripted-config.ts";
import { ask } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { untilStored } from "../harness/until-stored.ts";

/** Its length is a multiple of 3: its base64 is the same wherever it stands. */
const marker = "NoOneMayEverReadThisAgain-4242";
const base64 = Buffer.from(marker).toString("base64");
const secret = `${marker} ${base64}`;
/** Pasted, it becomes an attachment. */
const pasted = `${secret}\n`.repeat(30);
/** In small letters, as an index of words keeps them, and without beginnings that it may share with other words. */
const traces = [marker.slice(4, -5), base64.slice(4)].map((text) => text.toLowerCase());

const script: readonly ScriptedStep[] = [
  {
    match: { hasTools: true, promptIncludes: marker },
    blocks: [
      { kind: "reasoning", text: `thinking of ${secret}` },
      { kind: "tool-call", name: "todos", input: { todos: [{ content: `do ${secret}`, status: "pending" }] } },
      { kind: "tool-call", name: "write", input: { file_path: "secret.txt", content: `${secret}\n` } },
      {
        kind: "tool-call",
        name: "bash",
        input: { command: `seq 1 20000; echo ${secret}; seq 1 20000`, description: "much" },
      },
    ],
  },
  {
    match: { hasTools: true, promptIncludes: "slow" },
    rate: { deltasPerSecond: 50, charactersPerDelta: 10, seconds: 20, source: "slowly, " },
  },
];

async function inSandbox(story: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  using sandbox = new Sandbox();
  const otherwise = { blocks: [{ kind: "text", text: "Done." }] } as const;
  const server = await startModelServer({ family: "openai-chat", apiKey: scriptedKey, script, otherwise });
  try {
    useScriptedModel(sandbox, { url: server.url, more: { permissions: { allowed_tools: ["bash", "write"] } } });
    await story(sandbox);
  } finally {
    await server.close();
  }
}

/** The files below these folders that hold the marker in plain or in base64. */
function holders(sandbox: Sandbox): string[] {
  const files = [sandbox.dataDirectory, sandbox.globalData].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  return files.filter((file) => {
    const content = readFileSync(file, "latin1").toLowerCase();
    return traces.some((trace) => content.includes(trace));
  });
}

async function run(sandbox: Sandbox, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram({ sandbox, args });
  assert.equal(code, 0, `${args.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

/** A session with the secret wherever the program keeps something, left by kill -9 with a prompt and a draft waiting. */
async function sayEverything(sandbox: Sandbox): Promise<string> {
  await using app = startApp({ sandbox });
  await app.waitFor("Ask, @file");
  app.paste(pasted);
  await app.waitFor("[paste_");
  app.paste(`say ${secret}`);
  await app.waitFor("› say");
  app.press("enter");
  await app.waitFor("Done.");
  await ask(app, "be slow");
  await app.waitFor("slowly");
  app.paste(`later ${secret}`);
  await app.waitFor("› later");
  app.press("enter");
  await untilStored({ file: sandbox.database, sql: "select id from x_queue", holds: (rows) => rows.length === 1 });
  app.paste(pasted);
  await app.waitFor("[paste_");
  app.paste(`a draft of ${secret}`);
  const sql = `select x.session_id, (select count(*) from x_attachment) as attached, s.todos from x_session x
    join sessions s on s.id = x.session_id where draft like 'a draft of%'`;
  const holds = (rows: readonly Row[]): boolean =>
    rows[0]?.["attached"] === 1 && String(rows[0]["todos"]).includes(marker);
  await untilStored({ file: sandbox.database, sql, holds });
  const [row] = databaseRows(sandbox.database, sql);
  app.kill("SIGKILL");
  await app.exited;
  return String(row?.["session_id"]);
}

test("no file of the project or of the person holds anything of a deleted session, while another process has it open", async () => {
  await inSandbox(async (sandbox) => {
    await run(sandbox, "run", "-q", "hello");
    const id = await sayEverything(sandbox);
    await run(sandbox, "session", "rename", id, `about ${secret}`);
    runSql(
      sandbox.database,
      `insert into sessions (id, parent_session_id, title, created_at, updated_at)
         values ('m$$c', '${id}', 'child of ${secret}', 1, 1), ('deeper', 'm$$c', 'deeper ${secret}', 1, 1);
       insert into files (id, session_id, path, content, created_at, updated_at)
         values ('f', 'deeper', '/p/${secret}', 'content ${secret}', 1, 1);
       insert into x_ask (id, session_id, message_id, call_id, request, asked_at_ms)
         values ('a', 'deeper', 'm', 'c', '{"command":"echo ${secret}"}', 1)`,
    );
    assert.match(await run(sandbox, "session", "search", marker), /\S/u, "it is found");
    await run(sandbox, "db", "backup", path.join(sandbox.dataDirectory, "crush.db.replaced-x"));
    const before = holders(sandbox).map((file) => path.relative(sandbox.root, file));
    for (const place of ["outputs", "crush.db", "search.db", "crush.db.replaced-x"]) {
      assert.ok(
        before.some((file) => file.includes(place)),
        `${place} of ${before.join(" ")}`,
      );
    }

    const other = startApp({ sandbox });
    try {
      await other.waitFor("Ask, @file");
      await run(sandbox, "session", "delete", "--yes", "--backups", id);
      assert.deepEqual(holders(sandbox), []);
      assert.deepEqual(databaseRows(sandbox.database, "select count(*) as n from x_wipe")[0]?.["n"], 0);
      assert.equal((JSON.parse(await run(sandbox, "session", "list", "--json")) as unknown[]).length, 1);
    } finally {
      other.kill("SIGKILL");
      await other.exited;
    }
    const stats = JSON.parse(await run(sandbox, "stats", "--json")) as {
      total: { requests: number };
      deleted: { requests: number };
      by_day: { requests: number }[];
    };
    assert.ok(stats.deleted.requests >= 2, "what it cost still counts");
    assert.equal(
      stats.by_day.reduce((sum, { requests }) => sum + requests, 0),
      stats.total.requests,
    );
    assert.deepEqual(holders(sandbox), []);
  });
});

/** A run in the middle of its answer. */
async function startSlowRun(sandbox: Sandbox): Promise<{
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly end: Promise<unknown>;
}> {
  const child = spawn(launcher, ["run", "-q", "be slow"], {
    cwd: sandbox.project,
    env: sandbox.environment(),
    stdio: ["ignore", "pipe", "ignore"],
  });
  const end = once(child, "close");
  await once(child.stdout, "data");
  child.stdout.resume();
  return { kill: (signal) => child.kill(signal), end };
}

test("a session that runs in another process is stopped there before it goes", async () => {
  await inSandbox(async (sandbox) => {
    const running = await startSlowRun(sandbox);
    const [session] = databaseRows(sandbox.database, "select id from sessions");
    await run(sandbox, "session", "delete", "--yes", String(session?.["id"]));
    await running.end;
    for (const table of ["sessions", "messages", "x_turn", "x_tombstone", "x_usage"]) {
      assert.deepEqual(databaseRows(sandbox.database, `select * from ${table}`), [], table);
    }
    assert.deepEqual(readdirSync(path.join(sandbox.dataDirectory, "journal")), []);
  });
});

test("a process that does not answer is named, and its session stays as it is", async () => {
  await inSandbox(async (sandbox) => {
    const running = await startSlowRun(sandbox);
    running.kill("SIGSTOP");
    const [session] = databaseRows(sandbox.database, "select id from sessions");
    const args = ["session", "delete", "--yes", String(session?.["id"])];
    const refused = await runProgram({ sandbox, args });
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /does not stop: process \d+ on /u);
    assert.equal(databaseRows(sandbox.database, "select id from sessions").length, 1);
    assert.equal(databaseRows(sandbox.database, "select wish from x_turn")[0]?.["wish"], "");
    running.kill("SIGKILL");
    await running.end;
    await run(sandbox, ...args);
    assert.deepEqual(databaseRows(sandbox.database, "select id from sessions"), []);
  });
});
