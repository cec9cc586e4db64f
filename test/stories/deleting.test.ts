/** What is deleted is gone from every file, whoever else has the project open; what runs is stopped first, wherever. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import type { ScriptedStep } from "../harness/model-servers/script.ts";
import { startModelServer } from "../harness/model-servers/start-model-server.ts";
import { runSql } from "../harness/open-test-store.ts";
import { runProgram } from "../harness/run-program.ts";
import { launcher, Sandbox } from "../harness/sandbox.ts";
import { scriptedKey, useScriptedModel } from "../harness/scripted-config.ts";
import { startApp } from "../harness/start-app.ts";

/** Its length is a multiple of 3: its base64 is the same wherever it stands. */
const marker = "NoOneMayEverReadThisAgain-4242";
const base64 = Buffer.from(marker).toString("base64");

const script: readonly ScriptedStep[] = [
  {
    match: { hasTools: true, promptIncludes: marker },
    blocks: [
      { kind: "reasoning", text: `thinking of ${marker}` },
      { kind: "tool-call", name: "write", input: { file_path: "secret.txt", content: `${marker}\n` } },
      {
        kind: "tool-call",
        name: "bash",
        input: { command: `seq 1 20000; echo ${marker}; seq 1 20000`, description: "much" },
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
    const content = readFileSync(file);
    return content.includes(marker) || content.includes(base64);
  });
}

async function run(sandbox: Sandbox, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram({ sandbox, args });
  assert.equal(code, 0, `${args.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

test("no file of the project or of the person holds anything of a deleted session, while another process has it open", async () => {
  await inSandbox(async (sandbox) => {
    await run(sandbox, "run", "-q", "hello");
    await run(sandbox, "run", "-q", `say ${marker}`);
    const [session] = JSON.parse(await run(sandbox, "session", "list", "--json")) as { id: string; uuid: string }[];
    assert.ok(session !== undefined);
    await run(sandbox, "session", "rename", session.id, `about ${marker}`);
    const part = JSON.stringify([
      { type: "binary", data: { Path: "a.png", MIMEType: "image/png", Data: base64 } },
      { type: "finish", data: { reason: "stop", time: 0 } },
    ]);
    runSql(
      sandbox.database,
      `update x_session set draft = 'a draft of ${marker}' where session_id = '${session.uuid}';
       update sessions set todos = '[{"content":"do ${marker}","status":"pending","active_form":"x"}]' where id = '${session.uuid}';
       insert into messages (id, session_id, role, parts, created_at, updated_at)
         values ('attached', '${session.uuid}', 'user', '${part}', 9999999999, 9999999999);
       insert into sessions (id, parent_session_id, title, created_at, updated_at)
         values ('m$$c', '${session.uuid}', 'child of ${marker}', 1, 1), ('deeper', 'm$$c', 'deeper ${marker}', 1, 1);
       insert into files (id, session_id, path, content, created_at, updated_at)
         values ('f', 'deeper', '/p/${marker}', 'content ${marker}', 1, 1)`,
    );
    const before = holders(sandbox).map((file) => path.relative(sandbox.root, file));
    assert.ok(
      before.some((file) => file.includes("outputs")),
      before.join(" "),
    );
    assert.ok(
      before.some((file) => file.includes("crush.db")),
      before.join(" "),
    );

    const other = startApp({ sandbox });
    try {
      await other.waitFor("Ask, @file");
      await run(sandbox, "session", "delete", "--yes", session.uuid);
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
    assert.equal(databaseRows(sandbox.database, "select stop_asked_by as by from x_turn")[0]?.["by"], null);
    running.kill("SIGKILL");
    await running.end;
    await run(sandbox, ...args);
    assert.deepEqual(databaseRows(sandbox.database, "select id from sessions"), []);
  });
});
