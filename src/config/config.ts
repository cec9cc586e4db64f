import type { Budget, BudgetScope } from "../schema/budget.ts";
import type { JsonObject } from "../lib/json.ts";
import type { ThemeChoice } from "../schema/theme-choice.ts";
import type { ModelChoice, ModelInfo, ModelPrices, ProviderType } from "../schema/model.ts";

/** What flags say, before anything is read. */
export interface ConfigFlags {
  /** `-c/--cwd`: absolute or relative to the process's directory. */
  readonly cwd?: string;
  readonly dataDirectory?: string;
  readonly debug?: boolean;
  readonly yolo?: boolean;
  /** `run --trust`: this project's own config is believed for this run. */
  readonly trust?: boolean;
}

/** Those that are given; a 0 is one. */
export type ConfiguredPrices = Partial<ModelPrices>;

/** What is said of a model: the rest is as the catalogue has it, where that knows the model. */
export type ConfiguredModel = Partial<Omit<ModelInfo, "id" | "prices">> & {
  readonly id: string;
  readonly prices?: ConfiguredPrices;
};

export interface ProviderConfig {
  readonly id: string;
  readonly name?: string;
  readonly baseUrl?: string;
  readonly type?: ProviderType;
  /** Expanded; undefined where the expansion gave nothing, or needs a program (see `unresolved`). */
  readonly apiKey?: string;
  readonly isDisabled: boolean;
  readonly systemPromptPrefix?: string;
  readonly extraHeaders: Readonly<Record<string, string>>;
  readonly extraBody: JsonObject;
  readonly providerOptions: JsonObject;
  readonly isFlatRate: boolean;
  /** At a time; undefined: as `options.requestsMax`. */
  readonly requestsMax?: number;
  readonly models: readonly ConfiguredModel[];
  /**
   * Values whose expansion runs a program (`$(…)`) or fails, by key: `api_key`, `base_url`, `extra_headers.<name>`.
   * Empty for nearly everyone. `resolveProvider` of config/resolve-provider.ts gives the provider with them expanded;
   * call it before the first request, never to list providers. A provider with `api_key` in here counts as having a key.
   */
  readonly unresolved: Readonly<Record<string, string>>;
}

/** A setting of the project's own config that is ignored until the project is trusted. */
export interface UntrustedSetting {
  readonly file: string;
  /** Dotted path of the key, such as `providers.openai.base_url`. */
  readonly key: string;
  /** What it could do, in one clause. */
  readonly reason: string;
}

export interface ConfigProblem {
  readonly file: string;
  readonly key: string;
  readonly reason: string;
}

/** Facts of the process's surroundings, read once from the environment. */
export interface Surroundings {
  readonly homeDirectory: string;
  readonly noColor: boolean;
  readonly term: string;
  readonly colorTerm: string;
  readonly isInTmux: boolean;
  /** Over SSH: the terminal is another machine's. */
  readonly isRemote: boolean;
  readonly editor: string | null;
  readonly pager: string | null;
  /** `crush` or `crush-ts`: the name that was called. */
  readonly calledAs: string;
  /** Non-empty values of the variables that hold keys: those that the catalogue names, and those that settings take keys from. */
  readonly keys: Readonly<Record<string, string>>;
  /** All values of these variables and of their `CRUSH_` forms, for masking. */
  readonly keyValues: readonly string[];
  /** Non-empty variables named `*_API_ENDPOINT`: addresses that replace the providers' own, as the catalogue means them. */
  readonly endpoints: Readonly<Record<string, string>>;
  /**
   * For child processes: the whole environment without the providers' key variables, with config's `env` (trusted) added.
   * Read it late: where `env` holds `$(…)`, the first reading runs these programs.
   */
  readonly childEnvironment: Readonly<Record<string, string>>;
}

/** One frozen object: files + environment + flags. */
export interface Config {
  /** Absolute; where relative paths of this run start. */
  readonly workingDirectory: string;
  /** The git worktree's root, else the working directory. Absolute. */
  readonly projectRoot: string;
  /** `.crush` as crush-database.md finds it. Absolute. */
  readonly dataDirectory: string;
  /** Holds the global data `crush.json` (keys, chosen models), `projects.json`, trust records. */
  readonly globalDataDirectory: string;
  readonly globalConfigDirectory: string;
  readonly models: { readonly large?: ModelChoice; readonly small?: ModelChoice };
  readonly providers: Readonly<Record<string, ProviderConfig>>;
  readonly disableDefaultProviders: boolean;
  readonly options: {
    /** As configured, besides the well-known names (config/context-files.ts). */
    readonly contextPaths: readonly string[];
    readonly globalContextPaths: readonly string[];
    readonly debug: boolean;
    readonly disabledTools: readonly string[];
    readonly isCompact: boolean;
    readonly diffMode: "unified" | "split" | null;
    readonly theme: ThemeChoice;
    readonly attribution: {
      readonly trailerStyle: "none" | "co-authored-by" | "assisted-by";
      readonly generatedWith: boolean;
    };
    /** How a person who looks at another window is told that a session asks or has ended. */
    readonly notifications: "osc" | "bell" | "none";
    /** Requests that one provider gets at a time. */
    readonly requestsMax: number;
    /** Daily ones of the session database, in the global data directory. */
    readonly backups: { readonly daily: boolean; readonly keep: number };
  };
  readonly toolLimits: {
    readonly lsMaxDepth: number | null;
    readonly lsMaxItems: number | null;
    readonly grepTimeoutMs: number | null;
    readonly globTimeoutMs: number | null;
  };
  readonly allowedTools: readonly string[];
  readonly budgets: Readonly<Record<BudgetScope, Budget>>;
  /** Those of the global data `crush.json` alone, which `KeptBudgets` follows. */
  readonly keptBudgets: Readonly<Record<BudgetScope, Budget>>;
  /** Keys of the screen's commands, as written: by the command's id, keys apart by blanks; "" for none. */
  readonly keys: Readonly<Record<string, string>>;
  readonly isYolo: boolean;
  /** False exactly where `untrusted` names something. */
  readonly isTrusted: boolean;
  /** What the person's trust would cover, for `trustProject` of config/trust-project.ts; null where nothing needs trust. */
  readonly trustHash: string | null;
  /** Context files that are links leaving the project, and may be followed. Absolute, of the links themselves. */
  readonly trustedLinks: readonly string[];
  readonly untrusted: readonly UntrustedSetting[];
  readonly problems: readonly ConfigProblem[];
  /** Files that were read, lowest precedence first. */
  readonly files: readonly string[];
  readonly surroundings: Surroundings;
}
