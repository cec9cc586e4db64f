import type { App } from "./app.ts";
import type { Context } from "./context.ts";
import { leftQuestions } from "./left-questions.ts";
import { resumeTurn } from "./resume-turn.ts";
import type { Work } from "./work.ts";

/** Questions for leave that outlive the program that asked them. */
export function questionUseCases(
  context: Context,
  work: Work,
): Pick<App, "resumeTurn" | "leftQuestions" | "leaveQuestions"> {
  return {
    resumeTurn: async (sessionId, requestId, answer) => resumeTurn(context, work, { sessionId, requestId, answer }),
    leftQuestions: () => context.store.read((tx) => leftQuestions(tx)).map(({ request }) => request),
    leaveQuestions: async () => {
      const { desk } = work.readyEngine() ?? {};
      const asking = work.turns.running().filter((sessionId) => (desk?.pending(sessionId).length ?? 0) > 0);
      await Promise.all(asking.map(async (sessionId) => work.claims.leave(sessionId)));
    },
  };
}
