import type { ToolDisplay } from "../../schema/display-block.ts";
import type { SpanLine } from "../../term/span-line.ts";
import type { Theme } from "../../term/theme.ts";
import type { Change } from "../change.ts";
import type { Size } from "../../term/terminal-event.ts";
import type { KeySource } from "../commands/dialog-keys.ts";
import type { UiState } from "../state.ts";
import type { KeyPress } from "../../term/key-press.ts";
import type { Dialog } from "./dialog.ts";

/** A key of a dialog. The help line of the dialog is made from these. */
export interface DialogKey<D> {
  readonly source: KeySource;
  /** One or two words; "" keeps it out of the help line. */
  readonly label: string;
  /** Why the key does nothing now; null or absent: it works. */
  readonly unavailable?: (dialog: D, state: UiState) => string | null;
  readonly run: (dialog: D, state: UiState) => Change;
  /** A key of it that types a character means it, and is not typed into the field. */
  readonly isBeforeTyping?: boolean;
}

export interface DisplayLook {
  readonly theme: Theme;
  readonly width: number;
  readonly diffMode: "unified" | "split";
}

/** Draws the blocks of a tool call. Cached by the one who hands it in. */
export type RenderDisplay = (display: ToolDisplay, look: DisplayLook) => readonly SpanLine[];

export interface DialogViewContext {
  readonly state: UiState;
  readonly theme: Theme;
  /** What fits inside the frame at most. */
  readonly area: Size;
  readonly renderDisplay: RenderDisplay;
}

export interface DialogView {
  readonly title: string;
  /**
   * As many rows as body and footer may have while it is open: it stands where that many would, so that a field in which
   * one types keeps its place whatever is listed under it. Absent: it stands in the middle as it is.
   */
  readonly rowsMax?: number;
  /** The columns wanted inside the frame; less is given where the screen is narrow. */
  readonly width: number;
  readonly body: readonly SpanLine[];
  /** The first row of the body that is shown, at most what makes its end visible; absent: the body fits by itself. */
  readonly scroll?: number;
  /** Rows under the body that never scroll. */
  readonly footer?: readonly SpanLine[];
  /** As `cursor`, in the footer. */
  readonly footerCursor?: { readonly row: number; readonly column: number };
  /** The item that each row of the body shows, for clicks; null: none. */
  readonly items?: readonly (number | null)[];
  /** In the body. */
  readonly cursor?: { readonly row: number; readonly column: number };
}

/** What each dialog does: loaded after the first paint, or when the first dialog opens. */
export type DialogTable = (dialog: Dialog) => DialogModule<Dialog>;

/** What a kind of dialog does. All functions are pure. */
export interface DialogModule<D extends Dialog> {
  /** In the order of the help line. */
  keys(dialog: D, state: UiState): readonly DialogKey<D>[];
  /** A key that is none of `keys`: for text fields. Undefined: the key means nothing. */
  type?(dialog: D, key: KeyPress, state: UiState): Change | undefined;
  paste?(dialog: D, text: string, state: UiState): Change;
  /** The mouse wheel: −1 up, 1 down. */
  wheel?(dialog: D, direction: 1 | -1, state: UiState): Change;
  /** A click on an item's row. */
  click?(dialog: D, item: number, state: UiState): Change;
  /** The second click at one place; absent: it is a click like the first. */
  doubleClick?(dialog: D, state: UiState): Change;
  view(dialog: D, context: DialogViewContext): DialogView;
}
