import type { ModelProblem } from "../../app/app.ts";
import { type Change, change, notify } from "../change.ts";
import type { UiState } from "../state.ts";

/** No model can be used: the first start's offer, or, where the session's own model is gone, the model picker. */
export function asksForSetup(state: UiState, problem: ModelProblem): Change {
  if (problem.code === "model-missing" || !state.setting.hasDefaultModel) {
    return change(state, { type: "read-providers", purpose: "onboarding" });
  }
  const noticed = notify(state, { tone: "warning", text: problem.message, hint: problem.hint });
  return change(noticed.state, ...noticed.effects, { type: "read-providers", purpose: "models" });
}
