/**
 * From a key to the last byte of the frame that shows the other session, from outside: 10,000 sessions, ten of them
 * running at 50 deltas/s each, one of 50,000 messages; also the picker, processor time, and memory: after
 * switching, after each use of the picker, and ten seconds later.
 */
import assert from "node:assert/strict";
import type { ScriptedStep } from "../test/harness/model-servers/script.ts";
import { BenchModelServer, benchSandbox, fillWithMessages, fillWithSessions } from "./bench-project.ts";
import { markdownText } from "./markdown.ts";
import { printFigures } from "./measure.ts";
import { OwnInstallation } from "./own-installation.ts";
import { treeCpuSeconds, treePssMib } from "./process-figures.ts";
import { PtyRecorder, type ReplayedFrame } from "./pty-recorder.ts";

const size = { columns: 120, rows: 40 };
const sessionCount = 10_000;
const largeMessageCount = 50_000;
const runningCount = 10;
const streamSeconds = 240;
const switchRounds = 150;
const pickerRounds = 12;
/** No multiple of what paces frames. */
const switchIntervalMs = 137;
const filterIntervalMs = 150;

interface Expected {
  readonly what: "switch" | "switch to the largest" | "picker" | "all rows";
  readonly atMs: number;
  readonly isShown: (rows: readonly string[]) => boolean;
}

/** The word that each line of a running session holds. */
function voice(number: number): string {
  return `voice${String(number).padStart(2, "0")}`;
}

function murmur(number: number): ScriptedStep {
  const source = markdownText(4000, number).replaceAll(/(?<=[a-z]) (?=[a-z])/gu, ` ${voice(number)} `);
  return {
    match: { hasTools: true, promptIncludes: `murmur ${String(number).padStart(2, "0")}` },
    isRepeated: true,
    rate: { deltasPerSecond: 50, charactersPerDelta: 20, seconds: streamSeconds, source },
  };
}

async function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(() => {
    resolve();
  }, ms);
  await promise;
}

/** What alt+1 … alt+9 lead to: the numbers of the two sessions not shown for longest went to the last two. */
const numbered: readonly (number | "large")[] = ["large", 10, 3, 4, 5, 6, 7, 8, 9];

function isShown(target: number | "large"): Expected["isShown"] {
  const word = target === "large" ? "ends here." : voice(target);
  // The transcript alone: the sidebar names other sessions, too.
  return (rows) => rows.some((row) => row.slice(0, 84).includes(word));
}

async function startRunning(program: PtyRecorder, large: string): Promise<void> {
  for (let number = 1; number <= runningCount; number += 1) {
    program.write("\u000E");
    await pause(700);
    program.write(`murmur ${String(number).padStart(2, "0")}`);
    await pause(200);
    program.write("\r");
    await pause(500);
  }
  program.write("\u0013");
  await pause(700);
  program.write(large);
  await pause(500);
  program.write("\r");
  await pause(2000);
}

async function switchAround(program: PtyRecorder): Promise<Expected[]> {
  const expected: Expected[] = [];
  let place = numbered.indexOf("large");
  for (let round = 0; round < switchRounds; round += 1) {
    // Each goes to each other one in the end, the largest no less than the others.
    place = (place + 1 + (round % (numbered.length - 1))) % numbered.length;
    const target = numbered[place] ?? "large";
    const atMs = program.write(`\u001B${place + 1}`);
    const what = target === "large" ? "switch to the largest" : "switch";
    expected.push({ what, atMs, isShown: isShown(target) });
    await pause(switchIntervalMs);
  }
  return expected;
}

interface FilterKey {
  readonly typed: string;
  readonly atMs: number;
}

/** Digits of the titles: each leaves fewer of them, so that the list of one can't be taken for that of another. */
const typedDigits = "9876";

/** The newest come first, and a `+` says that the others follow. */
function hasAllRows(rows: readonly string[]): boolean {
  return rows.some((row) => /─ Sessions \((?:\d+ of )?\d{5,}[,)]/u.test(row));
}

interface PickerUse {
  readonly opened: Expected[];
  readonly typed: FilterKey[];
  /** After each use. */
  readonly pssMib: number[];
}

async function usePicker(program: PtyRecorder): Promise<PickerUse> {
  const opened: Expected[] = [];
  const keys: FilterKey[] = [];
  const pssMib: number[] = [];
  for (let round = 0; round < pickerRounds; round += 1) {
    const atMs = program.write("\u0013");
    opened.push({ what: "picker", atMs, isShown: (rows) => rows.some((row) => row.includes("─ Sessions (")) });
    opened.push({ what: "all rows", atMs, isShown: hasAllRows });
    await pause(400);
    let typed = "";
    for (const digit of typedDigits) {
      typed += digit;
      keys.push({ typed, atMs: program.write(digit) });
      await pause(filterIntervalMs);
    }
    program.write("\u001B");
    await pause(300);
    pssMib.push(treePssMib(program.pid));
  }
  return { opened, typed: keys, pssMib };
}

/** How many sessions the list has left, with the filter as typed; null: it shows no such list. */
function countOf(frame: ReplayedFrame | undefined, typed: string): number | null {
  const count = frame?.rows.map((row) => /─ Sessions \((\d+) of /u.exec(row)?.[1]).find((text) => text !== undefined);
  const isTyped = frame?.rows.some((row) => new RegExp(`Filter: ${typed}(?!\\d)`, "u").test(row)) === true;
  return isTyped && count !== undefined ? Number(count) : null;
}

/** Until the list is there that it comes to rest with, which the one before is not. */
function filterLatencies(frames: readonly ReplayedFrame[], keys: readonly FilterKey[]): number[] {
  return keys.map(({ typed, atMs }) => {
    const before = countOf(
      frames.findLast((frame) => frame.atMs < atMs),
      typed.slice(0, -1),
    );
    const own = frames.filter((frame) => frame.atMs >= atMs && frame.atMs < atMs + filterIntervalMs);
    const count = countOf(own.at(-1), typed);
    assert.ok(count !== null && count !== before, `not filtered by ${typed}:\n${own.at(-1)?.rows.join("\n")}`);
    const shown = own.find((frame) => countOf(frame, typed) === count);
    return (shown?.atMs ?? Number.NaN) - atMs;
  });
}

function latencies(frames: readonly ReplayedFrame[], expected: readonly Expected[], what: RegExp): number[] {
  return expected
    .filter((each) => what.test(each.what))
    .map((each) => {
      const shown = frames.find((frame) => frame.atMs >= each.atMs && each.isShown(frame.rows));
      assert.ok(shown !== undefined, `never seen: ${each.what}; the last screen:\n${frames.at(-1)?.rows.join("\n")}`);
      return shown.atMs - each.atMs;
    });
}

using server = await BenchModelServer.start(Array.from({ length: runningCount }, (_, index) => murmur(index + 1)));
using installation = new OwnInstallation();
using sandbox = benchSandbox(server);
await fillWithSessions(sandbox, sessionCount);
const large = await fillWithMessages(sandbox, { count: largeMessageCount, sizeBytes: 25_000_000 });
await using program = new PtyRecorder({
  command: [installation.launcher],
  cwd: sandbox.project,
  environment: sandbox.environment(),
  ...size,
});
await program.quiet(700);
await startRunning(program, "A long conversation");
assert.ok(large !== "");
const cpuBefore = treeCpuSeconds(program.pid);
const startedAtMs = performance.now();
const switches = await switchAround(program);
const seconds = (performance.now() - startedAtMs) / 1000;
const cpuSeconds = treeCpuSeconds(program.pid) - cpuBefore;
const switchedPssMib = treePssMib(program.pid);
const picks = await usePicker(program);
/** Garbage of the last uses goes within seconds, while the ten go on. */
const restMs = 10_000;
await pause(restMs);
const restPssMib = treePssMib(program.pid);
const frames = await program.replay();
const switchMs = latencies(frames, switches, /^switch/u);
const isGood = printFigures(
  `bench/switch: ${sessionCount} sessions, ${runningCount} running at 50 deltas/s, the largest of ${largeMessageCount} messages`,
  [
    { name: "switch", unit: "ms", samples: switchMs, goal: 8 },
    { name: "switch, p95", unit: "ms", samples: switchMs, quantile: 0.95, goal: 16 },
    { name: "of these, to the largest", unit: "ms", samples: latencies(frames, switches, /largest/u) },
    { name: "picker open", unit: "ms", samples: latencies(frames, picks.opened, /picker/u), goal: 30 },
    { name: "until all of them are in it", unit: "ms", samples: latencies(frames, picks.opened, /all rows/u) },
    { name: "title filter, a key", unit: "ms", samples: filterLatencies(frames, picks.typed), goal: 16 },
    { name: "PSS of the process tree", unit: "MiB", samples: [switchedPssMib, ...picks.pssMib, restPssMib], goal: 150 },
    { name: "  of these, at rest", unit: "MiB", samples: [restPssMib] },
    { name: "processor time while switching", unit: "%", samples: [(100 * cpuSeconds) / seconds] },
  ],
);
if (!isGood) process.exitCode = 1;
