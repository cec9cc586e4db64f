/** What a delete takes along, for who is asked about it. */
import type { SessionId } from "../schema/ids.ts";
import type { ReadHandle } from "./handle.ts";
import { buried, subtree } from "./tombstones.ts";

export interface DeletionFacts {
  /** The sessions below it, at any depth. */
  readonly children: number;
  /** User and assistant rows, those of the children too. */
  readonly messages: number;
  /** Paths of which versions are kept. */
  readonly files: number;
  /** That wait in their queues. */
  readonly prompts: number;
  /** Sessions in which something is kept for the next prompt: text or attachments. */
  readonly drafts: number;
  /** Of messages and file versions. */
  readonly sizeBytes: number;
}

/** Reads lengths only, no content. */
export function deletionFacts(handle: ReadHandle, sessionId: SessionId): DeletionFacts {
  const row = handle.get(
    `${subtree}, own(id) as (select id from subtree where id not in ${buried})
     select (select count(*) from own) - 1 as children,
       (select count(*) from messages where session_id in (select id from own) and role in ('user', 'assistant')) as messages,
       (select count(*) from x_queue where session_id in (select id from own)) as prompts,
       (select count(*) from own where exists (select 1 from x_session where session_id = own.id and draft != '')
         or exists (select 1 from x_attachment where session_id = own.id)) as drafts,
       (select count(distinct path) from files where session_id in (select id from own)) as files,
       (select total(octet_length(parts)) from messages where session_id in (select id from own))
         + (select total(octet_length(content)) from files where session_id in (select id from own)) as size`,
    [sessionId],
  );
  return {
    children: Math.max(0, Number(row?.["children"])),
    messages: Number(row?.["messages"]),
    files: Number(row?.["files"]),
    prompts: Number(row?.["prompts"]),
    drafts: Number(row?.["drafts"]),
    sizeBytes: Number(row?.["size"]),
  };
}
