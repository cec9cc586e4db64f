import type { SessionId } from "../schema/ids.ts";
import type { SelectionArea } from "../term/selection.ts";

/** What the mouse can point at. */
export type ScreenTarget =
  | { readonly kind: "transcript"; readonly area: SelectionArea }
  | { readonly kind: "editor" }
  /** A row of the sidebar. */
  | { readonly kind: "session"; readonly sessionId: SessionId }
  | { readonly kind: "notices" }
  | { readonly kind: "completion"; readonly item: number }
  /** A row of the top dialog; null: not an item's. */
  | { readonly kind: "dialog"; readonly item: number | null }
  /** The screen around an open dialog. */
  | { readonly kind: "outside" };
