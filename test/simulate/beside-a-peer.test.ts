/** Ours beside a program that writes as Crush does and takes no lease: its rows are its own, whatever it does to ours. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseRows, type Row } from "../harness/database-rows.ts";
import type { ScriptedStep } from "../harness/model-servers/script.ts";
import { runSql } from "../harness/open-test-store.ts";
import { runProgram } from "../harness/run-program.ts";
import type { Sandbox } from "../harness/sandbox.ts";
import { quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { assertStrict } from "../harness/strict-reader.ts";
import { answer, turnRequests, withModel } from "../harness/with-model.ts";
import { LineProcess } from "./world/line-process.ts";
import type { PeerLine } from "./world/peer-process.ts";

type PeerProcess = LineProcess<PeerLine>;

const answerMs = 20_000;

function startPeer(sandbox: Sandbox, mode: "hold"): PeerProcess {
  return new LineProcess<PeerLine>({
    script: "peer-process.ts",
    args: [sandbox.database, mode],
    cwd: sandbox.project,
    environment: sandbox.environment(),
    onLine: () => undefined,
  });
}

function rowsOf(sandbox: Sandbox): Row[] {
  return databaseRows(
    sandbox.database,
    "select id, session_id, role, parts, model, provider, created_at, updated_at, finished_at from messages order by rowid",
  );
}

async function succeeds(sandbox: Sandbox, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram({ sandbox, args });
  assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
  return stdout;
}

test("a peer that sits in a call for minutes is left alone, and its call gets one result", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("Hello."));
    await succeeds(sandbox, "run", "-q", "hello");
    const peer = startPeer(sandbox, "hold");
    const line = await peer.next((said) => said.say === "wrote" && said.parts.includes('"finished":false'), answerMs);
    assert.ok(line !== null && "session" in line, peer.errors);
    const { session } = line;
    // Two minutes of the peer's, as far as anybody can tell.
    runSql(
      sandbox.database,
      `update messages set created_at = created_at - 120 where session_id = '${session}';
       update sessions set created_at = created_at - 120 where id = '${session}'`,
    );
    const before = rowsOf(sandbox);
    await succeeds(sandbox, "session", "list");
    await succeeds(sandbox, "session", "show", session);
    const app = startApp({ sandbox, args: ["-s", session] });
    await app.waitFor("peer0 peer1");
    await untilReady(app);
    await quit(app);
    assert.deepEqual(rowsOf(sandbox), before, "opening, showing and quitting changed nothing");

    const ended = peer.next((said) => said.say === "wrote" && said.parts.includes("peer ends"), answerMs);
    peer.send({ do: "go-on" });
    assert.notEqual(await ended, null, peer.errors);
    peer.send({ do: "quit" });
    await peer.ended();
    server.push(answer("I see."));
    await succeeds(sandbox, "run", "-q", "-s", session, "and now?");
    const parts = rowsOf(sandbox)
      .filter((row) => row["session_id"] === session)
      .flatMap((row) => JSON.parse(String(row["parts"])) as { type: string }[]);
    assert.equal(parts.filter(({ type }) => type === "tool_call").length, 1);
    assert.equal(parts.filter(({ type }) => type === "tool_result").length, 1);
    assert.deepEqual(
      turnRequests(server)
        .at(-1)
        ?.conversation.filter(({ role }) => role !== "system")
        .map(({ role }) => role),
      ["user", "assistant", "tool", "assistant", "user"],
    );
  });
});

const slow: ScriptedStep = {
  match: { hasTools: true },
  rate: { deltasPerSecond: 50, charactersPerDelta: 10, seconds: 2, source: "slowly, " },
};

/** Runs a prompt and lets the peer interfere once its answer has begun. */
async function interfered(
  sandbox: Sandbox,
  command: "delete" | "intrude",
): Promise<{ code: number | null; errors: string }> {
  const peer = startPeer(sandbox, "hold");
  await peer.next((said) => said.say === "wrote", answerMs);
  const told = peer.next(({ say }) => say === "deleted" || say === "intruded", answerMs);
  let isTold = false;
  const { code, stderr } = await runProgram({
    sandbox,
    args: ["run", "-q", "be slow"],
    onOutput: () => {
      if (isTold) return;
      isTold = true;
      const [row] = databaseRows(sandbox.database, "select session_id from x_turn");
      peer.send({ do: command, session: row?.["session_id"] });
    },
  });
  assert.notEqual(await told, null, peer.errors);
  peer.signal("SIGKILL");
  await peer.ended();
  return { code, errors: stderr };
}

test("a session that a peer deletes while ours runs it stays deleted, and the person is told", async () => {
  await withModel(
    async ({ sandbox, server }) => {
      server.push(answer("Hello."));
      await succeeds(sandbox, "run", "-q", "hello");
      server.push(slow);
      const { code, errors } = await interfered(sandbox, "delete");
      assert.notEqual(code, 0);
      assert.match(errors, /deleted/u);
      await succeeds(sandbox, "session", "list");
      const texts = rowsOf(sandbox).map((row) => String(row["parts"]));
      assert.ok(!texts.some((text) => /slow/u.test(text)), "nothing of it came again");
      assert.deepEqual(databaseRows(sandbox.database, "select session_id from x_turn"), []);
      assertStrict(sandbox.database, { state: "running" });
    },
    { leaves: "unsettled" },
  );
});

test("rows that a peer writes into a session that ours runs are kept, and the next request is valid", async () => {
  await withModel(
    async ({ sandbox, server }) => {
      server.push(answer("Hello."));
      await succeeds(sandbox, "run", "-q", "hello");
      server.push(slow);
      await interfered(sandbox, "intrude");
      const texts = rowsOf(sandbox).map((row) => String(row["parts"]));
      assert.ok(texts.some((text) => text.includes("said elsewhere")));
      assert.ok(texts.some((text) => text.includes("slowly, slowly, ")));
      server.push(answer("Noted."));
      const [row] = databaseRows(sandbox.database, `select session_id from messages where parts like '%be slow%'`);
      assert.match(await succeeds(sandbox, "run", "-q", "-s", String(row?.["session_id"]), "go on"), /Noted\./u);
    },
    { leaves: "unsettled" },
  );
});
