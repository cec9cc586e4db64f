import { isModelProblem } from "./app.ts";
import type { Context } from "./context.ts";
import { requestsMax } from "./request-gate.ts";
import { sessionModel } from "./session-model.ts";
import type { TurnRegistry } from "./turn-registry.ts";

/**
 * Resolves when the turns that run here leave the provider a place, and where `signal` says so. Between the steps of a
 * turn, while its tools run, there only seems to be one.
 */
export async function freeProvider(
  context: Pick<Context, "config" | "store" | "models">,
  turns: TurnRegistry,
  { providerId, signal }: { readonly providerId: string; readonly signal: AbortSignal },
): Promise<void> {
  const aborted = Promise.withResolvers<undefined>();
  const stop = (): void => {
    aborted.resolve(undefined);
  };
  signal.addEventListener("abort", stop, { once: true });
  const limit = requestsMax(context.config, providerId);
  const users = (): Promise<void>[] =>
    turns.running().flatMap((sessionId) => {
      const model = sessionModel(context, sessionId);
      const turn = turns.get(sessionId);
      return turn === undefined || isModelProblem(model) || model.provider.id !== providerId ? [] : [turn.done];
    });
  try {
    for (let left = users(); left.length >= limit && !signal.aborted; left = users()) {
      await Promise.race([aborted.promise, ...left]);
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
