import path from "node:path";
import { globalDirectories } from "./global-directories.ts";

/** Where reports of crashes go, whatever else is broken. Absolute. */
export function crashDirectory(): string {
  return path.join(globalDirectories(process.env).data, "crashes");
}
