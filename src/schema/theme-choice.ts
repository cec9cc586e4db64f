/** How the screen looks: `auto` follows the terminal's background, `none` uses no colours. */
export const themeChoices = ["auto", "dark", "light", "high-contrast", "none"] as const;

export type ThemeChoice = (typeof themeChoices)[number];
