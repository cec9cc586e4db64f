/**
 * The store on generated databases: 10,000 sessions of 400,000 messages (1 GB), and one session of 50,000 messages
 * (100 MB), beside the query that one would write without thinking; and 16 processes that write into one project.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { buildMessages } from "../src/agent/build-messages.ts";
import { EventHub } from "../src/app/event-hub.ts";
import { KeptLines } from "../src/app/kept-lines.ts";
import { listSessions } from "../src/app/list-sessions.ts";
import { TurnHistory } from "../src/app/turn-history.ts";
import { TurnRegistry } from "../src/app/turn-registry.ts";
import { loadShortId } from "../src/lib/load-short-id.ts";
import { silentLog } from "../src/lib/log.ts";
import { asSessionId, newMessageId } from "../src/schema/ids.ts";
import { JournalDirectory } from "../src/store/journal.ts";
import { messagesForRequest, pageOfMessages } from "../src/store/message-pages.ts";
import { Store } from "../src/store/store.ts";
import { listUnseenEnds } from "../src/store/unseen-ends.ts";
import { generatedDatabase, longSession, manySessions, sessionIdOf } from "./generated-database.ts";
import { printFigures } from "./measure.ts";

const rounds = 15;
const writers = 16;
const writingSeconds = Number(process.env["CRUSH_BENCH_SECONDS"] ?? 60);
const aloneSeconds = Math.min(10, writingSeconds);

function timesOf(count: number, work: () => unknown): number[] {
  const samples: number[] = [];
  for (let round = -2; round < count; round += 1) {
    const startMs = performance.now();
    work();
    if (round >= 0) samples.push(performance.now() - startMs);
  }
  return samples;
}

async function asyncTimesOf(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (let round = -2; round < count; round += 1) {
    const startMs = performance.now();
    await work();
    if (round >= 0) samples.push(performance.now() - startMs);
  }
  return samples;
}

/** What a list shows, added up from the rows themselves. */
const naiveList = `select s.id, s.title,
    (select count(*) from messages m where m.session_id = s.id and m.role in ('user', 'assistant')) as messages,
    (select sum(input_tokens + cache_read_tokens + cache_write_tokens + output_tokens) from x_usage u
      where u.session_id = s.id) as tokens,
    (select sum(cost_usd) from x_usage u where u.session_id = s.id) as cost,
    (select count(distinct path) from files f where f.session_id = s.id) as files,
    (select count(*) from sessions c where c.parent_session_id = s.id) as children,
    (select model from messages m where m.session_id = s.id and model != '' order by created_at desc limit 1) as model
  from sessions s where s.parent_session_id is null order by s.updated_at desc limit ?`;

function naiveTimes(file: string, sql: string, parameters: readonly (string | number)[]): number[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return timesOf(3, () => database.prepare(sql).all(...parameters));
  } finally {
    database.close();
  }
}

/** Without the children's column, which alone would take minutes. */
const naiveListOfAll = naiveList.replace(/^ *\(select count\(\*\) from sessions c .*\n/mu, "");

async function printLists(): Promise<boolean> {
  const file = await generatedDatabase(manySessions);
  const shortId = await loadShortId();
  const events = new EventHub();
  const turns = new TurnRegistry();
  const list = (store: Store, limit?: number): unknown =>
    listSessions(
      { store },
      {
        lines: new KeptLines({ events, shortId }),
        ...(limit === undefined ? {} : { limit }),
        turns,
        isWaiting: () => false,
        ends: listUnseenEnds,
        elsewhere: () => new Set(),
      },
    );
  const opened = await asyncTimesOf(rounds, async () => {
    const store = await Store.open(file);
    list(store, 50);
    store[Symbol.dispose]();
  });
  using store = await Store.open(file);
  const all = timesOf(rounds, () => list(store));
  return printFigures("bench/store: 10,000 sessions, 400,000 messages, 1 GB", [
    { name: "open + newest 50 sessions", unit: "ms", samples: opened, goal: 10 },
    { name: "  naive query of 50", unit: "ms", samples: naiveTimes(file, naiveListOfAll, [50]) },
    { name: "all 10,000 for the picker", unit: "ms", samples: all, goal: 50 },
    { name: "  naive query of all", unit: "ms", samples: naiveTimes(file, naiveListOfAll, [-1]) },
  ]);
}

function memoryMib(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1024 / 1024;
}

async function printLongSession(): Promise<boolean> {
  const file = await generatedDatabase(longSession);
  const sessionId = asSessionId(sessionIdOf(0));
  const before = memoryMib();
  const screenful = await asyncTimesOf(rounds, async () => {
    using store = await Store.open(file);
    return store.read((handle) => pageOfMessages(handle, { sessionId, limit: 50 }));
  });
  const grown = memoryMib() - before;
  using store = await Store.open(file);
  const request = timesOf(7, () =>
    store.read((handle) => {
      const rows = messagesForRequest(handle, sessionId);
      return buildMessages(rows, {
        summaryMessageId: null,
        providerId: "acme",
        modelId: "oak-1",
        supportsImages: true,
      });
    }),
  );
  const history = new TurnHistory(sessionId);
  const options = { summaryMessageId: null, providerId: "acme", modelId: "oak-1", supportsImages: true };
  const step = timesOf(7, () => store.read((handle) => history.messages(handle, options)));
  const naive = "select * from messages where session_id = ? order by created_at, rowid";
  return printFigures("bench/store: one session of 50,000 messages, 100 MB", [
    { name: "open + last screenful", unit: "ms", samples: screenful, goal: 20 },
    { name: "  memory that it takes", unit: "MiB", samples: [grown], goal: 20 },
    { name: "  naive query of all rows", unit: "ms", samples: naiveTimes(file, naive, [sessionId]) },
    { name: "request for the next turn", unit: "ms", samples: request, goal: 300 },
    { name: "  of the turn's next steps", unit: "ms", samples: step, goal: 20 },
  ]);
}

const writer = fileURLToPath(new URL("store-writer.ts", import.meta.url));

interface Written {
  /** `<message id> <hash of its text>`, as each writer told when its transaction had been acknowledged. */
  readonly acknowledged: readonly string[];
  readonly problems: readonly string[];
}

async function writeWith(file: string, processes: number, seconds: number): Promise<Written> {
  const acknowledged: string[] = [];
  const problems: string[] = [];
  const runs = Array.from({ length: processes }, async () => {
    const child = spawn(process.execPath, [...process.execArgv, writer, file, String(seconds)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stderr.on("data", (data: Buffer) => problems.push(data.toString()));
    createInterface({ input: child.stdout }).on("line", (line) => acknowledged.push(line));
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) problems.push(`a writer ended with ${String(code)}`);
  });
  await Promise.all(runs);
  return { acknowledged, problems };
}

/** Every row that was acknowledged, compared with the one that is there. */
function missingRows(file: string, acknowledged: readonly string[]): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database
      .prepare("select id || ' ' || json_extract(parts, '$[0].data.text') as row from messages")
      .all();
    const stored = new Set(rows.map((row) => String(row["row"])));
    assert.equal(database.prepare("pragma integrity_check").get()?.["integrity_check"], "ok");
    return acknowledged.filter((line) => !stored.has(line)).length;
  } finally {
    database.close();
  }
}

async function printWriters(): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), "crush-bench-"));
  try {
    const file = path.join(folder, "crush.db");
    await (await Store.open(file)).close();
    const alone = await writeWith(file, 1, aloneSeconds);
    const together = await writeWith(file, writers, writingSeconds);
    const problems = [...alone.problems, ...together.problems];
    for (const problem of problems.slice(0, 5)) process.stdout.write(`${problem}\n`);
    const acknowledged = [...alone.acknowledged, ...together.acknowledged];
    return printFigures(`bench/store: ${String(writers)} processes, a session each, ${String(writingSeconds)} s`, [
      { name: "one process alone", unit: "rows/s", samples: [alone.acknowledged.length / aloneSeconds] },
      {
        name: `${String(writers)} processes together`,
        unit: "rows/s",
        samples: [together.acknowledged.length / writingSeconds],
      },
      { name: "acknowledged rows", unit: "", samples: [acknowledged.length] },
      { name: "  of them missing or different", unit: "", samples: [missingRows(file, acknowledged)], goal: 1 },
      { name: "errors (busy, locked, any other)", unit: "", samples: [problems.length], goal: 1 },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const appendCount = 3_000;

/** A delta, while another process writes to the same database without a pause. */
async function printAppends(): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), "crush-bench-"));
  const file = path.join(folder, "crush.db");
  await (await Store.open(file)).close();
  const other = spawn(process.execPath, [...process.execArgv, writer, file, "600"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(other, "exit");
  try {
    await once(createInterface({ input: other.stdout }), "line");
    other.stdout.resume();
    const journal = new JournalDirectory(folder, silentLog).create(newMessageId());
    const line = `${JSON.stringify(["text-delta", "0", "forty characters of an answer, as they come"])}\n`;
    const samples: number[] = [];
    for (let count = 0; count < appendCount; count += 1) {
      const startMs = performance.now();
      assert.ok(journal.append(line));
      samples.push(performance.now() - startMs);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    return printFigures("bench/store: a delta appended, while another process writes", [
      { name: "median", unit: "ms", samples, goal: 0.2 },
      { name: "p99", unit: "ms", samples, quantile: 0.99, goal: 2 },
    ]);
  } finally {
    other.kill("SIGKILL");
    await exit;
    rmSync(folder, { recursive: true });
  }
}

const results = [await printLists(), await printLongSession(), await printAppends(), await printWriters()];
process.exitCode = results.every(Boolean) ? 0 : 1;
