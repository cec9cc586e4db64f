import { statSync } from "node:fs";
import { readFileState } from "../lib/file-state.ts";
import type { SessionId } from "../schema/ids.ts";
import { listVersionedPaths, recordFileChange, recordUnkeptChange } from "../store/files.ts";
import { findFileRead, listReadPaths, recordFileRead } from "../store/read-files.ts";
import type { FileState, FileTracker } from "../tools/tool.ts";
import type { Context } from "./context.ts";

/** Larger files are listed by name only (the and the format's bound). */
const keptSizeBytesMax = 1024 * 1024;

/** What a session has read and changed, kept in the store. */
export function createFileTracker(
  { store, config }: Pick<Context, "store" | "config">,
  sessionId: SessionId,
): FileTracker {
  const startDirectory = config.workingDirectory;
  const directories = [startDirectory, config.projectRoot];

  const recordRead = async (path: string, state?: FileState): Promise<void> => {
    const fact = state ?? (await readFileState(path));
    if (fact === undefined) return;
    await store.transact((tx) => recordFileRead(tx, { sessionId, path, startDirectory, fact }));
  };

  return {
    lastRead: (path) => store.read((tx) => findFileRead(tx, { sessionId, path, directories })),
    recordRead,
    recordChange: async (path, { before, after }) => {
      const isKept = (before?.length ?? 0) <= keptSizeBytesMax && (after?.length ?? 0) <= keptSizeBytesMax;
      await store.transact((tx) =>
        isKept
          ? recordFileChange(tx, { sessionId, path, before, after })
          : recordUnkeptChange(tx, { sessionId, path, reason: "too-large" }),
      );
      if (after !== null) await recordRead(path);
    },
    recordUntracked: async (paths) => {
      await store.transact((tx) => {
        for (const path of paths) {
          const isLarge = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > keptSizeBytesMax;
          recordUnkeptChange(tx, { sessionId, path, reason: isLarge ? "too-large" : "too-many" });
        }
      });
    },
    knownPaths: () =>
      store.read((tx) => [
        ...new Set([...listReadPaths(tx, sessionId, startDirectory), ...listVersionedPaths(tx, sessionId)]),
      ]),
  };
}
