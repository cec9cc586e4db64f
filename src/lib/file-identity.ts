import { statSync } from "node:fs";

/** Differs once the file at the path is another one; undefined: there is none. */
export function fileIdentity(path: string): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? undefined : `${String(status.dev)}:${String(status.ino)}`;
}
