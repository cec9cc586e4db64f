/** The thread that converts one page, then ends. */
import { parentPort, workerData } from "node:worker_threads";
import { convertPage, type PageTask } from "./convert-page.ts";
import type { PageAnswer } from "./load-page-thread.ts";

async function answer(task: PageTask): Promise<PageAnswer> {
  try {
    return { kind: "converted", text: await convertPage(task) };
  } catch (error) {
    // What the parser can't take, such as elements that are nested too deeply for its stack.
    return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.postMessage(await answer(workerData as PageTask));
