import type { DeletionUseCases } from "../../src/app/deletion.ts";

/** Of an app whose sessions have nothing but messages, and where a delete is done at once. */
export const fakeDeletion: DeletionUseCases = {
  facts: () => ({ children: 0, messages: 0, files: 0, sizeBytes: 0 }),
  prunable: () => [],
  consumed: () => null,
  isDoneWithin: () => Promise.resolve(true),
};
