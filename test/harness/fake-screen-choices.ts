import type { ScreenChoices } from "../../src/app/screen-choices.ts";
import type { ThemeChoice } from "../../src/schema/theme-choice.ts";

export class FakeScreenChoices implements ScreenChoices {
  readonly #record: (call: string) => void;

  constructor(record: (call: string) => void) {
    this.#record = record;
  }

  saveTheme(theme: ThemeChoice): Promise<void> {
    this.#record(`saveTheme(${theme})`);
    return Promise.resolve();
  }
}
