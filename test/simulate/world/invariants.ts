/** What must hold in a project's database whenever anyone looks, whoever was killed. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { databaseRows, type Row } from "../../harness/database-rows.ts";
import { strictProblems } from "../../harness/strict-reader.ts";
import type { Acknowledged, SeenSession } from "./acknowledged.ts";

/** One consistent state of a database that others write, as a file of its own. */
export class Snapshot implements Disposable {
  readonly file: string;

  constructor(database: string, folder: string) {
    this.file = path.join(folder, "snapshot.db");
    this.#remove();
    const live = new DatabaseSync(database, { timeout: 10_000 });
    try {
      live.prepare("vacuum into ?").run(this.file);
    } finally {
      live.close();
    }
  }

  /** Sessions that are there for everybody: those being removed are not. */
  sessions(): Set<string> {
    const rows = this.rows("select id from sessions where id not in (select session_id from x_tombstone)");
    return new Set(rows.map((row) => String(row["id"])));
  }

  rows(sql: string): Row[] {
    return databaseRows(this.file, sql);
  }

  [Symbol.dispose](): void {
    this.#remove();
  }

  #remove(): void {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(this.file + suffix, { force: true });
  }
}

interface StoredPart {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface StoredMessage {
  readonly id: string;
  readonly role: string;
  readonly parts: readonly StoredPart[];
}

/** Problems, a line each. Sessions with a turn, and those of other programs, may be unfinished at their end. */
export function databaseProblems(snapshot: Snapshot, seen: Acknowledged): string[] {
  const running = new Set(snapshot.rows("select session_id from x_turn").map((row) => String(row["session_id"])));
  const lax = (id: string): boolean => running.has(id) || !seen.sessions.has(id);
  const sessions = snapshot.sessions();
  const strict = strictProblems(snapshot.file, {
    stateOf: (id) => (lax(id) ? "running" : "at-rest"),
    isLeftOut: (id) => seen.sessions.get(id)?.isIntruded === true || !sessions.has(id),
  });
  return [
    ...strict,
    ...ledgerProblems(snapshot, (id) => running.has(id) || !sessions.has(id)),
    ...[...seen.sessions.values()].flatMap((session) =>
      sessionProblems(snapshot, { seen: session, isThere: sessions.has(session.id) }).map(
        (line) => `session ${session.id}: ${line}`,
      ),
    ),
  ];
}

function sessionProblems(
  snapshot: Snapshot,
  { seen, isThere }: { readonly seen: SeenSession; readonly isThere: boolean },
): string[] {
  if (seen.fate === "deleted") return isThere ? ["was deleted, and is there again"] : [];
  if (seen.fate === "deleting") return [];
  if (!isThere) return ["is gone"];
  const messages = storedMessages(snapshot, seen.id);
  const byId = new Map(messages.map((message) => [message.id, message]));
  const results = messages.flatMap((message) => message.parts.filter((part) => part.type === "tool_result"));
  return [
    ...[...seen.prompts].flatMap(([id, text]) =>
      byId.has(id) ? [] : [`the prompt ${text} was seen, and is not stored`],
    ),
    ...missingQueued(snapshot, seen, messages),
    ...[...seen.finished].flatMap(([id, text]) =>
      textOf(byId.get(id)) === text ? [] : [`the finished step ${id} was seen with other words than are stored`],
    ),
    ...[...seen.begun].flatMap(([id, step]) => {
      if (textOf(byId.get(id)) === "" && isWithdrawn(seen, step.get("text") ?? "")) return [];
      return [...step].flatMap(([of, text]) => {
        const stored = storedOf(of, byId.get(id), results);
        return stored.some((each) => each.includes(text))
          ? []
          : [
              `step ${id}, ${of}: seen “…${text.slice(-60)}”, stored “…${stored.map((each) => each.slice(-60)).join("”, “…")}”`,
            ];
      });
    }),
    ...[...seen.results].flatMap(([call, content]) => {
      const found = results.filter((part) => part.data["tool_call_id"] === call);
      if (found.length !== 1) return [`the call ${call} was seen to be answered, and has ${found.length} results`];
      return found[0]?.data["content"] === content ? [] : [`the result of ${call} is another than was seen`];
    }),
  ];
}

/** What is stored of that which a delta is a piece of. Arguments that were cut off stand in the call's result. */
function storedOf(of: string, message: StoredMessage | undefined, results: readonly StoredPart[]): readonly string[] {
  if (of === "text") return [textOf(message)];
  const parts = message?.parts ?? [];
  if (of === "reasoning") {
    return parts.flatMap((part) => (part.type === "reasoning" ? [String(part.data["thinking"])] : []));
  }
  const id = of.slice("call ".length);
  const inputs = parts.flatMap((part) =>
    part.type === "tool_call" && part.data["id"] === id ? [part.data["input"]] : [],
  );
  const answers = results.flatMap((part) => (part.data["tool_call_id"] === id ? [part.data["content"]] : []));
  return [...inputs, ...answers].map(String);
}

/**
 * True for all the words of a prompt that makes the model fail once they are said: such a try is taken from the screen
 * and from the disk before the next one is announced.
 */
function isWithdrawn(seen: SeenSession, text: string): boolean {
  return [...seen.prompts.values()].some((prompt) => {
    const [, name = "", count = "0"] = /^(\S+) fail (\d+)$/u.exec(prompt) ?? [];
    return name !== "" && text.endsWith(`${name}.0.${String(Number(count) - 1)} `);
  });
}

/** A prompt waits in the queue, or has been asked. */
function missingQueued(snapshot: Snapshot, seen: SeenSession, messages: readonly StoredMessage[]): string[] {
  if (seen.queued.size === 0) return [];
  const waiting = snapshot.rows(`select text from x_queue where session_id = '${seen.id}'`).map((row) => row["text"]);
  const asked = messages.filter(({ role }) => role === "user").map((message) => textOf(message));
  return [...seen.queued]
    .filter((text) => !waiting.includes(text) && !asked.some((said) => said.includes(text)))
    .map((text) => `the prompt ${text} was queued, and is neither waiting nor asked`);
}

function storedMessages(snapshot: Snapshot, session: string): StoredMessage[] {
  return snapshot
    .rows(`select id, role, parts from messages where session_id = '${session}' order by rowid`)
    .map((row) => ({
      id: String(row["id"]),
      role: String(row["role"]),
      parts: JSON.parse(String(row["parts"])) as StoredPart[],
    }));
}

function textOf(message: StoredMessage | undefined): string {
  return (message?.parts ?? []).flatMap((part) => (part.type === "text" ? [String(part.data["text"])] : [])).join("");
}

/** Each step of ours that ended is booked, once for its end; the sessions' costs are the sums of their rows. */
function ledgerProblems(snapshot: Snapshot, isMoving: (sessionId: string) => boolean): string[] {
  const twice = snapshot.rows(
    `select message_id, count(*) as count from x_usage
     where outcome in ('ok', 'interrupted', 'canceled') and purpose = 'turn' group by message_id having count(*) > 1`,
  );
  const unbooked = snapshot.rows(
    `select id, session_id from messages where role = 'assistant' and provider = 'spoken' and is_summary_message = 0
     and parts like '%"type":"text"%' and id not in (select message_id from x_usage where message_id is not null)`,
  );
  const costs = snapshot.rows(
    `select id, cost, (select coalesce(sum(cost_usd), 0) from x_usage where session_id = sessions.id) as booked
     from sessions where abs(cost - booked) > 1e-9`,
  );
  return [
    ...twice.map((row) => `message ${String(row["message_id"])} is booked ${String(row["count"])} times`),
    ...unbooked
      .filter((row) => !isMoving(String(row["session_id"])))
      .map((row) => `message ${String(row["id"])} is not booked`),
    ...costs.map(
      (row) => `session ${String(row["id"])} has cost ${String(row["cost"])}, booked ${String(row["booked"])}`,
    ),
  ];
}

/** What dead processes and deleted sessions have left in the data directory, once all is at rest. */
export function leftovers(dataDirectory: string): string[] {
  return ["journal", "owners"].flatMap((name) => {
    const folder = path.join(dataDirectory, name);
    return existsSync(folder) ? readdirSync(folder).map((file) => `${name}/${file} was left`) : [];
  });
}
