import { countLineChanges } from "../lib/line-diff.ts";
import type { SessionId } from "../schema/ids.ts";
import { changedFiles as listChanges, listUnkeptChanges, stateOfFiles } from "../store/files.ts";
import type { FileChange } from "../store/files.ts";
import type { ReadHandle } from "../store/handle.ts";
import type { ChangedFile } from "./app.ts";

/** Files that a session changed, first state against last, by path; those without stored versions by name alone. */
function changedFiles(handle: ReadHandle, sessionId: SessionId): ChangedFile[] {
  const changes = listChanges(handle, sessionId).map(describe);
  const known = new Set(changes.map((file) => file.path));
  const unkept = listUnkeptChanges(handle, sessionId)
    .filter((file) => !known.has(file.path))
    .map(({ path }): ChangedFile => ({ path, change: "modified", additions: 0, removals: 0 }));
  return [...changes, ...unkept];
}

function describe({ path, before, after }: FileChange): ChangedFile {
  const change = before === null ? "created" : after === null ? "deleted" : "modified";
  return { path, change, ...countLineChanges(before ?? "", after ?? "") };
}

const keptMax = 100;

/** The same, made again only where a version or a mark was added: comparing long files takes its time. */
export class ChangedFiles {
  readonly #known = new Map<SessionId, { readonly state: string; readonly files: readonly ChangedFile[] }>();

  of(handle: ReadHandle, sessionId: SessionId): readonly ChangedFile[] {
    const state = stateOfFiles(handle, sessionId);
    const known = this.#known.get(sessionId);
    this.#known.delete(sessionId);
    const current = known?.state === state ? known : { state, files: changedFiles(handle, sessionId) };
    this.#known.set(sessionId, current);
    const [oldest] = this.#known.keys();
    if (this.#known.size > keptMax && oldest !== undefined) this.#known.delete(oldest);
    return current.files;
  }
}
