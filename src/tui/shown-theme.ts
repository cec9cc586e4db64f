import { type ThemeChoice, themeChoices } from "../schema/theme-choice.ts";
import type { Theme } from "../term/theme.ts";
import { themes } from "../term/themes.ts";
import { topDialog, type UiState } from "./state.ts";

function themeOf(choice: ThemeChoice, appearance: "dark" | "light"): Theme {
  if (choice === "auto") return themes[appearance];
  return choice === "high-contrast" ? themes[`high-contrast-${appearance}`] : themes[choice];
}

/** What is being looked at in the dialog of themes, else the person's choice; without colours always none. */
export function shownTheme(state: UiState): Theme {
  if (!state.setting.hasColors) return themes.none;
  const dialog = topDialog(state);
  const preview = dialog?.kind === "theme" ? themeChoices[dialog.selected] : undefined;
  return themeOf(preview ?? state.theme, state.appearance);
}
