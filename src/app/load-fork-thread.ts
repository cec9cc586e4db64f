import type { Worker } from "node:worker_threads";
import { threadModule } from "../lib/program-root.ts";
import type { ForkTask } from "./fork-messages.ts";

/** Starts the thread that copies a session; its messages are `ForkMessage`s. */
export async function loadForkThread(task: ForkTask): Promise<Worker> {
  const { Worker: Thread } = await import("node:worker_threads");
  return new Thread(threadModule("src/app/fork-worker.ts"), { workerData: task });
}
