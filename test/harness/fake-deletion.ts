import type { SessionDetails } from "../../src/app/app.ts";
import type { DeletionUseCases } from "../../src/app/deletion.ts";
import type { SessionId } from "../../src/schema/ids.ts";

const messageSizeBytes = 1500;

interface FakeDeletion extends DeletionUseCases {
  /** What deleting any session would take along besides. */
  unsent: { readonly prompts: number; readonly drafts: number };
}

/** Of an app whose sessions have no children, and where a delete is done at once. */
export function fakeDeletion(details: (sessionId: SessionId) => SessionDetails): FakeDeletion {
  const fake: FakeDeletion = {
    unsent: { prompts: 0, drafts: 0 },
    facts: (sessionId) => {
      const { messageCount, files } = details(sessionId).metrics;
      const sizeBytes = messageCount * messageSizeBytes;
      return { children: 0, messages: messageCount, files: files.length, ...fake.unsent, sizeBytes };
    },
    prunable: () => [],
    consumed: () => null,
    isDoneWithin: () => Promise.resolve(true),
  };
  return fake;
}
