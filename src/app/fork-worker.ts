/** The thread that copies a session: of 50,000 messages it takes seconds, in which the screen goes on. */
import { parentPort, workerData } from "node:worker_threads";
import { AppError } from "../lib/app-error.ts";
import { must } from "../lib/assert.ts";
import { copyInBatches } from "../store/copy-in-batches.ts";
import { Store } from "../store/store.ts";
import type { ForkMessage, ForkTask } from "./fork-messages.ts";
import { forkSession } from "./fork-session.ts";

const progressMs = 250;
const port = must(parentPort, "the thread that started this one");
const { databasePath, config, ownerId, source, target } = workerData as ForkTask;
const say = (message: ForkMessage): void => {
  port.postMessage(message);
};

let toldAtMs = performance.now();
function tell(part: number): void {
  if (performance.now() - toldAtMs < progressMs) return;
  toldAtMs = performance.now();
  say({ kind: "progress", part });
}

try {
  const store = await Store.open(databasePath);
  try {
    const copyRows: Parameters<typeof forkSession>[0]["copyRows"] = (copy) =>
      copyInBatches(databasePath, { ...copy, ownerId }, tell);
    say({ kind: "done", result: await forkSession({ store, config, ownerId, copyRows }, source, target) });
  } finally {
    await store.close();
  }
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  say({ kind: "refused", code: error.code, message: error.message, hint: error.hint });
}
