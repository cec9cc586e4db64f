import { isModelProblem } from "../../app/app.ts";
import type { SpanLine } from "../../term/span-line.ts";
import { span, truncateLine } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Theme } from "../../term/theme.ts";
import { keyLabelOf } from "../commands/shown-keys.ts";
import { homePath } from "../format.ts";
import { isBusy, type OpenSession, shownDesk, type UiState } from "../state.ts";

/** What is typed or pressed, and what it does: the key of a command, else its word. */
function entries(state: UiState): readonly (readonly [string, string])[] {
  const key = (command: string, word: string): string => keyLabelOf(state, command) || word;
  return [
    ["@path", "names a file"],
    ["!command", "runs a command of your own"],
    [key("palette", "/"), "lists what can be done"],
    [key("sessions", "/sessions"), "finds other sessions"],
    [key("help", "/help"), "shows all keys"],
  ];
}

function firstWords({ model }: OpenSession): string {
  if (isModelProblem(model)) return "No model answers here yet: /setup chooses one.";
  if (model.provider.type === "practice") return "The practice model is no AI. Say hello to see what it understands.";
  return "Say what is to be done, in your own words.";
}

/** Where nothing has been said yet: how to begin. Empty as soon as something is, or where there is no room. */
export function emptySession(
  state: UiState,
  look: { readonly theme: Theme; readonly width: number; readonly height: number },
): readonly SpanLine[] {
  const { session, setting } = state;
  const { theme, width, height } = look;
  if (session === null || session.details.session.messageCount > 0 || isBusy(shownDesk(state))) return [];
  const { facts } = session.details;
  const branch = facts?.gitBranch ?? "";
  const place = sanitizeLine(homePath(setting.projectRoot, setting.homeDirectory));
  const rows: SpanLine[] = [
    [
      span("New session", theme.accentStrong),
      span(` in ${place}`, theme.muted),
      span(branch === "" ? "" : `  ⎇ ${sanitizeLine(branch)}`, theme.muted),
    ],
    [],
    [span(firstWords(session), theme.text)],
    [],
    ...entries(state).map(([keys, does]): SpanLine => [span(keys.padEnd(11), theme.helpKey), span(does, theme.muted)]),
  ];
  if (rows.length + 2 > height) return [];
  const above = Math.floor((height - rows.length) / 3);
  return [...Array.from({ length: above }, () => []), ...rows.map((row) => truncateLine([span("  "), ...row], width))];
}
