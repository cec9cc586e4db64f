import type { Config } from "../config/config.ts";
import type { UiState } from "./state.ts";
import type { UiMessage } from "./ui-message.ts";

/** What is said once the first session is shown: whether to trust the project, and what is wrong with the config. */
export function startMessages(config: Config, { keys }: UiState): UiMessage[] {
  const trust: UiMessage[] = config.untrusted.length > 0 ? [{ type: "command", command: "trust", argument: "" }] : [];
  const problems = [
    ...config.problems.map(({ file, key, reason }) => `${file}: ${key}: ${reason}`),
    ...keys.problems.map(({ command, reason }) => `config: keys.${command}: ${reason}`),
  ];
  return [...trust, ...problems.map((text): UiMessage => ({ type: "notify", tone: "warning", text }))];
}
