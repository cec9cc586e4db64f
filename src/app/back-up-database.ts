import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { Config } from "../config/config.ts";
import { AppError } from "../lib/app-error.ts";
import { realPath } from "../lib/real-path.ts";
import { copyDatabase } from "../store/copy-database.ts";
import { runDatabaseTask } from "../store/load-database-thread.ts";
import { notWritable, writeProblem } from "../store/open-for-reading.ts";

type Places = Pick<Config, "dataDirectory" | "workingDirectory">;

export interface BackUpOptions {
  /** Absolute, or relative to the working directory. */
  readonly file: string;
  readonly replaces: boolean;
  readonly onProgress?: (part: number) => void;
}

/** Copies the database while it is in use. Rejects with AppError; see copyDatabase. */
export async function backUpDatabase(
  config: Places,
  { file, ...options }: BackUpOptions,
): Promise<{ readonly path: string; readonly sizeBytes: number }> {
  const database = requireDatabase(config);
  const target = path.resolve(config.workingDirectory, file);
  const own = [database, `${database}-wal`, `${database}-shm`].map((name) => realPath(name));
  if (own.includes(realPath(target))) {
    throw new AppError("usage", `${target} is the session database itself`, { hint: "choose another name" });
  }
  return { path: target, sizeBytes: await copyDatabase(database, target, options) };
}

/** Rewrites the database without its free pages; others wait meanwhile. Rejects with AppError as the store does. */
export async function vacuumDatabase(
  config: Places,
): Promise<{ readonly beforeBytes: number; readonly afterBytes: number }> {
  const database = requireDatabase(config);
  const problem = writeProblem(database);
  if (problem !== null) throw notWritable(problem);
  const sizeBytes = (): number =>
    [database, `${database}-wal`].reduce(
      (sum, name) => sum + (statSync(name, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  const beforeBytes = sizeBytes();
  await runDatabaseTask({ kind: "vacuum", path: database });
  return { beforeBytes, afterBytes: sizeBytes() };
}

/** Throws AppError where there is none. */
function requireDatabase({ dataDirectory }: Pick<Config, "dataDirectory">): string {
  const database = path.join(dataDirectory, "crush.db");
  if (!existsSync(database)) {
    throw new AppError("no-sessions", `there is no session database: ${database}`, {
      hint: "start in the project's directory, or name one with --cwd or --data-dir",
    });
  }
  return database;
}
