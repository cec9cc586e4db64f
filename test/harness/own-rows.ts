/** Rows of our own tables as no program should write them, at random. */
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";

type OddValue = string | number | bigint | Uint8Array | null;

/** A row of a table of ours; a value for each of its columns but the ids. */
export interface OwnRow {
  readonly table: string;
  readonly values: readonly OddValue[];
}

/** A row in `x_tombstone` or `x_copy` hides the session, and is meant to. */
const ownTables =
  "session session_sum session_tag view attachment file_fact file_mark grant usage daily_total budget turn queue ask message wipe fragment number_key unseen_end"
    .split(" ")
    .map((name) => `x_${name}`);

/** Their first column is the row's number, which SQLite gives. */
const numbered: ReadonlySet<string> = new Set(["x_wipe", "x_fragment", "x_turn", "x_number_key"]);

const oddNumber = fc.constantFrom(0, 1, -1, 1.5, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n, 1e300, -1e300, Infinity);
const oddText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "NUL \0 and \u001b[31m",
    "half a pair \ud83d",
    "[",
    "{}",
    "[null]",
    '"text"',
    "null",
    '{"items":7,"version":1}',
    "2026-11-27",
    "9".repeat(400),
  ),
);
const oddValue: fc.Arbitrary<OddValue> = fc.oneof(
  { weight: 5, arbitrary: oddNumber },
  { weight: 4, arbitrary: oddText },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant(Buffer.from([0xff, 0x41, 0])) },
);

export const ownRows: fc.Arbitrary<readonly OwnRow[]> = fc.array(
  fc.record({
    table: fc.constantFrom(...ownTables),
    values: fc.array(oddValue, { minLength: 20, maxLength: 20 }),
  }),
  { minLength: 1, maxLength: 6 },
);

/** Puts rows of ours beside the session, as no program should write them. */
export function insertOwnRows(file: string, sessionId: string, rows: readonly OwnRow[]): void {
  const database = new DatabaseSync(file, { timeout: 5000 });
  try {
    database.exec("begin immediate");
    for (const { table, values } of rows) {
      const columns = database.prepare('select name, "notnull" as is_needed from pragma_table_info(?)').all(table);
      const message = database.prepare("select id from messages where session_id = ? limit 1").get(sessionId);
      const cells = columns.map(({ name, is_needed: isNeeded }, index): OddValue => {
        if (name === "session_id") return sessionId;
        if (name === "message_id") return message === undefined ? "gone" : String(message["id"]);
        return values[index] ?? (isNeeded === 1 ? "" : null);
      });
      if (table === "x_message" && message === undefined) continue;
      if (numbered.has(table)) cells[0] = null;
      database.prepare(`insert or replace into ${table} values (${cells.map(() => "?").join(", ")})`).run(...cells);
    }
    database.exec("commit");
  } finally {
    database.close();
  }
}
