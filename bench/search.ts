/**
 * The index of words over 1 GB of text: how fast it is made, how large it is, and when the first hits are there. How large
 * it is over scripts without spaces, and where code is pasted as prompts, too: those have more to tell in fewer bytes.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { systemClock } from "../src/lib/clock.ts";
import { asSessionId } from "../src/schema/ids.ts";
import { silentLog } from "../src/lib/log.ts";
import { SearchDesk } from "../src/store/search/search-desk.ts";
import { SearchThread } from "../src/store/search/search-thread.ts";
import { Store } from "../src/store/store.ts";
import {
  chineseSessions,
  generatedDatabase,
  japaneseSessions,
  manySessions,
  pastedCode,
  sessionIdOf,
} from "./generated-database.ts";
import type { Figure } from "./measure.ts";
import { printFigures } from "./measure.ts";
import { variedText } from "./varied-text.ts";

const rounds = 15;
const hitGoalMs = 50;
const ratioGoal = 0.6;

/** All text that a person could look for, in bytes: what the parts hold, without their JSON. */
function textSize(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const row = database
      .prepare(
        `select sum(coalesce(octet_length(part.value ->> '$.data.text'), 0)
           + coalesce(octet_length(part.value ->> '$.data.thinking'), 0)
           + coalesce(octet_length(part.value ->> '$.data.input'), 0)
           + coalesce(octet_length(substr(part.value ->> '$.data.content', 1, 16384)), 0)) as size
         from messages, json_each(parts) part`,
      )
      .get();
    return Number(row?.["size"]);
  } finally {
    database.close();
  }
}

const words = variedText(200_000, 3).split(/\s+/u);
const longest = words.toSorted((left, right) => right.length - left.length);
const queries: Readonly<Record<string, string>> = {
  "a frequent word": "ba ",
  "two frequent words": "ba ce ",
  "a rare word": `${longest[0] ?? ""} `,
  "a phrase": `"${variedText(60, 99).trim().split(/\s+/u).slice(1, 4).join(" ")}"`,
  "an unfinished word": (longest[40] ?? "").slice(0, 5),
  "one letter": "b",
  "part of a prompt": variedText(40, 5).trim().slice(3, 12),
  "nothing matches": "qqxxyyzz ",
  "a title": "Task 4711",
  "with qualifiers": "ba branch:branch-7 model:oak cost:>0.1 after:2023-12-01 ",
  "failed, with qualifiers": "is:failed branch:branch-7 ",
};

const folder = mkdtempSync(path.join(tmpdir(), "crush-bench-"));
try {
  const database = await generatedDatabase(manySessions);
  const indexPath = path.join(folder, "search.db");
  const isBuilt = printFigures("bench/search: the index of 400,000 messages", await measureIndex(database, indexPath));
  const isFast = await measureFinds(database, indexPath);
  const isSmall = await measureScripts();
  process.exitCode = isBuilt && isFast && isSmall ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

async function measureIndex(database: string, indexPath: string): Promise<readonly Figure[]> {
  const size = textSize(database);
  const store = await Store.open(database);
  const desk = new SearchDesk({
    store,
    indexPath,
    clock: systemClock,
    isGivenUp: () => false,
    pause: async () => undefined,
    onTrouble: (reason) => process.stderr.write(`${reason}\n`),
  });
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  if (!(await desk.catchUp())) throw new Error("the index could not be made");
  const seconds = (performance.now() - startMs) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const againMs = performance.now();
  await desk.catchUp();
  const nothingNewMs = performance.now() - againMs;
  await desk.close();
  await store.close();
  return [
    { name: "text", unit: "MB", samples: [size / 1e6] },
    { name: "index ÷ text", unit: "×", samples: [statSync(indexPath).size / size], goal: ratioGoal },
    { name: "built at", unit: "MB/s", samples: [size / 1e6 / seconds] },
    { name: "  of processor time", unit: "MB/s", samples: [size / (cpu.user + cpu.system)] },
    { name: "caught up, nothing new", unit: "ms", samples: [nothingNewMs] },
  ];
}

async function measureScripts(): Promise<boolean> {
  const sizes = { Chinese: chineseSessions, Japanese: japaneseSessions, "code as prompts": pastedCode };
  const met = [];
  for (const [name, size] of Object.entries(sizes)) {
    const figures = await measureIndex(await generatedDatabase(size), path.join(folder, `${size.name}.db`));
    met.push(printFigures(`bench/search: the index of ${name}`, figures));
  }
  return met.every(Boolean);
}

/** As the program searches: by its thread, from the call to the answer. */
async function measureFinds(database: string, indexPath: string): Promise<boolean> {
  const thread = new SearchThread({ databasePath: database, indexPath, log: silentLog });
  const find = (text: string, onFirst: () => void): ReturnType<SearchThread["find"]> =>
    thread.find({ text, limit: 50, isPatient: false, onFirst });
  const figures = [];
  for (const [name, query] of Object.entries(queries)) {
    const first: number[] = [];
    const all: number[] = [];
    let hits = 0;
    for (let round = -2; round < rounds; round += 1) {
      const startMs = performance.now();
      let firstMs: number | null = null;
      const found = await find(query, () => {
        firstMs = performance.now() - startMs;
      });
      hits = found?.hits.length ?? 0;
      const allMs = performance.now() - startMs;
      if (round < 0) continue;
      first.push(firstMs ?? allMs);
      all.push(allMs);
    }
    figures.push({ name: `${name} (${String(hits)} hits)`, unit: "ms", samples: first, goal: hitGoalMs });
    figures.push({ name: "  the whole first page", unit: "ms", samples: all });
  }
  const startMs = performance.now();
  await thread.remove([asSessionId(sessionIdOf(5000))]);
  figures.push({ name: "a session removed, its words too", unit: "ms", samples: [performance.now() - startMs] });
  await thread.close();
  return printFigures("bench/search: until the first hits are there", figures);
}
