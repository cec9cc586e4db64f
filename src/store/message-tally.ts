/** The table messages: how many rows of which kind a session has, counted on from where an earlier count stopped. */
import type { SessionId } from "../schema/ids.ts";
import type { ReadHandle } from "./handle.ts";

export interface MessageTally {
  readonly sessionId: SessionId;
  readonly rows: number;
  /** User and assistant rows: the message count shown to people. */
  readonly shown: number;
  /** The person's prompts; commands of their own (`!command`) are rows of theirs too, but no turns. */
  readonly prompts: number;
  /** The last row counted; 0: none. */
  readonly lastRowid: number;
}

export function noMessages(sessionId: SessionId): MessageTally {
  return { sessionId, rows: 0, shown: 0, prompts: 0, lastRowid: 0 };
}

/** Adds up to `limit` rows that come after those counted. */
export function tallyOn(handle: ReadHandle, counted: MessageTally, limit = -1): MessageTally {
  // Inside a text the quotes would be escaped: only a part's own type can look like this.
  const row = handle.get(
    `select count(*) as rows, sum(is_shown) as shown, sum(is_prompt) as prompts, max(rowid) as last_rowid from (
       select rowid, role in ('user', 'assistant') as is_shown,
         case when role = 'user' then instr(parts, '"type":"shell_command"') = 0 else 0 end as is_prompt
       from messages where session_id = ? and rowid > ? order by rowid limit ?)`,
    [counted.sessionId, counted.lastRowid, limit],
  );
  const number = (name: string): number => Number(row?.[name] ?? 0);
  return {
    sessionId: counted.sessionId,
    rows: counted.rows + number("rows"),
    shown: counted.shown + number("shown"),
    prompts: counted.prompts + number("prompts"),
    lastRowid: Math.max(counted.lastRowid, number("last_rowid")),
  };
}

/** The newest row; 0: none. Costs the same however long the session is. */
export function lastMessageRowid(handle: ReadHandle, sessionId: SessionId): number {
  return Number(handle.get("select max(rowid) as last from messages where session_id = ?", [sessionId])?.["last"] ?? 0);
}

/** Whether a model's answer has come to an end, well or not. */
export function hasFinishedStep(handle: ReadHandle, sessionId: SessionId): boolean {
  const row = handle.get(
    "select 1 from messages where session_id = ? and role = 'assistant' and finished_at is not null limit 1",
    [sessionId],
  );
  return row !== undefined;
}
