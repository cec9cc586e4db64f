import type { App } from "../app/app.ts";
import type { UiState } from "./state.ts";
import type { UiMessage } from "./ui-message.ts";

/** What is said once the first session is shown: whether to trust the project, and what is wrong with the config and the database. */
export function startMessages(
  { config, startWarning }: Pick<App, "config" | "startWarning">,
  { keys }: UiState,
): UiMessage[] {
  const trust: UiMessage[] = config.untrusted.length > 0 ? [{ type: "command", command: "trust", argument: "" }] : [];
  const problems = [
    ...config.problems.map(({ file, key, reason }) => `${file}: ${key}: ${reason}`),
    ...keys.problems.map(({ command, reason }) => `config: keys.${command}: ${reason}`),
    ...(startWarning === null ? [] : [startWarning]),
  ];
  return [...trust, ...problems.map((text): UiMessage => ({ type: "notify", tone: "warning", text }))];
}
