import type { ChangedFile } from "../app/app.ts";

/** As git has them: added, modified, deleted. */
export function fileMark(file: ChangedFile): string {
  if (file.change === "created") return "A";
  return file.change === "deleted" ? "D" : "M";
}
