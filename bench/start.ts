/** From process start to the first full paint and to the first typed key on the screen; memory of the process tree. */
import assert from "node:assert/strict";
import type { Sandbox } from "../test/harness/sandbox.ts";
import { benchSandbox, fillWithMessages, fillWithSessions, BenchModelServer } from "./bench-project.ts";
import { printFigures } from "./measure.ts";
import { OwnInstallation } from "./own-installation.ts";
import { treeCpuSeconds, treePssMib } from "./process-figures.ts";
import { PtyRecorder, type ReplayedFrame } from "./pty-recorder.ts";

const rounds = 11;
const paintGoalMs = 120;
const pssGoalMib = 90;
const size = { columns: 120, rows: 40 };
const silenceMs = 700;

/** Typed at the very start, before the program can read it, as an impatient person does. */
const typedKey = "Ж";

interface Stage {
  readonly installation: OwnInstallation;
  readonly sandbox: Sandbox;
  readonly args: readonly string[];
}

interface StartSample {
  readonly firstPaintMs: number;
  readonly fullPaintMs: number;
  readonly keyMs: number;
  readonly cpuMs: number;
  readonly pssMib: number;
}

/** Rows that hold the typed key are left out: the picture is full without it. */
function isSamePicture(frame: ReplayedFrame, last: ReplayedFrame): boolean {
  return (
    frame.isAlternateScreen && last.rows.every((row, index) => row.includes(typedKey) || frame.rows[index] === row)
  );
}

function firstTime(frames: readonly ReplayedFrame[], holds: (frame: ReplayedFrame) => boolean, what: string): number {
  const found = frames.find(holds);
  assert.ok(found !== undefined, `never seen: ${what}; the last screen:\n${frames.at(-1)?.rows.join("\n")}`);
  return found.atMs;
}

async function startOnce({ installation, sandbox, args }: Stage): Promise<StartSample> {
  await using program = new PtyRecorder({
    command: [installation.launcher, ...args],
    cwd: sandbox.project,
    environment: sandbox.environment(),
    ...size,
  });
  program.write(typedKey);
  await program.quiet(silenceMs);
  const pssMib = treePssMib(program.pid);
  const cpuMs = treeCpuSeconds(program.pid) * 1000;
  const frames = await program.replay();
  const last = frames.at(-1);
  assert.ok(last !== undefined);
  const since = (atMs: number): number => atMs - program.startedAtMs;
  const isPainted = (frame: ReplayedFrame): boolean => frame.isAlternateScreen && frame.rows.some((row) => row !== "");
  return {
    firstPaintMs: since(firstTime(frames, isPainted, "a picture")),
    fullPaintMs: since(firstTime(frames, (frame) => isSamePicture(frame, last), "the full picture")),
    keyMs: since(
      firstTime(
        frames,
        (frame) => isPainted(frame) && frame.rows.some((row) => row.includes(typedKey)),
        "the typed key",
      ),
    ),
    cpuMs,
    pssMib,
  };
}

async function measureStart(name: string, stage: Stage): Promise<boolean> {
  const samples: StartSample[] = [];
  for (let round = -2; round < rounds; round += 1) {
    const sample = await startOnce(stage);
    if (round >= 0) samples.push(sample);
  }
  return printFigures(`bench/start: ${name}`, [
    { name: "first paint", unit: "ms", samples: samples.map((sample) => sample.firstPaintMs) },
    { name: "full paint", unit: "ms", samples: samples.map((sample) => sample.fullPaintMs), goal: paintGoalMs },
    { name: "first typed key on screen", unit: "ms", samples: samples.map((sample) => sample.keyMs) },
    { name: "processor time until at rest", unit: "ms", samples: samples.map((sample) => sample.cpuMs) },
    { name: "PSS of the process tree", unit: "MiB", samples: samples.map((sample) => sample.pssMib), goal: pssGoalMib },
  ]);
}

using server = await BenchModelServer.start();
using installation = new OwnInstallation();
using empty = benchSandbox(server);
using many = benchSandbox(server);
using long = benchSandbox(server);
await fillWithSessions(many, 2000);
const longSession = await fillWithMessages(long, { count: 2000, sizeBytes: 4_900_000 });
const results = [
  await measureStart("a project without messages", { installation, sandbox: empty, args: [] }),
  await measureStart("a project with 2,000 sessions", { installation, sandbox: many, args: [] }),
  await measureStart("a session of 2,000 messages, 4.9 MB, opened with -s", {
    installation,
    sandbox: long,
    args: ["-s", longSession],
  }),
];
if (!results.every(Boolean)) process.exitCode = 1;
