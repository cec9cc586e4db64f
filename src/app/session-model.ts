import type { SessionId } from "../schema/ids.ts";
import type { ModelChoice } from "../schema/model.ts";
import { lastAssistantMessage } from "../store/message-pages.ts";
import { changeSessionFacts, getSessionFacts } from "../store/session-facts.ts";
import { AppError } from "../lib/app-error.ts";
import { isModelProblem } from "./app.ts";
import type { ModelProblem, ResolvedModel } from "./app.ts";
import type { Context } from "./context.ts";

/**
 * What a session runs on: what was chosen for it, else what it ran on last (a session that Crush began), else the
 * default of new sessions.
 */
export function sessionModel(
  context: Pick<Context, "store" | "models">,
  sessionId: SessionId,
): ResolvedModel | ModelProblem {
  const choice = sessionChoice(context, sessionId) ?? context.models.defaultChoice("large");
  if (choice !== undefined) return context.models.resolve(context.models.completed(choice));
  return {
    code: "model-missing",
    message: "no model is configured",
    hint: "run `crush login <provider>`, start a local model server, or try the practice model (-m practice/practice)",
  };
}

function sessionChoice({ store }: Pick<Context, "store">, sessionId: SessionId): ModelChoice | undefined {
  return store.read((tx) => {
    const facts = getSessionFacts(tx, sessionId);
    if (facts?.provider && facts.model) {
      const { provider, model, reasoningEffort } = facts;
      return { provider, model, ...(reasoningEffort === null ? {} : { reasoningEffort }) };
    }
    const last = lastAssistantMessage(tx, sessionId);
    return last === null || last.provider === null || last.model === ""
      ? undefined
      : { provider: last.provider, model: last.model };
  });
}

/** The session's model, or an AppError that says what to do. */
export function requireModel(context: Pick<Context, "store" | "models">, sessionId: SessionId): ResolvedModel {
  const model = sessionModel(context, sessionId);
  if (isModelProblem(model)) throw new AppError(model.code, model.message, { hint: model.hint });
  return model;
}

/** Throws model-unknown, provider-unknown or key-missing where the choice can't be used. */
export async function chooseModel(
  { store, models, unsaved }: Pick<Context, "store" | "models" | "unsaved">,
  sessionId: SessionId,
  choice: ModelChoice,
): Promise<void> {
  const model = models.resolve(choice);
  if (isModelProblem(model)) throw new AppError(model.code, model.message, { hint: model.hint });
  await store.transact((tx) => {
    unsaved.save(tx, sessionId);
    changeSessionFacts(tx, sessionId, {
      provider: choice.provider,
      model: choice.model,
      reasoningEffort: choice.reasoningEffort ?? null,
    });
  });
}
