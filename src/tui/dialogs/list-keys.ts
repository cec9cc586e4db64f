import { type Change, change, closeDialog, updateDialog } from "../change.ts";
import type { DialogKeyId } from "../commands/dialog-keys.ts";
import type { UiState } from "../state.ts";
import type { Dialog } from "./dialog.ts";
import type { DialogKey } from "./dialog-module.ts";
import { clampSelection, moveSelection } from "./list-window.ts";

type Selecting = Extract<Dialog, { readonly selected: number }>;
type Scrolling = Extract<Dialog, { readonly scroll: number }>;

export function putDialog(state: UiState, dialog: Dialog): Change {
  return change(updateDialog(state, dialog.kind, () => dialog));
}

/** ↑ and ↓ (and ctrl+p, ctrl+n) through a list that wraps, and pages that do not. */
export function selectionKeys<D extends Selecting>(count: (dialog: D, state: UiState) => number): DialogKey<D>[] {
  const move = (delta: number) => (dialog: D, state: UiState) =>
    putDialog(state, { ...dialog, selected: moveSelection(dialog.selected, delta, count(dialog, state)) });
  const page = (delta: number) => (dialog: D, state: UiState) =>
    putDialog(state, { ...dialog, selected: clampSelection(dialog.selected + delta, count(dialog, state)) });
  return [
    { source: "list.up", label: "", run: move(-1) },
    { source: "list.down", label: "", run: move(1) },
    { source: "list.page-up", label: "", run: page(-10) },
    { source: "list.page-down", label: "", run: page(10) },
  ];
}

/** Scrolling of a text; the view clamps to what there is, so only the lower end is kept here. */
export function scrollKeys<D extends Scrolling>(): DialogKey<D>[] {
  const by = (delta: number) => (dialog: D, state: UiState) => putDialog(state, scrolled(dialog, delta, state));
  return [
    { source: "scroll.up", label: "", run: by(-1) },
    { source: "scroll.down", label: "", run: by(1) },
    { source: "scroll.page-up", label: "", run: by(-10) },
    { source: "scroll.page-down", label: "", run: by(10) },
    { source: "scroll.top", label: "", run: by(-1_000_000) },
    { source: "scroll.bottom", label: "", run: by(1_000_000) },
  ];
}

/** Between the beginning and where the last frame found the end. */
export function scrolled<D extends Scrolling>(dialog: D, delta: number, state: UiState): D {
  return { ...dialog, scroll: Math.max(0, Math.min(dialog.scroll + delta, state.dialogScrollMax)) };
}

type ClosingKey = Extract<DialogKeyId, `${string}.close` | `${string}.back` | `${string}.keep`>;

export function closeKey<D extends Dialog>(kind: D["kind"], source: ClosingKey, label = "close"): DialogKey<D> {
  return { source, label, run: (_dialog, state) => change(closeDialog(state, kind)) };
}
