import type { SessionDetails } from "../../src/app/app.ts";
import type { DeletionUseCases } from "../../src/app/deletion.ts";
import type { SessionId } from "../../src/schema/ids.ts";

const messageSizeBytes = 1500;

/** Of an app whose sessions have no children, and where a delete is done at once. */
export function fakeDeletion(details: (sessionId: SessionId) => SessionDetails): DeletionUseCases {
  return {
    facts: (sessionId) => {
      const { messageCount, files } = details(sessionId).metrics;
      return { children: 0, messages: messageCount, files: files.length, sizeBytes: messageCount * messageSizeBytes };
    },
    prunable: () => [],
    consumed: () => null,
    isDoneWithin: () => Promise.resolve(true),
  };
}
