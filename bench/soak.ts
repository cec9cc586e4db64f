/**
 * Half an hour of work in one window: five sessions that stream and call tools, again and again, while the person goes from
 * one to the other. Memory must not grow, and at rest at the end there are as many descriptors, listeners and processes as
 * at rest at the start, which is after the first complete round.
 *
 *   bench/soak.ts [minutes] [--log file]      30 minutes and bench/results/soak.log unless given
 *
 * Listeners can only be counted from inside. So that the program which is measured is the one that people start, another,
 * run from its source with count-listeners.ts before it, does the same work afterwards, for a tenth of the time.
 */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { ScriptedStep } from "../test/harness/model-servers/script.ts";
import { repositoryRoot } from "../test/harness/sandbox.ts";
import { BenchModelServer, benchSandbox } from "./bench-project.ts";
import { type Counts, countChanges, countsOf, countTotal } from "./counts.ts";
import { listenerFlags, listenersOf } from "./listener-counts.ts";
import { markdownText } from "./markdown.ts";
import { figuresTable } from "./measure.ts";
import { OwnInstallation } from "./own-installation.ts";
import { descriptorKinds, programNames, threadNames, treePssMib } from "./process-figures.ts";
import { PtyRecorder } from "./pty-recorder.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { log: { type: "string" } } });
const minutes = Number(positionals[0] ?? "30");
const logFile = path.resolve(values.log ?? path.join(import.meta.dirname, "results", "soak.log"));
const sessionCount = 5;
const streamSeconds = 8;
/** A session is prompted anew each round; its turn is over by then. */
const roundMs = 20_000;
/**
 * By then the program has done all that it does once nothing happens: the daily backup (after 40 s) is made, the log cut
 * (30 s), the search thread ended (a minute after that).
 */
const restMs = 120_000;
const slopeGoalPercent = 0.2;

interface Sample {
  readonly minute: number;
  readonly pssMib: number;
  readonly descriptors: Counts;
  readonly threads: Counts;
  readonly processes: Counts;
}

function log(text: string): void {
  process.stdout.write(text);
  appendFileSync(logFile, text);
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

async function prompt(program: PtyRecorder, round: number, session: number): Promise<void> {
  program.write(round === 0 ? "\u000E" : `\u001B${session}`);
  await pause(400);
  program.write(promptOf(round, session));
  await pause(150);
  program.write("\r");
  await pause(250);
}

interface Work {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly minutes: number;
  /** After each round: all turns are over, and nothing is painted any more. */
  readonly afterRound: (pid: number) => Promise<void> | void;
  /** After the first round and after the last one, when the program has done nothing for long. */
  readonly atRest: (pid: number) => Promise<void> | void;
}

async function toil(work: Work): Promise<void> {
  const rounds = Math.max(3, Math.round((work.minutes * 60_000) / roundMs));
  const script = Array.from({ length: rounds * sessionCount }, (_, index) =>
    turn(Math.floor(index / sessionCount), 1 + (index % sessionCount)),
  );
  using server = await BenchModelServer.start(script.flat());
  using sandbox = benchSandbox(server);
  await using program = new PtyRecorder({
    command: work.command,
    cwd: sandbox.project,
    environment: sandbox.environment(work.environment),
    columns: 120,
    rows: 40,
  });
  await program.quiet(700);
  for (let round = 0; round < rounds; round += 1) {
    const roundEndMs = performance.now() + roundMs;
    for (let session = 1; session <= sessionCount; session += 1) await prompt(program, round, session);
    await pause(Math.max(0, roundEndMs - performance.now() - 4_000));
    await program.quiet(2_000);
    await work.afterRound(program.pid);
    await pause(Math.max(0, roundEndMs - performance.now()));
    if (round > 0 && round < rounds - 1) continue;
    await pause(restMs);
    await work.atRest(program.pid);
  }
}

function minuteText(): string {
  return `minute ${((performance.now() - startedAtMs) / 60_000).toFixed(2)}`;
}

function takeSample(pid: number, name: string): Sample {
  const sample: Sample = {
    minute: (performance.now() - startedAtMs) / 60_000,
    pssMib: treePssMib(pid),
    descriptors: countsOf(descriptorKinds(pid)),
    threads: countsOf(threadNames(pid)),
    processes: countsOf(programNames(pid)),
  };
  const counted = (["descriptors", "threads", "processes"] as const).map((key) => `${key} ${countTotal(sample[key])}`);
  log(`${name}: ${minuteText()}  PSS ${sample.pssMib.toFixed(1)} MiB  ${counted.join("  ")}\n`);
  return sample;
}

/** Of the least squares' line through the samples, in percent of their mean a minute. */
function slopePercent(samples: readonly Sample[]): number {
  const mean = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const [time, memory] = [mean(samples.map(({ minute }) => minute)), mean(samples.map(({ pssMib }) => pssMib))];
  const covariance = mean(samples.map(({ minute, pssMib }) => (minute - time) * (pssMib - memory)));
  const variance = mean(samples.map(({ minute }) => (minute - time) ** 2));
  return (100 * covariance) / variance / memory;
}

/** Runs the program as people start it. */
async function soakCompiled(): Promise<{ readonly rounds: readonly Sample[]; readonly rests: readonly Sample[] }> {
  const rounds: Sample[] = [];
  const rests: Sample[] = [];
  using installation = new OwnInstallation();
  await toil({
    command: [installation.launcher, "--yolo"],
    environment: {},
    minutes,
    afterRound: (pid) => void rounds.push(takeSample(pid, "round")),
    atRest: (pid) => void rests.push(takeSample(pid, "at rest")),
  });
  return { rounds, rests };
}

/** The listeners at rest, of the program with count-listeners.ts before it. */
async function soakListeners(): Promise<readonly Counts[]> {
  const rests: Counts[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), "crush-listeners-"));
  const file = path.join(folder, "listeners.json");
  const count = async (pid: number, name: string): Promise<Counts> => {
    const listeners = await listenersOf(pid, file);
    log(`${name}: ${minuteText()}  listeners ${countTotal(listeners)}\n`);
    return listeners;
  };
  try {
    await toil({
      command: [
        path.join(repositoryRoot, "tools", "run-on-bun"),
        ...listenerFlags,
        path.join(repositoryRoot, "src", "main.ts"),
        "--yolo",
      ],
      environment: { LISTENERS_FILE: file },
      minutes: minutes / 10,
      afterRound: async (pid) => void (await count(pid, "round")),
      atRest: async (pid) => void rests.push(await count(pid, "at rest")),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  return rests;
}

/** Logs both numbers, and what is not the same; true where they are equal. */
function compare(name: string, counts: readonly Counts[]): boolean {
  const [first = {}, last = {}] = [counts[0], counts.at(-1)];
  const [before, after] = [countTotal(first), countTotal(last)];
  const changes = countChanges(first, last);
  const verdict = before === after ? "equal" : "DIFFERENT";
  log(`  ${name.padEnd(12)} ${before} → ${after}  ${verdict}${changes.length > 0 ? ` (${changes.join(", ")})` : ""}\n`);
  return before === after;
}

function kindsText(counts: Counts): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(", ");
}

mkdirSync(path.dirname(logFile), { recursive: true });
writeFileSync(logFile, "");
log(`bench/soak ${minutes}, begun ${new Date().toISOString()}\n`);
const startedAtMs = performance.now();
const { rounds, rests } = await soakCompiled();
const listeners = await soakListeners();
const { text, isGood } = figuresTable(`bench/soak: ${sessionCount} sessions at work for ${minutes} minutes`, [
  { name: "PSS of the process tree", unit: "MiB", samples: rounds.map(({ pssMib }) => pssMib) },
  {
    name: "its slope, last two thirds",
    unit: "%/min",
    samples: [slopePercent(rounds.slice(Math.floor(rounds.length / 3)))],
    goal: slopeGoalPercent,
  },
]);
log(`${text}\nat rest after the first round → at rest at the end\n`);
/** The runtime's own come and go as it compiles and collects. */
const ownThreads = ({ threads }: Sample): Counts => ({ Worker: threads["Worker"] ?? 0 });
const descriptors = rests.map((rest) => rest.descriptors);
const processes = rests.map((rest) => rest.processes);
const areEqual = [
  compare("descriptors", descriptors),
  compare("processes", processes),
  compare("own threads", rests.map(ownThreads)),
  compare("listeners", listeners),
];
log(`  listeners at the end: ${kindsText(listeners.at(-1) ?? {})}\n`);
if (!isGood || areEqual.includes(false)) process.exitCode = 1;
