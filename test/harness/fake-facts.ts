/** Models, providers, configuration and figures that look real, for tests of front ends. */
import { noBudget } from "../../src/schema/budget.ts";
import type { ResolvedModel, SessionMetrics } from "../../src/app/app.ts";
import type { SessionFigures } from "../../src/app/session-figures.ts";
import type { Config } from "../../src/config/config.ts";
import type { ModelInfo, ProviderSettings } from "../../src/schema/model.ts";
import { noUsage } from "../../src/schema/usage.ts";

export const fakeNowSeconds = 1_780_000_000;

export function fakeModel(part: Partial<ModelInfo> = {}): ModelInfo {
  return {
    id: "oak-1",
    name: "Oak 1",
    prices: { input: 1, output: 5, cacheWrite: 1.25, cacheRead: 0.1 },
    contextWindow: 200_000,
    defaultMaxTokens: 8000,
    canReason: false,
    reasoningLevels: [],
    defaultReasoningEffort: null,
    supportsImages: true,
    ...part,
  };
}

export function fakeProvider(part: Partial<ProviderSettings> = {}): ProviderSettings {
  return {
    id: "acme",
    name: "Acme",
    type: "openai-compat",
    baseUrl: "http://127.0.0.1:1/v1",
    apiKey: "a-key",
    keyVariable: "ACME_API_KEY",
    extraHeaders: {},
    extraBody: {},
    providerOptions: {},
    systemPromptPrefix: "",
    isFlatRate: false,
    defaultLargeModelId: "oak-1",
    defaultSmallModelId: "oak-1",
    models: [fakeModel()],
    ...part,
  };
}

export const practiceProvider: ProviderSettings = fakeProvider({
  id: "practice",
  name: "Practice",
  type: "practice",
  apiKey: "",
  keyVariable: null,
  defaultLargeModelId: "practice",
  models: [fakeModel({ id: "practice", name: "Practice model", contextWindow: 0, prices: null })],
});

export function fakeConfig(part: Partial<Config> = {}): Config {
  return {
    workingDirectory: "/home/ada/forge",
    projectRoot: "/home/ada/forge",
    dataDirectory: "/home/ada/forge/.crush",
    globalDataDirectory: "/home/ada/.local/share/crush",
    globalConfigDirectory: "/home/ada/.config/crush",
    models: { large: { provider: "acme", model: "oak-1" } },
    providers: {},
    disableDefaultProviders: false,
    options: {
      contextPaths: [],
      globalContextPaths: [],
      debug: false,
      disabledTools: [],
      isCompact: false,
      diffMode: null,
      theme: "auto",
      attribution: { trailerStyle: "none", generatedWith: false },
      requestsMax: 16,
      notifications: "osc",
      backups: { daily: true, keep: 7 },
    },
    toolLimits: { lsMaxDepth: null, lsMaxItems: null, grepTimeoutMs: null, globTimeoutMs: null },
    budgets: { session: noBudget, day: noBudget, project: noBudget },
    keptBudgets: { session: noBudget, day: noBudget, project: noBudget },
    allowedTools: [],
    keys: {},
    isYolo: false,
    isTrusted: false,
    trustHash: null,
    trustedLinks: [],
    untrusted: [],
    problems: [],
    files: [],
    surroundings: {
      homeDirectory: "/home/ada",
      noColor: false,
      term: "xterm-256color",
      colorTerm: "truecolor",
      isInTmux: false,
      isRemote: false,
      editor: "vi",
      pager: null,
      calledAs: "crush",
      keys: {},
      keyValues: [],
      endpoints: {},
      childEnvironment: {},
    },
    ...part,
  };
}

export const noMetrics: SessionMetrics = {
  messageCount: 0,
  turnCount: 0,
  isMeasured: true,
  hasAnswer: true,
  consumed: noUsage,
  knownCostUsd: 0,
  unknownCostRequests: 0,
  titles: { consumed: noUsage, knownCostUsd: 0, unknownCostRequests: 0 },
  children: { consumed: noUsage, knownCostUsd: 0, unknownCostRequests: 0 },
  contextTokens: 0,
  contextWindow: 200_000,
  durationMs: 0,
  files: [],
};

export const noFigures: SessionFigures = {
  messageCount: 0,
  tokens: 0,
  isEstimated: false,
  costUsd: 0,
  isCostPartial: false,
  files: { changed: 0, additions: 0, removals: 0 },
  branch: null,
  childCount: 0,
};

/** The provider's first model, ready to be used. */
export function resolvedModel(provider: ProviderSettings): ResolvedModel {
  const info = provider.models[0] ?? fakeModel();
  return { choice: { provider: provider.id, model: info.id }, provider, info };
}
