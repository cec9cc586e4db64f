/** Killed at each moment between a question and the end of its turn: every call runs once at most and has one result. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { Sandbox } from "../harness/sandbox.ts";
import { strictProblems } from "../harness/strict-reader.ts";
import { WireJudges } from "./world/next-request.ts";
import { spokenSettings } from "./world/spoken-model.ts";

function runAsking(sandbox: Sandbox, moment: number): "killed" | "ended" {
  const program = path.join(import.meta.dirname, "world", "asking-process.ts");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, program, sandbox.project, String(moment)],
    { cwd: sandbox.project, env: sandbox.environment(), encoding: "utf8" },
  );
  if (stdout.includes("killed")) return "killed";
  assert.match(stdout, /^ended after/u, stderr);
  return "ended";
}

/** How often the call of this name ran. */
function runs(sandbox: Sandbox, file: string): number {
  const place = path.join(sandbox.project, file);
  return existsSync(place) ? readFileSync(place, "utf8").trim().split("\n").length : 0;
}

interface Sweep {
  readonly judges: WireJudges;
  /** How many processes die at a question before the one that is killed at a moment. */
  readonly deathsBefore: number;
  readonly moments: readonly number[];
}

/** Kills at one moment after the other. Returns how often the calls ran each time, as `11`: both, once. */
async function sweep({ judges, deathsBefore, moments }: Sweep): Promise<string[]> {
  const seen: string[] = [];
  for (const moment of moments) {
    using sandbox = new Sandbox();
    sandbox.writeGlobalConfig(spokenSettings);
    for (let death = 0; death < deathsBefore; death += 1) runAsking(sandbox, asIsKept);
    assert.equal(runAsking(sandbox, moment), "killed");
    assert.equal(runAsking(sandbox, 0), "ended");
    assert.deepEqual(strictProblems(sandbox.database), [], `moment ${String(moment)}`);
    assert.deepEqual(databaseRows(sandbox.database, "select id from x_ask"), []);
    assert.deepEqual(databaseRows(sandbox.database, "select fence from x_turn"), []);
    const [session] = databaseRows(sandbox.database, "select id from sessions").map(({ id }) => String(id));
    assert.deepEqual(await judges.problems(sandbox.database, [session ?? ""]), []);
    const counts = ["one", "two"].map((file) => runs(sandbox, file));
    assert.ok(
      counts.every((count) => count <= 1),
      `moment ${String(moment)}: ${counts.join(" and ")} runs`,
    );
    seen.push(counts.join(""));
  }
  return seen;
}

/** Its transaction has begun, the row is written, it is being committed, it is committed, and the next one begins. */
const asIsKept = 5;

/** The first question up to its call's result; the second one, up to the next request; and what comes after. */
const stretches = [
  Array.from({ length: 14 }, (_, index) => index + 1),
  Array.from({ length: 14 }, (_, index) => index + 15),
  [32, 40, 48],
];

for (const [deathsBefore, what] of [
  [0, "in the turn that asks"],
  [1, "in the turn that is taken up"],
] as const) {
  for (const moments of stretches) {
    const [from = 0, to = 0] = [moments[0], moments.at(-1)];
    test(`killed ${what}, at its moments ${String(from)} to ${String(to)}`, async () => {
      const judges = await WireJudges.start();
      try {
        const seen = await sweep({ judges, deathsBefore, moments });
        process.stdout.write(`${String(seen.length)} kills ${what}; runs of the calls: ${seen.join(" ")}\n`);
        assert.ok(seen.includes("11"), "one of the turns that were killed while they asked came to its end");
      } finally {
        await judges.close();
      }
    });
  }
}
