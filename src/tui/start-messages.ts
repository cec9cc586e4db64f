import type { App } from "../app/app.ts";
import type { UiState } from "./state.ts";
import type { UiMessage } from "./ui-message.ts";

/** What is said once the first session is shown: whether to trust the project, and what is wrong with the config and was found at the start. */
export function startMessages(
  { config, startWarnings }: Pick<App, "config" | "startWarnings">,
  { keys }: UiState,
): UiMessage[] {
  const trust: UiMessage[] = config.untrusted.length > 0 ? [{ type: "command", command: "trust", argument: "" }] : [];
  const problems = [
    ...config.problems.map(({ file, key, reason }) => `${file}: ${key}: ${reason}`),
    ...keys.problems.map(({ command, reason }) => `config: keys.${command}: ${reason}`),
    ...startWarnings,
  ];
  return [...trust, ...problems.map((text): UiMessage => ({ type: "notify", tone: "warning", text }))];
}
