import { threadModule } from "../lib/program-root.ts";

/**
 * Runs a checkpoint of the database at `path` in a thread. Resolves when the thread has ended, with the name of what went
 * wrong or null. Never rejects. Node's threads are loaded here only: most runs of the program need none.
 */
export async function startCheckpointThread(path: string): Promise<string | null> {
  const { Worker } = await import("node:worker_threads");
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const worker = new Worker(threadModule("src/store/checkpoint-worker.ts"), { workerData: path });
  worker.unref();
  worker.on("error", (error) => {
    resolve(error instanceof Error ? error.name : "unknown");
  });
  worker.on("exit", () => {
    resolve(null);
  });
  return promise;
}
