import type { Worker } from "node:worker_threads";
import { threadModule } from "../../lib/program-root.ts";
import type { SearchThreadData } from "./search-messages.ts";

/** Node's threads are loaded here only. The thread keeps no process alive. */
export async function startSearchWorker(workerData: SearchThreadData): Promise<Worker> {
  const { Worker: ThreadWorker } = await import("node:worker_threads");
  const worker = new ThreadWorker(threadModule("src/store/search/search-worker.ts"), { workerData });
  worker.unref();
  return worker;
}
