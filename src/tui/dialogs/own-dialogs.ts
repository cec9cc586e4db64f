import type { Dialog } from "./dialog.ts";

/** Dialogs that stay with the session that is left, and come back with it: keys that lead to another session work over them. */
export const ownDialogs: ReadonlySet<string> = new Set([
  "permission",
  "details",
  "todos",
  "rename",
  "attach",
  "attachments",
]);

/** Those that are only looked at: these keys work in them too, after the dialog's own, and close them. */
export const passingDialogs: ReadonlySet<string> = new Set([
  "sessions",
  "projects",
  "grants",
  "files",
  "help",
  "onboarding",
]);

/** True where another session can be shown although these are open: nothing of them is lost. */
export function canLeaveDialogs(dialogs: readonly Dialog[]): boolean {
  return dialogs.every(
    (dialog) =>
      ownDialogs.has(dialog.kind) ||
      (passingDialogs.has(dialog.kind) && (dialog.kind !== "sessions" || dialog.mode.kind === "browse")),
  );
}
