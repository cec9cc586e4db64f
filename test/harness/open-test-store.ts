import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import path from "node:path";
import type { TestContext } from "node:test";
import type { Clock } from "../../src/lib/clock.ts";
import type { SessionEvent } from "../../src/schema/session-event.ts";
import { Store } from "../../src/store/store.ts";
import type { StoreOptions } from "../../src/store/store.ts";
import { databaseRows } from "./database-rows.ts";
import type { Row } from "./database-rows.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface TestStore {
  readonly store: Store;
  /** Of the database. */
  readonly path: string;
  /** All that went out so far. */
  readonly events: readonly SessionEvent[];
}

/** A store in a folder of its own, closed and removed after the test. */
export async function openTestStore(t: TestContext, options: StoreOptions = {}): Promise<TestStore> {
  return openStoreAt(t, path.join(temporaryFolder(t), ".crush", "crush.db"), options);
}

export async function openStoreAt(t: TestContext, file: string, options: StoreOptions = {}): Promise<TestStore> {
  const store = await Store.open(file, options);
  t.after(() => {
    store[Symbol.dispose]();
  });
  const events: SessionEvent[] = [];
  store.subscribe((event) => events.push(event));
  return { store, path: file, events };
}

/** A store that holds the rows of crush-sample.sql, put there as by another program. */
export async function openSampleStore(t: TestContext): Promise<TestStore> {
  const test = await openTestStore(t);
  runSql(test.path, sampleSql());
  return test;
}

/** The rows of crush-sample.sql, as another program would add them. */
export function addCrushSampleTo(file: string): void {
  runSql(file, sampleSql());
}

export function sampleSql(): string {
  return readFileSync(new URL("../fixtures/crush-sample.sql", import.meta.url), "utf8");
}

/** Runs statements on a connection of their own, as another program would. */
export function runSql(file: string, sql: string): void {
  const database = new DatabaseSync(file, { timeout: 5000 });
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

/** Rows as another program reads them, as plain objects. */
export function querySql(file: string, sql: string): Row[] {
  return databaseRows(file, sql).map((row) => ({ ...row }));
}

/** A clock that stands until it is moved. Its timers are real, since locks of other processes are waited for. */
export class SettableClock implements Clock {
  #timeMs: number;

  constructor(timeMs: number) {
    this.#timeMs = timeMs;
  }

  nowMs(): number {
    return this.#timeMs;
  }

  advance(byMs: number): void {
    this.#timeMs += byMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  }
}
