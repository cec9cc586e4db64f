import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { markdownText } from "./markdown.ts";
import { medianOf, quantileOf } from "./measure.ts";
import {
  descriptorKinds,
  processTree,
  programNames,
  threadNames,
  treeCpuSeconds,
  treePssMib,
} from "./process-figures.ts";
import { PtyRecorder, type ReplayedFrame } from "./pty-recorder.ts";

function shell(script: string): PtyRecorder {
  return new PtyRecorder({
    command: ["/bin/sh", "-c", script],
    cwd: tmpdir(),
    environment: { PATH: process.env["PATH"] ?? "", TERM: "xterm-256color" },
    columns: 40,
    rows: 5,
  });
}

async function framesUntil(program: PtyRecorder, text: string): Promise<ReplayedFrame[]> {
  for (;;) {
    await program.quiet(10);
    const frames = await program.replay();
    if (frames.some(({ rows }) => rows.join("\n").includes(text))) return frames;
  }
}

test("quantiles lie between the samples", () => {
  assert.equal(medianOf([3, 1, 2]), 2);
  assert.equal(medianOf([4, 1, 2, 3]), 2.5);
  assert.equal(quantileOf([10, 20], 0.95), 19.5);
  assert.ok(Number.isNaN(medianOf([])));
});

test("a tree's figures count its children", { skip: process.platform !== "linux" && "reads /proc" }, async () => {
  await using program = shell(
    "sleep 30 & sleep 30 & i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo ready; wait",
  );
  await program.quiet(50);
  assert.equal(processTree(program.pid).length, 3);
  assert.ok(treePssMib(program.pid) > 0.1);
  assert.ok(treeCpuSeconds(program.pid) > 0);
  assert.deepEqual(programNames(program.pid).toSorted(), ["sh", "sleep", "sleep"]);
  assert.deepEqual(threadNames(program.pid), ["sh"]);
  assert.equal(new Set(descriptorKinds(program.pid)).size, 1);
});

test("a recording tells when what stood on the screen", async () => {
  await using program = shell("printf '\\033[?1049h\\033[?2026hone'; read key; printf '\\033[?2026l two'; read end");
  await program.quiet(50);
  const pressedAtMs = program.write("\r");
  const frames = await framesUntil(program, "two");
  const painted = frames.find((frame) => frame.rows.join("\n").includes("two"));
  assert.ok(painted?.isAlternateScreen);
  assert.ok(painted.atMs >= pressedAtMs);
  assert.ok(frames.every((frame) => frame.atMs < pressedAtMs || frame.rows.join("").includes("one")));
});

test("generated markdown has the wanted size and is the same each time", () => {
  const text = markdownText(5000, 3);
  assert.ok(text.length >= 5000 && text.length < 7000);
  assert.equal(text, markdownText(5000, 3));
});
