/** The table x_message: a step's exact blocks where Crush's parts can't carry them. */
import { contentHash } from "../lib/content-hash.ts";
import { isJsonObject, parseJson } from "../lib/json.ts";
import type { MessageId } from "../schema/ids.ts";
import type { ModelBlock } from "../schema/model-request.ts";
import type { SqlValue, WriteHandle } from "./handle.ts";

/** Stores, replaces or (null) removes the blocks that refine `partsText`, the row's parts as they are stored. */
export function putExactBlocks(
  tx: WriteHandle,
  messageId: MessageId,
  value: { readonly blocks: readonly ModelBlock[] | null; readonly partsText: string },
): void {
  if (value.blocks === null) {
    tx.run("delete from x_message where message_id = ?", [messageId]);
    return;
  }
  tx.run(
    `insert into x_message (message_id, parts_hash, blocks) values (?, ?, ?)
     on conflict (message_id) do update set parts_hash = excluded.parts_hash, blocks = excluded.blocks`,
    [messageId, contentHash(value.partsText), JSON.stringify(value.blocks)],
  );
}

/** The stored blocks; null where there are none, or where another program has changed the parts since: the parts win. */
export function decodeExactBlocks(stored: {
  readonly partsText: string;
  readonly partsHash: SqlValue | undefined;
  readonly blocks: SqlValue | undefined;
}): readonly ModelBlock[] | null {
  if (typeof stored.partsHash !== "string" || typeof stored.blocks !== "string") return null;
  if (stored.partsHash !== contentHash(stored.partsText)) return null;
  const blocks: unknown = parseJson(stored.blocks);
  return Array.isArray(blocks) && blocks.every(isModelBlock) ? blocks : null;
}

function isModelBlock(value: unknown): value is ModelBlock {
  if (!isJsonObject(value)) return false;
  if (value["metadata"] !== undefined && !isJsonObject(value["metadata"])) return false;
  if (value["kind"] === "text" || value["kind"] === "reasoning") return typeof value["text"] === "string";
  return (
    value["kind"] === "tool-call" &&
    typeof value["id"] === "string" &&
    typeof value["name"] === "string" &&
    typeof value["input"] === "string"
  );
}
