import type { Salvaged } from "../app/salvage-damaged.ts";
import { sanitizeLine } from "../term/sanitize.ts";

/** What was read of a damaged database, and what was lost, table by table. */
export function salvageText({ setAside, tables }: Salvaged): string {
  const read = tables.filter(({ rows }) => rows > 0).map(({ table, rows }) => `${rows} rows of ${table}`);
  const lost = tables.flatMap(({ table, lost: rows, isCutOff }) => {
    if (rows === 0 && !isCutOff) return [];
    const end = isCutOff ? "the end of the table" : "";
    return [`${table}: ${[rows === 0 ? "" : `${rows} rows`, end].filter((text) => text !== "").join(" and ")}`];
  });
  return [
    `Read into a new database: ${read.join(", ")}.`,
    lost.length === 0 ? "Nothing was lost." : `Could not be read: ${lost.join("; ")}.`,
    `The damaged file is kept as ${sanitizeLine(setAside)}`,
    "",
  ].join("\n");
}
