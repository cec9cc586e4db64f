import { isJsonObject } from "../lib/json.ts";
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

/** What is wrong with the keys of the screen's commands: only the screen knows its commands. */
export type JudgeKeys = (
  keys: Readonly<Record<string, string>>,
) => readonly { readonly command: string; readonly reason: string }[];

/** Names the file with the last word on the binding. */
function keyProblems(config: Config, judgeKeys: JudgeKeys): ConfigProblem[] {
  return judgeKeys(config.keys).map(({ command, reason }) => {
    const file = config.files.findLast((candidate) => {
      const reading = readSettingsFile(candidate);
      const keys = reading.kind === "read" ? reading.settings["keys"] : undefined;
      return isJsonObject(keys) && Object.hasOwn(keys, command);
    });
    return { file: file ?? "", key: dottedKey(["keys", command]), reason };
  });
}

/** Reads all files and tells everything that is wrong with them. Throws AppError only as the directories do. */
export function checkConfig(flags: ConfigFlags, options: LoadOptions, judgeKeys?: JudgeKeys): ConfigCheck {
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
  const warnings = [
    ...config.problems,
    ...config.files.flatMap((file) => unknownKeys(file)),
    ...(judgeKeys === undefined ? [] : keyProblems(config, judgeKeys)),
  ];
  return { errors, warnings, config, dangerous };
}
