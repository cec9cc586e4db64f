import type { DialogTable } from "./dialog-module.ts";

/** Every dialog. The first paint needs none of them, and they are an eighth of what the screen would load. */
export async function loadDialogs(): Promise<DialogTable> {
  const { dialogTable } = await import("./all-dialogs.ts");
  return dialogTable;
}
