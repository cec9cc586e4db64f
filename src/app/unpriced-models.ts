import type { SessionId } from "../schema/ids.ts";
import { isModelProblem } from "./app.ts";
import type { Context } from "./context.ts";
import { sessionModel } from "./session-model.ts";

/** What the session's next requests go to, titles included, and has no known price: `provider/model`. */
export function unpricedModels(context: Pick<Context, "store" | "models">, sessionId: SessionId): readonly string[] {
  const large = sessionModel(context, sessionId);
  if (isModelProblem(large)) return [];
  const names = [large.choice, context.models.smallChoice(large.choice)].flatMap((choice) =>
    context.models.isPriceMissing(choice) ? [`${choice.provider}/${choice.model}`] : [],
  );
  return [...new Set(names)];
}
