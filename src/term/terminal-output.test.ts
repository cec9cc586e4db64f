import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { systemClock } from "../lib/clock.ts";
import { TerminalOutput } from "./terminal-output.ts";

const descriptorNobodyHas = 99_999;

/** A pipe that holds 64 KiB and does not block: a terminal that takes nothing until it is read. */
function openPipe() {
  const folder = mkdtempSync(path.join(tmpdir(), "terminal-output-"));
  const file = path.join(folder, "pipe");
  execFileSync("mkfifo", [file]);
  const descriptor = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
  return {
    descriptor,
    read: (): string => {
      const buffer = Buffer.alloc(16_384);
      try {
        return buffer.toString("utf8", 0, readSync(descriptor, buffer));
      } catch {
        return "";
      }
    },
    [Symbol.dispose]: () => {
      closeSync(descriptor);
      rmSync(folder, { recursive: true });
    },
  };
}

function createOutput(descriptor: number) {
  const drained = Promise.withResolvers<void>();
  let isGone = false;
  const output = new TerminalOutput({
    descriptor,
    clock: systemClock,
    onDrain: drained.resolve,
    onGone: () => {
      isGone = true;
      drained.resolve();
    },
  });
  return { output, drained: drained.promise, isGone: () => isGone };
}

test("a terminal that takes nothing stops nobody, and gets everything in order in the end", async () => {
  using pipe = openPipe();
  const { output, drained } = createOutput(pipe.descriptor);
  const first = "a".repeat(150_000);
  const startMs = performance.now();
  output.write(first);
  output.write("bc");
  assert.ok(performance.now() - startMs < 200);
  assert.ok(!output.isDrained);
  let received = "";
  const reading = setInterval(() => {
    received += pipe.read();
  }, 1);
  await drained;
  clearInterval(reading);
  for (let piece = pipe.read(); piece !== ""; piece = pipe.read()) received += piece;
  assert.equal(received, `${first}bc`);
  assert.ok(output.isDrained);
});

test("the way out drops what was not begun and goes behind what was", async () => {
  using pipe = openPipe();
  const { output, drained } = createOutput(pipe.descriptor);
  output.write("frame one ");
  output.write("frame two ");
  output.writeNow("leave");
  await drained;
  output.write(" later");
  let received = "";
  while (!received.endsWith("later")) {
    received += pipe.read();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  assert.equal(received, "frame one leave later");
});

test("a terminal that is gone is told once, and written to no more", async () => {
  const { output, drained, isGone } = createOutput(descriptorNobodyHas);
  output.write("x");
  await drained;
  assert.ok(isGone());
  output.write("y");
  output.writeNow("z");
  assert.ok(output.isDrained);
});
