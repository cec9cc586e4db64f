import type { SpanLine } from "../../term/span-line.ts";
import type { BlockLook } from "./display-blocks.ts";
import type { DisplayCall } from "../../schema/display-block.ts";

/** What an item is rendered with; `width` is what its own rows may take. */
export interface ItemLook extends BlockLook {
  readonly displayCall: DisplayCall;
  readonly isExpanded: boolean;
}

export interface ItemRows {
  readonly rows: readonly SpanLine[];
  /** More or less of it can be shown. */
  readonly isFoldable: boolean;
}

/** Rows that a folded body shows. */
export const foldedRowsMax = 10;
