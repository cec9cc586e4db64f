import { statSync } from "node:fs";
import type { Connection } from "./sqlite.ts";

/**
 * Begins transactions so that the first commit into an empty log does not sync it. SQLite syncs the header of each new
 * log within the commit that begins it, 5–40 ms on the thread that draws. That order matters only where frames of an
 * older log lie behind the header; in an empty file there are none, and what is not synced is lost as a whole.
 */
export class LogStart {
  readonly #connection: Connection;
  readonly #logPath: string;
  #state: "unknown" | "starting" | "begun" = "unknown";

  constructor(connection: Connection, databasePath: string) {
    this.#connection = connection;
    this.#logPath = `${databasePath}-wal`;
  }

  /** Begins an immediate transaction. Throws the driver's errors. */
  begin(): void {
    if (this.#state === "unknown" && this.#isEmpty()) {
      this.#connection.execute("pragma synchronous = off");
      this.#state = "starting";
    }
    try {
      this.#connection.run("begin immediate");
    } catch (error) {
      this.#leave("unknown");
      throw error;
    }
    // Only now can nobody else begin the log; the level can't be changed inside a transaction.
    if (this.#state !== "starting" || this.#isEmpty()) return;
    this.#connection.rollback();
    this.#leave("begun");
    this.#connection.run("begin immediate");
  }

  /** To be called after each commit or rollback. True where it began the log, which now waits for its sync. */
  ended(): boolean {
    const wasStarting = this.#state === "starting";
    if (this.#state !== "begun") this.#leave(this.#isEmpty() ? "unknown" : "begun");
    return wasStarting && this.#state === "begun";
  }

  #leave(state: "unknown" | "begun"): void {
    if (this.#state === "starting") this.#connection.execute("pragma synchronous = normal");
    this.#state = state;
  }

  #isEmpty(): boolean {
    return (statSync(this.#logPath, { throwIfNoEntry: false })?.size ?? 0) === 0;
  }
}
