/**
 * What a window costs in which nothing happens: it still watches whether other programs write to the database. In a new
 * project and in one of 10,000 sessions, beside the bare runtime, side by side: none of them disturbs another. The index of
 * words is made, and its thread has ended, before the time counts.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { Sandbox } from "../test/harness/sandbox.ts";
import { BenchModelServer, benchSandbox, fillWithSessions } from "./bench-project.ts";
import { printFigures } from "./measure.ts";
import { OwnInstallation } from "./own-installation.ts";
import { treeCpuSeconds } from "./process-figures.ts";
import { PtyRecorder } from "./pty-recorder.ts";

const seconds = Number(process.env["CRUSH_BENCH_SECONDS"] ?? 60);
const sessionCount = 10_000;
/** The start, the day's backup included. */
const settleMs = 15_000;
/** What comes once after it: the runtime's own tidying up, and the log that is cut off when 30 s nothing was written. */
const tidyMs = 35_000;

interface IdleSample {
  readonly cpuPercent: number;
  readonly bytes: number;
}

async function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(() => {
    resolve();
  }, ms);
  await promise;
}

function hasWorker(pid: number): boolean {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).some((thread) => readFileSync(`${folder}/${thread}/comm`, "latin1").startsWith("Worker"));
}

async function idleOnce(command: readonly string[], sandbox: Sandbox): Promise<IdleSample> {
  await using program = new PtyRecorder({
    command,
    cwd: sandbox.project,
    environment: sandbox.environment(),
    columns: 120,
    rows: 40,
  });
  await pause(settleMs);
  while (hasWorker(program.pid)) await pause(1000);
  await pause(tidyMs);
  const cpuBefore = treeCpuSeconds(program.pid);
  const firstChunk = program.chunks.length;
  const startedAtMs = performance.now();
  await pause(seconds * 1000);
  const cpuSeconds = treeCpuSeconds(program.pid) - cpuBefore;
  const elapsedSeconds = (performance.now() - startedAtMs) / 1000;
  const bytes = program.chunks.slice(firstChunk).reduce((sum, chunk) => sum + chunk.bytes.length, 0);
  return { cpuPercent: (100 * cpuSeconds) / elapsedSeconds, bytes };
}

using server = await BenchModelServer.start();
using installation = new OwnInstallation();
using fresh = benchSandbox(server);
using large = benchSandbox(server);
await fillWithSessions(large, sessionCount);
const [inFresh, inLarge, bare] = await Promise.all([
  idleOnce([installation.launcher], fresh),
  idleOnce([installation.launcher], large),
  idleOnce([installation.runtime, "-e", "process.stdin.resume()"], fresh),
]);
const isGood = printFigures(`bench/idle: ${seconds} s in which nothing happens`, [
  { name: "processor time, new project", unit: "%", samples: [inFresh.cpuPercent], goal: 0.1 },
  { name: `processor time, ${sessionCount} sessions`, unit: "%", samples: [inLarge.cpuPercent], goal: 0.1 },
  { name: "bytes to the terminal", unit: "", samples: [inFresh.bytes + inLarge.bytes], goal: 1 },
  { name: "processor time of the bare runtime", unit: "%", samples: [bare.cpuPercent] },
]);
if (!isGood) process.exitCode = 1;
