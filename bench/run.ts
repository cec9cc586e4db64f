/** `crush run` with a model that answers at once, beside the bare runtime. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { runProgram } from "../test/harness/run-program.ts";
import type { Sandbox } from "../test/harness/sandbox.ts";
import { benchSandbox, exitOf, fillWithSessions, BenchModelServer } from "./bench-project.ts";
import { medianOf, printFigures } from "./measure.ts";
import { OwnInstallation } from "./own-installation.ts";

const rounds = 15;
const goalMs = 150;

async function headlessRuns(installation: OwnInstallation, sandbox: Sandbox): Promise<number[]> {
  const samples: number[] = [];
  for (let round = -2; round < rounds; round += 1) {
    const result = await runProgram({ sandbox, program: installation.launcher, args: ["run", "-q", "hello"] });
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /The answer is ready\./u);
    if (round >= 0) samples.push(result.durationMs);
  }
  return samples;
}

async function bareStarts(installation: OwnInstallation): Promise<number[]> {
  const samples: number[] = [];
  for (let round = -2; round < rounds; round += 1) {
    const startMs = performance.now();
    const child = spawn(installation.runtime, ["-e", "0"], { stdio: "ignore" });
    assert.equal(await exitOf(child), 0);
    if (round >= 0) samples.push(performance.now() - startMs);
  }
  return samples;
}

using server = await BenchModelServer.start();
using installation = new OwnInstallation();
using fresh = benchSandbox(server);
using large = benchSandbox(server);
await fillWithSessions(large, 2000);
const bare = await bareStarts(installation);
const inFresh = await headlessRuns(installation, fresh);
const inLarge = await headlessRuns(installation, large);
const isGood = printFigures("bench/run: process start to exit, a model that answers at once", [
  { name: "crush run, new project", unit: "ms", samples: inFresh, goal: goalMs },
  { name: "crush run, 2,000 sessions", unit: "ms", samples: inLarge, goal: goalMs },
  { name: "bare runtime (-e 0)", unit: "ms", samples: bare },
  { name: "ratio to the bare runtime", unit: "×", samples: inFresh.map((sample) => sample / medianOf(bare)) },
]);
if (!isGood) process.exitCode = 1;
