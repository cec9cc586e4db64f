/**
 * Half an hour of work in one window: five sessions that stream and call tools, again and again, while the person goes from
 * one to the other. Memory must not grow, and at the end there are as many handles, threads and processes as at the start.
 *
 *   bench/soak.ts [minutes]      30 unless given; samples are kept in bench/results/soak.jsonl
 */
import { appendFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import type { ScriptedStep } from "../test/harness/model-servers/script.ts";
import { BenchModelServer, benchSandbox } from "./bench-project.ts";
import { markdownText } from "./markdown.ts";
import { printFigures } from "./measure.ts";
import { OwnInstallation } from "./own-installation.ts";
import { processTree, treePssMib } from "./process-figures.ts";
import { PtyRecorder } from "./pty-recorder.ts";

const minutes = Number(process.argv[2] ?? "30");
const sessionCount = 5;
const streamSeconds = 8;
/** A session is prompted anew each round; its turn is over by then. */
const roundMs = 20_000;
const rounds = Math.max(3, Math.round((minutes * 60_000) / roundMs));
const slopeGoalPercent = 0.2;
const logFile = path.join(import.meta.dirname, "results", "soak.jsonl");

interface Sample {
  readonly minute: number;
  readonly pssMib: number;
  readonly handles: number;
  readonly threads: number;
  readonly processes: number;
}

function promptOf(round: number, session: number): string {
  return `toil ${round}.${session};`;
}

/** Two calls side by side, then a long answer. */
function turn(round: number, session: number): ScriptedStep[] {
  const match = { hasTools: true, promptIncludes: promptOf(round, session) };
  return [
    {
      match,
      blocks: [
        { kind: "tool-call", name: "ls", input: {} },
        { kind: "tool-call", name: "bash", input: { command: `seq ${200 + round}`, description: "Count" } },
      ],
    },
    {
      match,
      rate: {
        deltasPerSecond: 50,
        charactersPerDelta: 20,
        seconds: streamSeconds,
        source: markdownText(4000, round * sessionCount + session),
      },
    },
  ];
}

async function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(() => {
    resolve();
  }, ms);
  await promise;
}

function countIn(pid: number, folder: "fd" | "task"): number {
  return readdirSync(`/proc/${pid}/${folder}`).length;
}

function takeSample(pid: number, startedAtMs: number): Sample {
  const sample = {
    minute: (performance.now() - startedAtMs) / 60_000,
    pssMib: treePssMib(pid),
    handles: countIn(pid, "fd"),
    threads: countIn(pid, "task"),
    processes: processTree(pid).length,
  };
  appendFileSync(logFile, `${JSON.stringify(sample)}\n`);
  return sample;
}

/** Of the least squares' line through the samples, in percent of their mean a minute. */
function slopePercent(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [time, memory] = [mean(samples.map(({ minute }) => minute)), mean(samples.map(({ pssMib }) => pssMib))];
  const covariance = mean(samples.map(({ minute, pssMib }) => (minute - time) * (pssMib - memory)));
  const variance = mean(samples.map(({ minute }) => (minute - time) ** 2));
  return (100 * covariance) / variance / memory;
}

async function prompt(program: PtyRecorder, round: number, session: number): Promise<void> {
  program.write(round === 0 ? "\u000E" : `\u001B${session}`);
  await pause(400);
  program.write(promptOf(round, session));
  await pause(150);
  program.write("\r");
  await pause(250);
}

mkdirSync(path.dirname(logFile), { recursive: true });
rmSync(logFile, { force: true });
const script = Array.from({ length: rounds * sessionCount }, (_, index) =>
  turn(Math.floor(index / sessionCount), 1 + (index % sessionCount)),
);
using server = await BenchModelServer.start(script.flat());
using installation = new OwnInstallation();
using sandbox = benchSandbox(server);
await using program = new PtyRecorder({
  command: [installation.launcher, "--yolo"],
  cwd: sandbox.project,
  environment: sandbox.environment(),
  columns: 120,
  rows: 40,
});
await program.quiet(700);
const startedAtMs = performance.now();
const samples: Sample[] = [];
for (let round = 0; round < rounds; round += 1) {
  const roundEndMs = performance.now() + roundMs;
  for (let session = 1; session <= sessionCount; session += 1) await prompt(program, round, session);
  await pause(Math.max(0, roundEndMs - performance.now() - 4_000));
  samples.push(takeSample(program.pid, startedAtMs));
  await pause(Math.max(0, roundEndMs - performance.now()));
}
await program.quiet(2_000);
// By then all that is opened once is open.
const [first] = samples.slice(Math.min(4, samples.length - 1));
const last = takeSample(program.pid, startedAtMs);
const late = samples.slice(Math.floor(samples.length / 3));
const isGood = printFigures(`bench/soak: ${sessionCount} sessions at work for ${minutes} minutes`, [
  { name: "PSS of the process tree", unit: "MiB", samples: samples.map(({ pssMib }) => pssMib) },
  { name: "its slope, last two thirds", unit: "%/min", samples: [slopePercent(late)], goal: slopeGoalPercent },
  { name: "handles more than at the start", unit: "", samples: [last.handles - (first?.handles ?? 0)], goal: 1 },
  { name: "threads more than at the start", unit: "", samples: [last.threads - (first?.threads ?? 0)], goal: 1 },
  { name: "processes more", unit: "", samples: [last.processes - (first?.processes ?? 0)], goal: 1 },
]);
if (!isGood) process.exitCode = 1;
