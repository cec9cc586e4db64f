/** Waits for what another process writes, woken by its writes. */
import { existsSync, readdirSync, readFileSync, watch } from "node:fs";
import path from "node:path";
import { type Row, databaseRows } from "./database-rows.ts";

interface Look {
  readonly folder: string;
  /** True once what is waited for is there. */
  readonly isThere: () => boolean;
  readonly failure: () => string;
  readonly deadlineMs: number;
}

/** Looking into a database writes beside it, which wakes us again: without a rest the process would do nothing else. */
const restMs = 20;

async function untilThere({ folder, isThere, failure, deadlineMs }: Look): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (): void => {
    if (isThere()) resolve();
  };
  let rest: ReturnType<typeof setTimeout> | null = null;
  const watcher = watch(folder, () => {
    rest ??= setTimeout(() => {
      rest = null;
      look();
    }, restMs);
  });
  const timer = setTimeout(() => {
    look();
    reject(new Error(failure()));
  }, deadlineMs);
  look();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    watcher.close();
    if (rest !== null) clearTimeout(rest);
  }
}

const generousMs = 20_000;

export interface StoredWait {
  readonly file: string;
  readonly sql: string;
  readonly holds: (rows: readonly Row[]) => boolean;
}

/** Resolves with a database's rows once they are as wanted; rejects with them after the deadline. */
export async function untilStored({ file, sql, holds }: StoredWait): Promise<Row[]> {
  let rows: Row[] = [];
  const isThere = (): boolean => {
    try {
      rows = databaseRows(file, sql);
    } catch {
      // Being written at this very moment: the end of that write wakes us again.
      return false;
    }
    return holds(rows);
  };
  const failure = (): string => `not stored within ${generousMs} ms: ${sql}; there is ${JSON.stringify(rows)}`;
  await untilThere({ folder: path.dirname(file), isThere, failure, deadlineMs: generousMs });
  return rows;
}

/** Resolves once a file of the folder whose name and content fit is there. The folder itself must exist. */
export async function untilWritten(folder: string, name: RegExp, content: RegExp): Promise<void> {
  await untilThere({
    folder,
    isThere: () =>
      readdirSync(folder).some(
        (file) => name.test(file) && content.test(readFileSync(path.join(folder, file), "utf8")),
      ),
    failure: () => `no file ${name.source} with ${content.source} in ${folder} within ${generousMs} ms`,
    deadlineMs: generousMs,
  });
}

/** Resolves once there is no such file any more. Its folder itself must exist. */
export async function untilGone(file: string): Promise<void> {
  await untilThere({
    folder: path.dirname(file),
    isThere: () => !existsSync(file),
    failure: () => `${file} is still there after ${generousMs} ms`,
    deadlineMs: generousMs,
  });
}
