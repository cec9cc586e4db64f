import type { KeyPress } from "./key-press.ts";

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

export type MouseAction = "press" | "release" | "drag" | "wheel-up" | "wheel-down" | "wheel-left" | "wheel-right";

/** `row` and `column` are 0-based cells of the screen. */
export interface MouseEvent {
  readonly action: MouseAction;
  readonly button: "left" | "middle" | "right" | "none";
  readonly row: number;
  readonly column: number;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
  /** 1, 2 or 3 where presses follow each other quickly in one cell; 1 for every other action. */
  readonly clicks: number;
}

export type TerminalEvent =
  | { readonly type: "key"; readonly key: KeyPress }
  /** Line breaks are `\n`; may hold anything else that was in the clipboard. */
  | { readonly type: "paste"; readonly text: string }
  | { readonly type: "mouse"; readonly mouse: MouseEvent }
  | { readonly type: "focus"; readonly isFocused: boolean }
  | { readonly type: "resize"; readonly size: Size }
  /** The terminal told its background. */
  | { readonly type: "background"; readonly appearance: "light" | "dark" }
  /** Back after a suspend or another program; the last frame has been painted again. */
  | { readonly type: "resume" }
  /** The terminal is gone or the process was asked to end: its modes are restored, nothing can be painted any more. */
  | {
      readonly type: "closed";
      readonly reason: "SIGTERM" | "SIGINT" | "SIGHUP" | "SIGQUIT" | "input-end" | "output-error";
    };
