import { darkTheme } from "./theme-dark.ts";
import { highContrastDark, highContrastLight } from "./theme-high-contrast.ts";
import { lightTheme } from "./theme-light.ts";
import { noneTheme } from "./theme-none.ts";
import type { Theme, ThemeName } from "./theme.ts";

/** A new theme is a file of data and a line here. */
export const themes: Readonly<Record<ThemeName, Theme>> = {
  dark: darkTheme,
  light: lightTheme,
  "high-contrast-dark": highContrastDark,
  "high-contrast-light": highContrastLight,
  none: noneTheme,
};
