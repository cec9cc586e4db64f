import { threadModule } from "../lib/program-root.ts";
import type { DatabaseAnswer, DatabaseFindings, DatabaseTask } from "./database-task.ts";
import { databaseError } from "./database-error.ts";

/**
 * Does long work on a database in a thread of its own. Rejects with AppError as the store does, with Error for the rest.
 * The thread keeps no process alive. A signal rejects at once; what SQLite is doing by then may go on for a while.
 */
export async function runDatabaseTask(task: DatabaseTask, signal?: AbortSignal): Promise<DatabaseFindings> {
  const { Worker } = await import("node:worker_threads");
  signal?.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<DatabaseAnswer>();
  const worker = new Worker(threadModule("src/store/database-worker.ts"), { workerData: task });
  worker.unref();
  const fail = (message: string): void => {
    resolve({ kind: "failed", errorCode: null, message });
  };
  worker.on("message", (message: DatabaseAnswer) => {
    resolve(message);
  });
  worker.on("error", (error) => {
    fail(error instanceof Error ? error.message : "unknown");
  });
  worker.on("exit", () => {
    fail("the thread ended early");
  });
  const stop = (): void => {
    fail("it was stopped");
    void worker.terminate();
  };
  signal?.addEventListener("abort", stop, { once: true });
  const answer = await promise;
  signal?.removeEventListener("abort", stop);
  if (answer.kind === "done") return answer.findings;
  throw databaseError(Object.assign(new Error(answer.message), { errcode: answer.errorCode ?? undefined }), task.path);
}
