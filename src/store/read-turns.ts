import type { ReadHandle } from "./handle.ts";
import { openForReading } from "./open-for-reading.ts";
import { listTurns, type StoredTurn } from "./turns.ts";

/** The turns that a database names, without opening it as a store. Throws the driver's errors. */
export function readTurns(file: string): readonly StoredTurn[] {
  const connection = openForReading(file);
  try {
    if (connection.get("select 1 from sqlite_master where name = 'x_turn'") === undefined) return [];
    const handle: ReadHandle = {
      messageOrder: { isOrdered: () => true },
      all: (sql, parameters) => connection.all(sql, parameters),
      each: (sql, visit) => {
        connection.each(sql, visit);
      },
      get: (sql, parameters) => connection.get(sql, parameters),
    };
    return listTurns(handle);
  } finally {
    connection.close();
  }
}
