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

const workSeconds = 60;

/** Prompts for a minute, one of them killed in the middle of its answer. Answers those that were answered in full. */
async function work(side: ProgramSide, database: string): Promise<string[]> {
  const endMs = performance.now() + workSeconds * 1000;
  const answered: string[] = [];
  const say = async (): Promise<void> => {
    const prompt = `${side.name} says number ${answered.length}.`;
    await side.command("run", "-q", prompt);
    answered.push(prompt);
  };
  while (performance.now() < endMs - (workSeconds * 1000) / 2) await say();
  const long = `${side.name} says a long one.`;
  const sql = `select id from messages where role = 'assistant' and session_id in
    (select session_id from messages where parts like '%${long}%')`;
  assert.ok(await side.killed(["run", "-q", long], { file: database, sql, holds: (rows) => rows.length > 0 }));
  while (performance.now() < endMs) await say();
  return answered;
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
    const answered = await Promise.all([work(ours, sandbox.database), work(crush, sandbox.database)]);
    await ours.command("session", "list");
    const stored = databaseRows(sandbox.database, "select role, parts from messages").map((row) =>
      String(row["parts"]),
    );
    t.diagnostic(`answered prompts: ours ${answered[0].length}, Crush ${answered[1].length}`);
    assert.ok(answered.every((prompts) => prompts.length >= 4));
    for (const prompt of [...answered.flat(), "ours says a long one.", "Crush says a long one."]) {
      assert.equal(stored.filter((parts) => parts.includes(prompt)).length, 1, prompt);
    }
    const whole = stored.filter((parts) => parts.includes("briefly, ") && parts.includes('"end_turn"'));
    assert.equal(whole.length, answered.flat().length);
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
