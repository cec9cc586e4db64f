import { saveSetting } from "../config/save-setting.ts";
import type { ThemeChoice } from "../schema/theme-choice.ts";

/** What the person chose of the screen's looks, for the next start too. */
export interface ScreenChoices {
  /** In the global data config. Rejects with AppError where it can't be written. */
  saveTheme(theme: ThemeChoice): Promise<void>;
}

export function screenChoices(globalDataDirectory: string): ScreenChoices {
  return {
    saveTheme: (theme) => saveSetting(globalDataDirectory, { keys: ["options", "tui", "theme"], value: theme }),
  };
}
