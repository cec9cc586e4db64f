import { AppError } from "../lib/app-error.ts";
import type { PermissionRequest } from "../schema/permission.ts";
import { deleteAsk, insertAsk } from "../store/asks.ts";
import type { Transactions } from "../store/store.ts";
import { encodeQuestion } from "./asked-question.ts";
import type { Context } from "./context.ts";

/** Keeps the open questions of a turn on disk, so that they outlive a process that is killed. */
export interface QuestionKeeper {
  /** Nobody waits for it. */
  add(request: PermissionRequest): void;
  /**
   * Resolves when the question is gone, also for a successor after a loss of power. False: it can't be taken away, and
   * so its call must not run: it would be asked, and run, once more.
   */
  remove(requestId: string): Promise<boolean>;
}

export interface KeeperStores {
  /** Fenced. */
  readonly store: Transactions;
  /** The same; waits for the disk. */
  readonly patient: Transactions;
}

export function questionKeeper(
  { log, secrets }: Pick<Context, "log" | "secrets">,
  { store, patient }: KeeperStores,
): QuestionKeeper {
  return {
    add: (request) => {
      const { id, sessionId, toolCallId } = request;
      const encoded = encodeQuestion(request, secrets());
      store
        .transact((tx) => {
          insertAsk(tx, { id, sessionId, callId: toolCallId, request: encoded });
        })
        .catch((error: unknown) => {
          log.write("warn", "a question could not be kept", { error: codeOf(error) });
        });
    },
    remove: async (requestId) => {
      try {
        await patient.transact(
          (tx) => {
            deleteAsk(tx, requestId);
          },
          { survives: "power-loss" },
        );
        return true;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        log.write("warn", "a question could not be taken away", { error: error.code });
        return false;
      }
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : "unknown";
}
