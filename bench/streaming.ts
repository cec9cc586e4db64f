/** A long session on the screen whose model streams, and somebody who types meanwhile. */
import assert from "node:assert/strict";
import type { Sandbox } from "../test/harness/sandbox.ts";
import { streamSeconds } from "./bench-project.ts";
import { treeCpuSeconds, treePssMib } from "./process-figures.ts";
import { PtyRecorder } from "./pty-recorder.ts";

const size = { columns: 120, rows: 40 };
const keyIntervalMs = 211;
/** Fits on one line of the editor, also beside a sidebar. */
const typedText = "qjxzvkwpqzjxkvqwzpjxqkzvwjqpzxkvjqwzpxkjvqzwpjxk";

export interface StreamSample {
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

export interface StreamedSession {
  readonly launcher: string;
  readonly sandbox: Sandbox;
  readonly session: string;
  /** What happens while it streams; what it answers is called once all is typed, before the program ends. */
  readonly disturb?: () => Promise<() => Promise<void>>;
}

export async function streamOnce({ launcher, sandbox, session, disturb }: StreamedSession): Promise<StreamSample> {
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
  const calmDown = await disturb?.();
  const pressed = await typeWhileStreaming(program);
  await calmDown?.();
  await program.quiet(800);
  const cpuSeconds = treeCpuSeconds(program.pid) - cpuBefore;
  const bytes = program.chunks.slice(firstChunk).reduce((sum, chunk) => sum + chunk.bytes.length, 0);
  const pssMib = treePssMib(program.pid);
  return { cpuSeconds, bytesKib: bytes / 1024, pssMib, keyMs: await keyLatencies(program, pressed) };
}
