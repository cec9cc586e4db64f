/**
 * Liveness of processes: each that runs turns holds a lock which the kernel drops with the process, however it ends. The
 * lock is an exclusive transaction on an empty SQLite file of its own, `.crush/owners/<uuid>.lock`: it holds across
 * containers that share the directory, and a stopped process keeps it.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isBusy } from "./database-error.ts";
import { Connection, resultCode, sqliteResultCode } from "./sqlite.ts";

const suffix = ".lock";
const triesMax = 5;

/** A connection that nothing refers to is collected, and its lock with it. */
const heldConnections = new Set<Connection>();

/** This process' own lock. The file must never be opened in another way here: closing it would drop the lock. */
export class OwnerLock {
  readonly id: string;
  readonly #file: string;
  readonly #connection: Connection;

  private constructor(id: string, held: { readonly file: string; readonly connection: Connection }) {
    this.id = id;
    this.#file = held.file;
    this.#connection = held.connection;
    heldConnections.add(held.connection);
  }

  /** Takes 0.5 ms. Throws the driver's or the system's errors. */
  static acquire(dataDirectory: string): OwnerLock {
    const directory = directoryOf(dataDirectory);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (let tries = 1; ; tries += 1) {
      const id = crypto.randomUUID();
      const file = fileOf(dataDirectory, id);
      writeFileSync(file, "", { flag: "wx", mode: 0o600 });
      const connection = lockFile(file);
      // Whoever tidies up may have taken the file for a dead owner's before it was locked.
      if (connection !== null && existsSync(file)) return new OwnerLock(id, { file, connection });
      connection?.close();
      if (tries === triesMax) throw new Error(`no lock can be held in ${directory}`);
    }
  }

  /** False: somebody has removed the file, so that others take this process for dead. */
  isSeen(): boolean {
    return existsSync(this.#file);
  }

  /** The lock is given back. */
  [Symbol.dispose](): void {
    if (!heldConnections.delete(this.#connection)) return;
    rmSync(this.#file, { force: true });
    this.#connection.close();
  }
}

/** Holds the file's lock; null where someone else does. */
function lockFile(file: string): Connection | null {
  const connection = new Connection(file, { isReadOnly: false });
  try {
    // In memory: a journal file left by a dead owner would have to be rolled back before anyone could look.
    connection.execute("pragma journal_mode = memory; begin exclusive");
    return connection;
  } catch (error) {
    connection.close();
    if (isBusy(error)) return null;
    throw error;
  }
}

/**
 * Whether the process of this owner lives, stopped or suspended ones included. What can't be found out counts as alive:
 * taking a session from a living owner is worse than waiting for a dead one.
 */
export function isOwnerAlive(dataDirectory: string, id: string): boolean {
  const file = fileOf(dataDirectory, id);
  try {
    if (statSync(file, { throwIfNoEntry: false }) === undefined) return false;
    const connection = new Connection(file, { isReadOnly: true });
    try {
      // A shared lock: two processes that look at once do not take each other for the owner.
      connection.get("select 1 from sqlite_master limit 1");
      return false;
    } finally {
      connection.close();
    }
  } catch (error) {
    return sqliteResultCode(error) !== resultCode.cannotOpen || existsSync(file);
  }
}

/** Removes the files of those of these owners that are dead. Never throws. */
export function removeDeadOwners(dataDirectory: string, ids: readonly string[]): void {
  for (const id of ids) {
    const file = fileOf(dataDirectory, id);
    try {
      const connection = lockFile(file);
      if (connection === null) continue;
      rmSync(file, { force: true });
      connection.close();
    } catch {
      // Gone meanwhile, or another user's: the next process of theirs removes it.
    }
  }
}

/** How many processes run turns here, or did so and still live. */
export function livingOwners(dataDirectory: string): number {
  return listOwners(dataDirectory).filter((id) => isOwnerAlive(dataDirectory, id)).length;
}

export function deadOwners(dataDirectory: string): string[] {
  return listOwners(dataDirectory).filter((id) => !isOwnerAlive(dataDirectory, id));
}

/** Living and dead ones. */
export function listOwners(dataDirectory: string): string[] {
  const directory = directoryOf(dataDirectory);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length));
}

function directoryOf(dataDirectory: string): string {
  return path.join(dataDirectory, "owners");
}

function fileOf(dataDirectory: string, id: string): string {
  return path.join(directoryOf(dataDirectory), `${id.replaceAll(/[^\w-]/gu, "_")}${suffix}`);
}
