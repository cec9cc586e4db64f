/** While a model streams for 10 s another process holds the database's write lock for as long: key-to-paint, and what is lost. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { databaseRows } from "../test/harness/database-rows.ts";
import { untilStored } from "../test/harness/until-stored.ts";
import { BenchModelServer, benchSandbox, fillWithMessages } from "./bench-project.ts";
import { printFigures } from "./measure.ts";
import { OwnInstallation } from "./own-installation.ts";
import { streamOnce } from "./streaming.ts";

const keyGoalMs = 16;
const heldMs = Number(process.argv[2] ?? "10000");

/** Takes the lock at once; what it answers ends the holding, when the time is over. */
async function holdLock(database: string): Promise<() => Promise<void>> {
  const script = path.join(import.meta.dirname, "..", "test", "harness", "hold-lock-process.ts");
  const child = spawn(process.execPath, [...process.execArgv, script, database], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  await once(child.stdout, "data");
  const startMs = performance.now();
  return async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, Math.max(0, heldMs - (performance.now() - startMs)));
    await promise;
    child.stdin.end();
    await exit;
  };
}

using server = await BenchModelServer.start();
using installation = new OwnInstallation();
using sandbox = benchSandbox(server);
const session = await fillWithMessages(sandbox, { count: 2000, sizeBytes: 4_900_000 });
const newest = "select parts from messages order by rowid desc limit 1";
const usual = await streamOnce({ launcher: installation.launcher, sandbox, session });
const sample = await streamOnce({
  launcher: installation.launcher,
  sandbox,
  session,
  disturb: async () => {
    await untilStored({ file: sandbox.database, sql: newest, holds: ([row]) => row?.["parts"] === "[]" });
    const release = await holdLock(sandbox.database);
    return async () => {
      await release();
      await untilStored({
        file: sandbox.database,
        sql: newest,
        holds: ([row]) => String(row?.["parts"]).includes('"end_turn"'),
      });
    };
  },
});
const parts = String(databaseRows(sandbox.database, newest)[0]?.["parts"]);
const stored = (JSON.parse(parts) as { type: string; data: { text: string } }[]).find(({ type }) => type === "text");
const length = Array.from(stored?.data.text ?? "").length;
const isGood = printFigures(`bench/lock: the write lock is held by another process for ${heldMs} ms of a stream`, [
  { name: "key to paint without it, p95", unit: "ms", samples: usual.keyMs, quantile: 0.95 },
  { name: "key to paint, p95", unit: "ms", samples: sample.keyMs, quantile: 0.95, goal: keyGoalMs },
  { name: "characters stored", unit: "", samples: [length] },
]);
assert.equal(length, 200 * 40 * 10, "all that streamed is stored");
if (!isGood) process.exitCode = 1;
