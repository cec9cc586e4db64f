import type { Config, ConfigFlags, ConfigProblem } from "./config.ts";
import { inspectSettings } from "./inspect-settings.ts";
import { loadConfig, type LoadOptions } from "./load-config.ts";
import { dottedKey, readSettingsFile } from "./read-settings-file.ts";
import type { DangerousSetting } from "./split-settings.ts";

export interface ConfigCheck {
  /** What stops the start. */
  readonly errors: readonly ConfigProblem[];
  /** What does not: keys that nothing reads, values that could not be used. */
  readonly warnings: readonly ConfigProblem[];
  /** Of the files that hold no error. */
  readonly config: Config;
  /** All that needs trust, whether it is given or not. */
  readonly dangerous: readonly DangerousSetting[];
}

function unknownKeys(file: string): ConfigProblem[] {
  const reading = readSettingsFile(file);
  if (reading.kind !== "read") return [];
  return inspectSettings(reading.settings).map(({ keys }) => ({
    file,
    key: dottedKey(keys),
    reason: "unknown key; it is kept, and has no effect",
  }));
}

/** Reads all files and tells everything that is wrong with them. Throws AppError only as the directories do. */
export function checkConfig(flags: ConfigFlags, options: LoadOptions): ConfigCheck {
  const errors: ConfigProblem[] = [];
  let dangerous: readonly DangerousSetting[] = [];
  const config = loadConfig(flags, {
    ...options,
    onFaultyFile: (problems) => {
      errors.push(...problems);
    },
    onDangerous: (settings) => {
      dangerous = settings;
    },
  });
  const warnings = [...config.problems, ...config.files.flatMap((file) => unknownKeys(file))];
  return { errors, warnings, config, dangerous };
}
