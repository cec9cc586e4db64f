import { type ThemeChoice, themeChoices } from "../../schema/theme-choice.ts";
import { andThen, type Change, change, notify, openDialog } from "../change.ts";
import type { UiState } from "../state.ts";

/** Takes a theme and keeps it. */
export function chooseTheme(state: UiState, theme: ThemeChoice): Change {
  const noticed = notify({ ...state, theme }, { tone: "success", text: `Theme: ${theme}` });
  return andThen(noticed, (next) => change(next, { type: "save-theme", theme }));
}

/** `/theme light` takes it at once; `/theme` shows them. */
export function askForTheme(state: UiState, name: string): Change {
  if (name === "") {
    return change(openDialog(state, { kind: "theme", selected: themeChoices.indexOf(state.theme) }));
  }
  const theme = themeChoices.find((choice) => choice === name);
  if (theme !== undefined) return chooseTheme(state, theme);
  return notify(state, { tone: "warning", text: `no theme "${name}"`, hint: `there are ${themeChoices.join(", ")}` });
}
