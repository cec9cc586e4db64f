import type { SessionId } from "../schema/ids.ts";

/** A file that holds a state of the project's database as it once was. */
export interface DatabaseCopy {
  /** Absolute. */
  readonly path: string;
  /**
   * `backup`: a daily one · `before-upgrade`: kept when an older Crush's database was upgraded · `set-aside`: damaged, or
   * replaced by a backup; or what had streamed when the database's log was lost, as text · `partial`: what is left of the making of one that was cut off, or one that is being made.
   */
  readonly kind: "backup" | "before-upgrade" | "set-aside" | "partial";
  /** Unix milliseconds. */
  readonly takenAtMs: number;
  readonly sizeBytes: number;
}

/** From this size of the database on the person is told. */
export const largeDatabaseBytes = 1_000_000_000;

/** Copies of the project's database; `app.backups`. Reads are synchronous and short. */
export interface BackupUseCases {
  /** Of the database's file itself, as the file system says; 0 where there is none. */
  databaseBytes(): number;
  /** All copies, the newest first. */
  list(): readonly DatabaseCopy[];
  /**
   * Those that hold something of the sessions or of one below them, those that can't be read among them. To be asked while
   * the sessions' rows are still there: later only the sessions themselves are looked for.
   */
  holding(sessionIds: readonly SessionId[]): readonly DatabaseCopy[];
  /** Removes copies for good. Rejects with AppError where one stays. */
  remove(copies: readonly DatabaseCopy[]): Promise<void>;
  /**
   * Takes the day's backup where the last is older than a day and config doesn't say otherwise. In a thread, which
   * the end of the process cuts off. Never rejects.
   */
  keepDaily(options?: {
    /** A larger database waits for a start that has the time. */
    readonly sizeBytesMax?: number;
    /** Cuts it off; nothing of it stays. */
    readonly signal?: AbortSignal;
  }): Promise<DailyBackup>;
}

/**
 * `unchanged`: nothing was written since the last one · `empty`: nothing was said in the project yet · `elsewhere`: another
 * process is at it · `stopped`: by its signal.
 */
export type DailyBackup =
  | "made"
  | "recent"
  | "unchanged"
  | "empty"
  | "large"
  | "off"
  | "elsewhere"
  | "stopped"
  | "failed";
