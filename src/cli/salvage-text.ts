import type { Salvaged } from "../app/salvage-damaged.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import { plural } from "./plural.ts";

/** What people know of; the other tables are the program's own book-keeping. */
const nouns: Readonly<Record<string, string>> = { sessions: "session", messages: "message", files: "file version" };

/** What was read of a damaged database, and what was lost, table by table. */
export function salvageText({ setAside, tables }: Salvaged): string {
  const known = tables.flatMap(({ table, rows }) => {
    const noun = nouns[table];
    return noun === undefined || rows === 0 ? [] : [plural(rows, noun)];
  });
  const others = tables.reduce((sum, { table, rows }) => sum + (table in nouns ? 0 : rows), 0);
  const lost = tables.flatMap(({ table, lost: rows, isCutOff }) => {
    if (rows === 0 && !isCutOff) return [];
    const end = isCutOff ? "the end of the table" : "";
    return [`${table}: ${[rows === 0 ? "" : plural(rows, "row"), end].filter((text) => text !== "").join(" and ")}`];
  });
  const leftOut = tables.flatMap((table) => table.leftOut);
  const isSessionLost = tables.some(
    ({ table, lost: rows, isCutOff }) => table === "sessions" && (rows > 0 || isCutOff),
  );
  return [
    `Read into a new database: ${[...known, `${plural(others, "row")} of other tables`].join(", ")}.`,
    ...(lost.length + leftOut.length === 0 ? ["Nothing was lost."] : []),
    ...(lost.length === 0 ? [] : [`Could not be read: ${lost.join("; ")}.`]),
    ...(leftOut.length === 0
      ? []
      : [`Left out, as this version does not know it: ${leftOut.map(sanitizeLine).join(", ")}.`]),
    ...(isSessionLost ? ["Messages whose session's own row was lost are in a “Recovered session”."] : []),
    `The damaged file is kept as\n  ${sanitizeLine(setAside)}`,
    "",
  ].join("\n");
}
