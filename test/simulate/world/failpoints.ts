/** Moments inside writes at which a process of the simulation can end itself. */
import { writeSync } from "node:fs";
import type { TurnGuards } from "../../../src/app/turn-guards.ts";
import { turnGuards } from "../../../src/app/turn-guards.ts";
import type { Journals, JournalWriter } from "../../../src/store/journal.ts";
import { LogSync } from "../../../src/store/log-sync.ts";
import type { TransactionProbe } from "../../../src/store/store.ts";
import type { ActorLine, ArmedFailpoint } from "./protocol.ts";

const statements = {
  "turn-claimed": /^\s*insert into x_turn/u,
  "turn-moved": /^\s*update x_turn/u,
  "turn-released": /^\s*delete from x_turn/u,
  "message-inserted": /^\s*insert into messages/u,
  "message-updated": /^\s*update messages/u,
  "usage-booked": /^\s*insert into x_usage/u,
  "session-updated": /^\s*update sessions/u,
  "prompt-queued": /^\s*insert into x_queue/u,
  "session-buried": /^\s*insert into x_tombstone/u,
  "file-versioned": /^\s*insert into files/u,
} as const;

type StatementName = keyof typeof statements;

const others = [
  "begun",
  "committing",
  "committed",
  "settling-begun",
  "settling-committing",
  "settling-committed",
  "journal-created",
  "journal-torn",
  "journal-appended",
  "journal-removing",
  "journal-removed",
  "syncing",
  "synced",
] as const;

export type FailpointName = StatementName | (typeof others)[number];

const statementNames = Object.keys(statements) as StatementName[];
export const failpointNames: readonly FailpointName[] = [...statementNames, ...others];

/** The failpoints of one process; at most one is armed. */
export class Failpoints {
  #armed: ArmedFailpoint | null = null;
  #times = 0;
  #isSettling = false;

  arm(failpoint: ArmedFailpoint | null): void {
    this.#armed = failpoint;
    this.#times = 0;
  }

  /** The process ends here, as by `kill -9`, where this is the armed one's time. */
  reach(name: FailpointName): void {
    if (this.#isDue(name)) end(name);
  }

  get probe(): TransactionProbe {
    return (moment, sql) => {
      if (moment !== "ran") {
        this.reach(moment);
        if (this.#isSettling) this.reach(`settling-${moment}`);
        return;
      }
      for (const name of statementNames) if (statements[name].test(sql)) this.reach(name);
    };
  }

  guard(guards: TurnGuards = turnGuards): TurnGuards {
    return {
      ...guards,
      settle: async (...turn) => {
        this.#isSettling = true;
        try {
          return await guards.settle(...turn);
        } finally {
          this.#isSettling = false;
        }
      },
    };
  }

  logSync(databasePath: string): Pick<LogSync, "sync" | "close"> {
    const real = new LogSync(databasePath);
    return {
      sync: async () => {
        this.reach("syncing");
        await real.sync();
        this.reach("synced");
      },
      close: async () => real.close(),
    };
  }

  journals(real: Journals): Journals {
    return {
      create: (messageId) => {
        const writer = real.create(messageId);
        this.reach("journal-created");
        return this.#writer(writer);
      },
      read: (messageId) => real.read(messageId),
      readFrom: (messageId, offset) => real.readFrom(messageId, offset),
      remove: (messageId) => {
        this.reach("journal-removing");
        real.remove(messageId);
        this.reach("journal-removed");
      },
      list: () => real.list(),
    };
  }

  #writer(real: JournalWriter): JournalWriter {
    return {
      append: (text) => {
        if (this.#isDue("journal-torn")) {
          real.append(text.slice(0, text.length / 2));
          end("journal-torn");
        }
        const isWritten = real.append(text);
        this.reach("journal-appended");
        return isWritten;
      },
      close: () => {
        real.close();
      },
      remove: () => {
        this.reach("journal-removing");
        real.remove();
        this.reach("journal-removed");
      },
    };
  }

  #isDue(name: FailpointName): boolean {
    if (this.#armed?.name !== name) return false;
    this.#times += 1;
    return this.#times === this.#armed.time;
  }
}

function end(name: FailpointName): void {
  const line: ActorLine = { say: "failpoint", name };
  writeSync(1, `${JSON.stringify(line)}\n`);
  process.kill(process.pid, "SIGKILL");
  // Other threads may see the signal first; this one must not go on.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Those of whoever settles what a dead process left. */
export function isOfRecovery(name: FailpointName): boolean {
  return name.startsWith("settling-");
}
