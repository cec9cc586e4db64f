import { stat } from "node:fs/promises";
import { readFileState } from "../lib/file-state.ts";
import type { SessionId } from "../schema/ids.ts";
import { listVersionedPaths, recordFileChange, recordFoundFile, recordUnkeptChange } from "../store/files.ts";
import type { FileContent } from "../store/files.ts";
import { findFileRead, listReadPaths, recordFileRead } from "../store/read-files.ts";
import type { FileState, FileTracker } from "../tools/tool.ts";
import type { Context } from "./context.ts";

/** Of what commands change, larger files are listed by name only (the bound). */
const keptSizeBytesMax = 1024 * 1024;

/** What a session has read and changed, kept in the store. */
export function createFileTracker(
  { store, config, secrets }: Pick<Context, "store" | "config" | "secrets">,
  sessionId: SessionId,
): FileTracker {
  const startDirectory = config.workingDirectory;
  const directories = [startDirectory, config.projectRoot];

  const recordRead = async (path: string, state?: FileState): Promise<void> => {
    const fact = state ?? (await readFileState(path));
    if (fact === undefined) return;
    await store.transact((tx) => recordFileRead(tx, { sessionId, path, startDirectory, fact }));
  };

  // A masked version would put the mask into the file when it is brought back: so none is kept.
  const holdsKey = (content: FileContent): boolean =>
    content !== null && secrets().some((secret) => content.includes(secret));

  return {
    lastRead: (path) => store.read((tx) => findFileRead(tx, { sessionId, path, directories })),
    recordRead,
    recordFound: async (path, content) => {
      if (holdsKey(content)) return;
      await store.transact((tx) => recordFoundFile(tx, { sessionId, path, content }), { survives: "power-loss" });
    },
    recordChange: async (path, { before, after }) => {
      await store.transact((tx) =>
        holdsKey(before) || holdsKey(after)
          ? recordUnkeptChange(tx, { sessionId, path, reason: "holds-key" })
          : recordFileChange(tx, { sessionId, path, before, after }),
      );
      if (after !== null) await recordRead(path);
    },
    recordUntracked: async (paths) => {
      const isLarge = await Promise.all(paths.map(async (path) => (await sizeBytesOf(path)) > keptSizeBytesMax));
      await store.transact((tx) => {
        for (const [index, path] of paths.entries()) {
          recordUnkeptChange(tx, { sessionId, path, reason: isLarge[index] === true ? "too-large" : "too-many" });
        }
      });
    },
    knownPaths: () =>
      store.read((tx) => [
        ...new Set([...listReadPaths(tx, sessionId, startDirectory), ...listVersionedPaths(tx, sessionId)]),
      ]),
  };
}

async function sizeBytesOf(path: string): Promise<number> {
  return stat(path).then(
    (status) => status.size,
    // Gone since, or a name that only looks like a path.
    () => 0,
  );
}
