import type { WriteHandle } from "./handle.ts";
import { copiedRows, danglingRows, danglingSummary, withoutParent, wrongCount } from "./inspect-database.ts";

import { isPersons, strays } from "./stray-sessions.ts";

export interface RepairedRows {
  readonly what: string;
  readonly rows: number;
}

/** Removes rows of our own tables whose session or message is gone. */
export function repairOwnRows(tx: WriteHandle): RepairedRows[] {
  return removeDangling(tx, (table) => table.startsWith("x_"));
}

/** Puts Crush's tables in order: what can't belong to anything is removed, counts are set. Changes when sessions were used. */
export function repairCrushRows(tx: WriteHandle): RepairedRows[] {
  const children = tx.run(
    `with recursive lost(id) as (
       select id from sessions where ${withoutParent}
       union select s.id from sessions s join lost l on s.parent_session_id = l.id where not s.${isPersons}
     ) delete from sessions where id in (select id from lost)`,
  );
  const lifted = tx.run(`update sessions set parent_session_id = null where id in ${strays}`);
  const dangling = removeDangling(tx, (table) => !table.startsWith("x_"));
  const summaries = tx.run(`update sessions set summary_message_id = null where ${danglingSummary}`);
  const counts = tx.run(
    `update sessions as s set message_count = (select count(*) from messages m where m.session_id = s.id)
     where ${wrongCount}`,
  );
  return [
    { what: "child sessions of sub-agents without a parent removed", rows: children },
    {
      what: "sessions whose parent is gone, or stands below them, made top-level (nothing of them is lost)",
      rows: lifted,
    },
    ...dangling,
    { what: "summaries that are gone forgotten", rows: summaries },
    { what: "message counts set", rows: counts },
  ].filter(({ rows }) => rows > 0);
}

function removeDangling(tx: WriteHandle, isWanted: (table: string) => boolean): RepairedRows[] {
  const removed = new Map<string, number>();
  const isOfCopy = copiedRows(tx);
  for (const row of danglingRows(tx)) {
    const { table, rowid } = row;
    if (!isWanted(table) || !/^\w+$/u.test(table) || isOfCopy(row)) continue;
    const rows = tx.run(`delete from ${table} where rowid = ?`, [rowid]);
    removed.set(table, (removed.get(table) ?? 0) + rows);
  }
  return [...removed].map(([table, rows]) => ({ what: `rows of ${table} without their session removed`, rows }));
}
