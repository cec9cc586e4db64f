import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { ModelChoice } from "../schema/model.ts";
import { globalDataFile, saveSettings } from "./save-setting.ts";

/** As many as Crush keeps. */
const recentMax = 5;

function toEntry(choice: ModelChoice): JsonObject {
  const { provider, model, reasoningEffort, think, maxTokens, temperature, topP, topK, providerOptions } = choice;
  return {
    model,
    provider,
    ...(reasoningEffort !== undefined && { reasoning_effort: reasoningEffort }),
    ...(think !== undefined && { think }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
    ...(providerOptions !== undefined && { provider_options: providerOptions }),
  };
}

function recentModels(settings: JsonObject, size: string, choice: ModelChoice): JsonValue[] {
  const all = settings["recent_models"];
  const list = isJsonObject(all) && Array.isArray(all[size]) ? all[size] : [];
  const others = list.filter(
    (entry) => !isJsonObject(entry) || entry["provider"] !== choice.provider || entry["model"] !== choice.model,
  );
  return [{ model: choice.model, provider: choice.provider }, ...others].slice(0, recentMax);
}

/** Makes a model the default of new sessions, in the global data file; Crush's too. Throws AppError as saveSettings. */
export async function saveModelChoice(
  globalDataDirectory: string,
  size: "large" | "small",
  choice: ModelChoice,
): Promise<void> {
  await saveSettings(globalDataFile(globalDataDirectory), (settings) => [
    { keys: ["models", size], value: toEntry(choice) },
    { keys: ["recent_models", size], value: recentModels(settings, size, choice) },
  ]);
}
