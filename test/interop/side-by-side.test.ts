/** Ours and a real Crush at work at once in one project, each killed once: `CRUSH_BIN=/path/to/crush`, else skipped and said so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import type { ScriptedStep } from "../harness/model-servers/script.ts";
import { startModelServer } from "../harness/model-servers/start-model-server.ts";
import { Sandbox } from "../harness/sandbox.ts";
import { useScriptedModel } from "../harness/scripted-config.ts";
import { strictProblems } from "../harness/strict-reader.ts";
import { ourSide, type ProgramSide, realCrush } from "./program-side.ts";

const answers: readonly ScriptedStep[] = [
  {
    match: { hasTools: true, promptIncludes: "long" },
    isRepeated: true,
    rate: { deltasPerSecond: 100, charactersPerDelta: 100, seconds: 3, source: "steadily, " },
  },
  {
    match: { hasTools: true },
    isRepeated: true,
    rate: { deltasPerSecond: 100, charactersPerDelta: 40, seconds: 0.5, source: "briefly, " },
  },
];

/** Prompts, one of them killed in the middle of its answer. */
async function work(side: ProgramSide, database: string): Promise<void> {
  const prompts = ["first", "second", "third"].map((name) => `${side.name} says the ${name}`);
  for (const prompt of prompts) await side.command("run", "-q", prompt);
  const long = `${side.name} says a long one`;
  const sql = `select id from messages where role = 'assistant' and session_id in
    (select session_id from messages where parts like '%${long}%')`;
  assert.ok(await side.killed(["run", "-q", long], { file: database, sql, holds: (rows) => rows.length > 0 }));
  await side.command("run", "-q", `${side.name} says the last`);
}

test("both at work at once, each killed once: every prompt and answer of either is there", async (t) => {
  using sandbox = new Sandbox();
  const crush = realCrush(sandbox);
  if (crush === null) {
    t.skip("no real Crush at hand (CRUSH_BIN is not set)");
    return;
  }
  const otherwise = { blocks: [{ kind: "text", text: "A scripted title" }] } as const;
  const server = await startModelServer({ family: "openai-chat", dialect: "deepseek", script: answers, otherwise });
  try {
    useScriptedModel(sandbox, { url: server.url });
    const ours = ourSide(sandbox);
    await ours.command("session", "list");
    await Promise.all([work(ours, sandbox.database), work(crush, sandbox.database)]);
    await ours.command("session", "list");
    const stored = databaseRows(sandbox.database, "select role, parts from messages").map((row) =>
      String(row["parts"]),
    );
    for (const side of [ours, crush]) {
      for (const name of ["first", "second", "third", "last", "long one"]) {
        assert.equal(
          stored.filter((parts) => parts.includes(`${side.name} says`) && parts.includes(name)).length,
          1,
          name,
        );
      }
    }
    assert.equal(stored.filter((parts) => parts.includes("briefly, ") && parts.includes('"end_turn"')).length, 8);
    assert.deepEqual(
      server.requests.flatMap(({ refusal }) => refusal ?? []),
      [],
    );
    assert.deepEqual(
      databaseRows(sandbox.database, "pragma integrity_check").map((row) => row["integrity_check"]),
      ["ok"],
    );
    assert.deepEqual(strictProblems(sandbox.database, { state: "running" }), []);
  } finally {
    await server.close();
  }
});
