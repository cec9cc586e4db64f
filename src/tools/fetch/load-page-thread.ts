import { threadModule } from "../../lib/program-root.ts";
import type { PageTask } from "./convert-page.ts";

export type PageAnswer =
  | { readonly kind: "converted"; readonly text: string }
  | { readonly kind: "failed"; readonly why: string };

/** Converts a page in a thread of its own, which keeps no process alive. Never rejects. */
export async function convertInThread(
  task: PageTask,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<PageAnswer> {
  const { Worker } = await import("node:worker_threads");
  if (signal.aborted) return { kind: "failed", why: "canceled" };
  const { promise, resolve } = Promise.withResolvers<PageAnswer>();
  const worker = new Worker(threadModule("src/tools/fetch/page-worker.ts"), { workerData: task });
  worker.unref();
  const fail = (why: string): void => {
    resolve({ kind: "failed", why });
  };
  worker.on("message", (answer: PageAnswer) => {
    resolve(answer);
  });
  worker.on("error", (error) => {
    fail(error instanceof Error ? error.message : "unknown");
  });
  worker.on("exit", () => {
    fail("the thread ended early");
  });
  const timer = setTimeout(() => {
    fail(`it takes longer than ${timeoutMs / 1000} s`);
  }, timeoutMs);
  const stop = (): void => {
    fail("canceled");
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    void worker.terminate();
  }
}
