import path from "node:path";
import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Context } from "./context.ts";
import type { ForkMessage, ForkTask } from "./fork-messages.ts";
import { loadForkThread } from "./load-fork-thread.ts";
import type { ForkOptions, ForkResult, ForkTarget } from "./session-organiser.ts";

type ForkContext = Pick<Context, "config" | "events" | "log" | "shortId" | "remover">;

/** See SessionOrganiser.fork. What this process does not finish, the next one removes. */
export async function forkInThread(
  { config, events, log, shortId, remover }: ForkContext,
  { source, target, ownerId }: { readonly source: SessionId; readonly target: ForkTarget; readonly ownerId: string },
  { onProgress }: ForkOptions,
): Promise<ForkResult> {
  const { workingDirectory, projectRoot, dataDirectory } = config;
  const places = { workingDirectory, projectRoot };
  const task = { databasePath: path.join(dataDirectory, "crush.db"), config: places, ownerId, source, target };
  try {
    const result = await inThread(task, onProgress);
    log.write("info", "session forked", { session: shortId(result.sessionId), from: shortId(source) });
    events.emit({ type: "session-created", sessionId: result.sessionId });
    return result;
  } catch (error) {
    remover.resume();
    throw error;
  }
}

async function inThread(task: ForkTask, onProgress: ForkOptions["onProgress"]): Promise<ForkResult> {
  const worker = await loadForkThread(task);
  const { promise, resolve, reject } = Promise.withResolvers<ForkResult>();
  let outcome: ForkMessage | null = null;
  worker.on("message", (message: ForkMessage) => {
    if (message.kind === "progress") onProgress?.(message.part);
    else outcome = message;
  });
  worker.on("error", reject);
  // Not before: until then it has the database open.
  worker.on("exit", () => {
    if (outcome?.kind === "done") resolve(outcome.result);
    else if (outcome?.kind === "refused") {
      const { code, message, hint } = outcome;
      reject(new AppError(code, message, hint === undefined ? {} : { hint }));
    } else reject(new Error("the thread that copies a session ended early"));
  });
  return promise;
}
