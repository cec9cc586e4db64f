import type { ModelChoice } from "../../schema/model.ts";
import { type Change, change, closeDialog, openDialog } from "../change.ts";
import type { ModelItem, ModelUse } from "../dialogs/dialog.ts";
import type { UiState } from "../state.ts";
import { emptyField } from "../text-field.ts";

function choose(state: UiState, choice: ModelChoice, use: ModelUse): Change {
  const isLarge = use.size === "large";
  const isPractice = state.providers.some(({ id, type }) => id === choice.provider && type === "practice");
  const isFirst = !state.setting.hasDefaultModel;
  // The practice model is for trying things out here; it never becomes what other projects start with.
  const defaultOf = !isPractice && (use.isDefault || !isLarge || isFirst) ? use.size : null;
  const closed = ["models", "effort", "key", "onboarding"] as const;
  return change(
    closed.reduce<UiState>((next, kind) => closeDialog(next, kind), state),
    {
      type: "choose-model",
      sessionId: isLarge ? (state.session?.id ?? null) : null,
      choice,
      defaultOf,
    },
  );
}

/** A model was picked: asks for what is missing (a key, then the reasoning effort), then uses it. */
export function useModel(state: UiState, item: ModelItem, use: ModelUse): Change {
  if (!item.isUsable) {
    const { providerId, providerName, keyVariable } = item;
    return change(
      openDialog(state, {
        kind: "key",
        providerId,
        providerName,
        keyVariable,
        field: emptyField,
        isSaving: false,
        item,
        use,
      }),
    );
  }
  const choice: ModelChoice = { provider: item.providerId, model: item.model.id };
  const levels = item.model.reasoningLevels;
  if (levels.length === 0) return choose(state, choice, use);
  const preset = levels.indexOf(item.model.defaultReasoningEffort ?? "");
  const selected = preset < 0 ? 0 : preset;
  return change(openDialog(state, { kind: "effort", choice, modelName: item.model.name, levels, selected, use }));
}

export function useEffort(
  state: UiState,
  choice: ModelChoice,
  chosen: { readonly effort: string; readonly use: ModelUse },
): Change {
  return choose(state, { ...choice, reasoningEffort: chosen.effort }, chosen.use);
}
