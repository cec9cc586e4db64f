import { saveSetting } from "../config/save-setting.ts";
import type { ThemeChoice } from "../schema/theme-choice.ts";

/** What the person chose of the screen's looks, for the next start too. */
export interface ScreenChoices {
  /** In the global data config. Rejects with AppError where it can't be written. */
  saveTheme(theme: ThemeChoice): Promise<void>;
}

/** Whoever leaves right after choosing loses nothing: `settled` is waited for at the end. */
export class KeptScreenChoices implements ScreenChoices {
  readonly #directory: string;
  #saving: Promise<unknown> = Promise.resolve();

  constructor(globalDataDirectory: string) {
    this.#directory = globalDataDirectory;
  }

  saveTheme(theme: ThemeChoice): Promise<void> {
    const saved = saveSetting(this.#directory, { keys: ["options", "tui", "theme"], value: theme });
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  /** Never rejects: who chose has been told. */
  async settled(): Promise<void> {
    await this.#saving;
  }
}
