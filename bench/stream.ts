/** While a model streams 200 deltas/s of 40 characters for 10 s: processor time, bytes written, key-to-paint. */
import assert from "node:assert/strict";
import type { Sandbox } from "../test/harness/sandbox.ts";
import { BenchModelServer, benchSandbox, fillWithMessages, streamSeconds } from "./bench-project.ts";
import { printFigures } from "./measure.ts";
import { OwnInstallation } from "./own-installation.ts";
import { treeCpuSeconds, treePssMib } from "./process-figures.ts";
import { PtyRecorder } from "./pty-recorder.ts";

const rounds = 3;
const cpuGoalSeconds = 1.2;
const keyGoalMs = 16;
const size = { columns: 120, rows: 40 };
const keyIntervalMs = 211;
/** Fits on one line of the editor, also beside a sidebar. */
const typedText = "qjxzvkwpqzjxkvqwzpjxqkzvwjqpzxkvjqwzpxkjvqzwpjxk";

interface StreamSample {
  readonly cpuSeconds: number;
  readonly bytesKib: number;
  readonly pssMib: number;
  readonly keyMs: readonly number[];
}

interface PressedKey {
  readonly atMs: number;
  /** What stands in the editor once this key is painted. */
  readonly typed: string;
}

/** Presses a key every so often while the answer streams. */
async function typeWhileStreaming(program: PtyRecorder): Promise<PressedKey[]> {
  const pressed: PressedKey[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const count = Math.floor((streamSeconds * 1000) / keyIntervalMs) - 1;
  const timer = setInterval(() => {
    const typed = typedText.slice(0, pressed.length + 1);
    pressed.push({ atMs: program.write(typed.at(-1) ?? ""), typed });
    if (pressed.length >= count) resolve();
  }, keyIntervalMs);
  await promise;
  clearInterval(timer);
  return pressed;
}

async function keyLatencies(program: PtyRecorder, pressed: readonly PressedKey[]): Promise<number[]> {
  const frames = await program.replay();
  return pressed.map((key) => {
    const painted = frames.find((frame) => frame.atMs >= key.atMs && frame.rows.some((row) => row.includes(key.typed)));
    assert.ok(painted !== undefined, `never painted: ${key.typed}`);
    return painted.atMs - key.atMs;
  });
}

async function streamOnce(launcher: string, sandbox: Sandbox, session: string): Promise<StreamSample> {
  await using program = new PtyRecorder({
    command: [launcher, "-s", session],
    cwd: sandbox.project,
    environment: sandbox.environment(),
    ...size,
  });
  await program.quiet(700);
  program.write("Please stream");
  await program.quiet(300);
  const cpuBefore = treeCpuSeconds(program.pid);
  const firstChunk = program.chunks.length;
  program.write("\r");
  const pressed = await typeWhileStreaming(program);
  await program.quiet(800);
  const cpuSeconds = treeCpuSeconds(program.pid) - cpuBefore;
  const bytes = program.chunks.slice(firstChunk).reduce((sum, chunk) => sum + chunk.bytes.length, 0);
  const pssMib = treePssMib(program.pid);
  return { cpuSeconds, bytesKib: bytes / 1024, pssMib, keyMs: await keyLatencies(program, pressed) };
}

using server = await BenchModelServer.start();
using installation = new OwnInstallation();
const samples: StreamSample[] = [];
for (let round = 0; round < rounds; round += 1) {
  using sandbox = benchSandbox(server);
  const session = await fillWithMessages(sandbox, { count: 2000, sizeBytes: 4_900_000 });
  samples.push(await streamOnce(installation.launcher, sandbox, session));
}
const keyMs = samples.flatMap((sample) => sample.keyMs);
const isGood = printFigures("bench/stream: 200 deltas/s of 40 characters for 10 s, in a session of 2,000 messages", [
  { name: "processor time", unit: "s", samples: samples.map((sample) => sample.cpuSeconds), goal: cpuGoalSeconds },
  { name: "bytes to the terminal", unit: "KiB", samples: samples.map((sample) => sample.bytesKib) },
  { name: "key to paint, p95", unit: "ms", samples: keyMs, quantile: 0.95, goal: keyGoalMs },
  { name: "PSS afterwards", unit: "MiB", samples: samples.map((sample) => sample.pssMib) },
]);
if (!isGood) process.exitCode = 1;
