import type * as jsoncParser from "jsonc-parser";

/** Edits JSON texts in place. Needed when a setting is saved, not at the start. */
export function loadJsoncParser(): Promise<typeof jsoncParser> {
  return import("jsonc-parser");
}
