import { threadModule } from "../lib/program-root.ts";

/**
 * Runs one of the store's threads (`src/store/<name>-worker.ts`) over the database at `path`. Resolves when it has ended,
 * with the name of what went wrong or null. Never rejects. Node's threads are loaded here only: most runs need none.
 */
export async function startStoreThread(
  name: "checkpoint" | "removal" | "truncation",
  path: string,
): Promise<string | null> {
  const { Worker } = await import("node:worker_threads");
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const worker = new Worker(threadModule(`src/store/${name}-worker.ts`), { workerData: path });
  worker.unref();
  worker.on("error", (error) => {
    resolve(error instanceof Error ? error.name : "unknown");
  });
  worker.on("exit", () => {
    resolve(null);
  });
  return promise;
}
