/** Dialogs that stay with the session that is left, and come back with it: keys that lead to another session work over them. */
export const ownDialogs: ReadonlySet<string> = new Set([
  "permission",
  "details",
  "todos",
  "rename",
  "attach",
  "attachments",
]);
