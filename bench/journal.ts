/**
 * How an answer that streams is kept on disk: bytes written for a 200 KB answer at three speeds, in the program's way and
 * in two others; and how long an append takes while another process writes to the same database.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { ManualClock } from "../test/harness/manual-clock.ts";
import { StepContent } from "../src/agent/step-content.ts";
import { StepJournal } from "../src/agent/step-journal.ts";
import { partsOfBlocks } from "../src/agent/step-parts.ts";
import { streamStep } from "../src/agent/step-stream.ts";
import { silentLog } from "../src/lib/log.ts";
import type { ModelEvent } from "../src/providers/provider.ts";
import { newMessageId } from "../src/schema/ids.ts";
import type { MessageId, SessionId } from "../src/schema/ids.ts";
import { noUsage } from "../src/schema/usage.ts";
import { JournalDirectory } from "../src/store/journal.ts";
import { insertMessage, saveStreamedParts, updateMessage } from "../src/store/messages.ts";
import { insertSession } from "../src/store/sessions.ts";
import { Store } from "../src/store/store.ts";
import { markdownText } from "./markdown.ts";
import { printFigures, quantileOf } from "./measure.ts";

const answerLength = 200_000;
const ratioGoal = 8;
const rates = [
  { charactersPerSecond: 400, charactersPerDelta: 4 },
  { charactersPerSecond: 8_000, charactersPerDelta: 40 },
  { charactersPerSecond: 80_000, charactersPerDelta: 400 },
] as const;
type Rate = (typeof rates)[number];

/** A project with one session and the row of a step that streams. */
class Place implements AsyncDisposable {
  /** Of the stream: an answer of eight minutes takes as long as the work that it makes. */
  readonly clock = new ManualClock();
  readonly folder = mkdtempSync(path.join(tmpdir(), "crush-bench-"));
  readonly database = path.join(this.folder, "crush.db");
  readonly journals = new JournalDirectory(this.folder, silentLog);
  readonly messageId: MessageId = newMessageId();
  store!: Store;
  sessionId!: SessionId;

  static async make(): Promise<Place> {
    const place = new Place();
    const empty = await Store.open(place.database);
    await empty.transact((tx) => {
      place.sessionId = insertSession(tx, { title: "bench" }).id;
      insertMessage(tx, {
        id: place.messageId,
        sessionId: place.sessionId,
        role: "assistant",
        parts: [],
        model: "m",
        provider: "p",
      });
    });
    // Closing moves the log into the file: what a new database costs is not counted.
    await empty.close();
    place.store = await Store.open(place.database);
    return place;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** What this process has handed to the kernel, threads included; shared memory is not counted. */
function bytesWritten(): number {
  return Number(/^wchar: (\d+)$/mu.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
}

async function* answer(rate: Rate, clock: ManualClock): AsyncGenerator<ModelEvent> {
  const text = markdownText(answerLength, 1).slice(0, answerLength);
  yield { type: "text-start", blockId: "0" };
  for (let at = 0; at < text.length; at += rate.charactersPerDelta) {
    clock.advance((rate.charactersPerDelta * 1000) / rate.charactersPerSecond);
    yield { type: "text-delta", blockId: "0", text: text.slice(at, at + rate.charactersPerDelta) };
  }
  yield { type: "text-end", blockId: "0" };
  yield { type: "finish", reason: "end_turn", usage: noUsage };
}

/** Streams an answer and finishes its row; returns all bytes written for it, the last checkpoint included. */
async function bytesOf(way: (place: Place, rate: Rate) => Promise<StepContent>, rate: Rate): Promise<number> {
  const place = await Place.make();
  const before = bytesWritten();
  try {
    const content = await way(place, rate);
    await place.store.transact((tx) => updateMessage(tx, place.messageId, { parts: partsOf(content) }));
  } finally {
    await place[Symbol.asyncDispose]();
  }
  return bytesWritten() - before;
}

function partsOf(content: StepContent): ReturnType<typeof partsOfBlocks> {
  return partsOfBlocks(content.blocks(), "all", {});
}

/** The program's own way: its journal, and the row rewritten whenever it has doubled. */
async function journalFile({ store, clock, journals, messageId, sessionId }: Place, rate: Rate): Promise<StepContent> {
  const content = new StepContent();
  const journal = new StepJournal(journals.create(messageId), clock, 0);
  let folding: Promise<unknown> = Promise.resolve();
  await streamStep([], {
    ports: {
      clock,
      emit: () => undefined,
      reportBug: (error) => {
        throw error;
      },
      model: { supportsImages: false, overheadLength: 0, stream: () => answer(rate, clock) },
    },
    sessionId,
    messageId,
    content,
    journal,
    signal: new AbortController().signal,
    onFold: () => {
      folding = store.transact((tx) => saveStreamedParts(tx, messageId, partsOf(content)));
    },
  });
  journal.flush();
  await folding;
  journal.remove();
  return content;
}

/** Calls `write` every so often while an answer streams, by the clock of the stream. */
async function writtenEvery(
  place: Place,
  rate: Rate,
  { everyMs, write }: { readonly everyMs: number; readonly write: (content: StepContent, news: string) => unknown },
): Promise<StepContent> {
  const content = new StepContent();
  let news = "";
  let dueMs = place.clock.nowMs() + everyMs;
  for await (const event of answer(rate, place.clock)) {
    content.add(event, place.clock.nowMs());
    if (event.type === "text-delta") news += event.text;
    if (place.clock.nowMs() < dueMs) continue;
    await write(content, news);
    news = "";
    dueMs = place.clock.nowMs() + everyMs;
  }
  return content;
}

/** The whole row for each picture on the screen. */
async function wholeRow(place: Place, rate: Rate): Promise<StepContent> {
  return writtenEvery(place, rate, {
    everyMs: 33,
    write: (content) => place.store.transact((tx) => saveStreamedParts(tx, place.messageId, partsOf(content))),
  });
}

/** A row in a table for what the journal's file gets a line for. */
async function journalTable(place: Place, rate: Rate): Promise<StepContent> {
  makeTable(place.database);
  return writtenEvery(place, rate, {
    everyMs: 50,
    write: (_content, news) => appendRow(place, news),
  });
}

function makeTable(file: string): void {
  const database = new DatabaseSync(file);
  database.exec("create table x_bench_journal (message_id TEXT not null, text TEXT not null)");
  database.close();
}

async function appendRow({ store, messageId }: Place, text: string): Promise<unknown> {
  return store.transact((tx) =>
    tx.run("insert into x_bench_journal (message_id, text) values (?, ?)", [messageId, text]),
  );
}

async function printBytes(): Promise<boolean> {
  let isMet = true;
  process.stdout.write(
    `\nbench/journal: bytes written ÷ a ${answerLength / 1000} KB answer, the last checkpoint included\n`,
  );
  const ways = { "journal (file), row when doubled": journalFile, "a table, a row per 50 ms": journalTable };
  for (const [name, way] of Object.entries({ ...ways, "the whole row per 33 ms": wholeRow })) {
    const cells: string[] = [];
    for (const rate of rates) {
      const ratio = (await bytesOf(way, rate)) / answerLength;
      if (way === journalFile && ratio > ratioGoal) isMet = false;
      cells.push(`${rate.charactersPerSecond}/s ${ratio.toFixed(1)}×`.padEnd(20));
    }
    const goal = way === journalFile ? `goal ≤ ${ratioGoal}×` : "";
    process.stdout.write(`  ${name.padEnd(34)} ${cells.join("")}${goal}\n`);
  }
  return isMet;
}

const appends = { file: 3_000, table: 300 };

/** Appends while another process commits to the same database as fast as it can. */
async function appendTimes(appendCount: number, append: (place: Place) => unknown): Promise<number[]> {
  const place = await Place.make();
  makeTable(place.database);
  const script = fileURLToPath(new URL("../test/harness/add-sessions-process.ts", import.meta.url));
  const other = spawn(process.execPath, [...process.execArgv, script, place.database, "1000000"], { stdio: "ignore" });
  const exit = once(other, "exit");
  try {
    await until(() => place.store.read((tx) => Number(tx.get("select count(*) as n from sessions")?.["n"]) > 10));
    const samples: number[] = [];
    for (let count = 0; count < appendCount; count += 1) {
      const startMs = performance.now();
      await append(place);
      samples.push(performance.now() - startMs);
      await pause();
    }
    return samples;
  } finally {
    other.kill("SIGKILL");
    await exit;
    await place[Symbol.asyncDispose]();
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await pause();
}

/** So that the appends spread over the other process' commits. */
async function pause(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}

async function printTimes(): Promise<boolean> {
  const line = `[0,${JSON.stringify(markdownText(400, 2).slice(0, 400))}]\n`;
  const writers = new WeakMap<Place, ReturnType<JournalDirectory["create"]>>();
  const toFile = await appendTimes(appends.file, (place) => {
    const writer = writers.get(place) ?? place.journals.create(place.messageId);
    writers.set(place, writer);
    return writer.append(line);
  });
  const toTable = await appendTimes(appends.table, (place) => appendRow(place, line));
  return printFigures("bench/journal: an append, while another process commits without a pause", [
    { name: "file", unit: "ms", samples: toFile, goal: 0.2 },
    { name: "file, p99", unit: "ms", samples: toFile, quantile: 0.99, goal: 2 },
    { name: "table (a transaction)", unit: "ms", samples: toTable },
    { name: "table, p99", unit: "ms", samples: [quantileOf(toTable, 0.99)] },
  ]);
}

/** Small transactions that must survive a loss of power; and how long the thread stands still meanwhile. */
async function printSyncs(): Promise<boolean> {
  await using place = await Place.make();
  const untilOnDisk: number[] = [];
  const standstill: number[] = [];
  let isRunning = true;
  let longestMs = 0;
  let lastMs = performance.now();
  const tick = (): void => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    if (isRunning) setImmediate(tick);
  };
  setImmediate(tick);
  for (let count = 0; count < 300; count += 1) {
    const startMs = performance.now();
    await place.store.transact(
      (tx) =>
        insertMessage(tx, {
          sessionId: place.sessionId,
          role: "user",
          parts: [{ type: "text", text: markdownText(2_000, count) }],
        }),
      { survives: "power-loss" },
    );
    untilOnDisk.push(performance.now() - startMs);
    standstill.push(longestMs);
    longestMs = 0;
  }
  isRunning = false;
  return printFigures("bench/journal: transactions that survive a loss of power", [
    { name: "until it is on the disk", unit: "ms", samples: untilOnDisk },
    { name: "longest standstill of the thread meanwhile", unit: "ms", samples: standstill, goal: 2 },
  ]);
}

const results = [await printBytes(), await printTimes(), await printSyncs()];
process.exitCode = results.every(Boolean) ? 0 : 1;
