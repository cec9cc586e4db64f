import { type ThemeChoice, themeChoices } from "../../schema/theme-choice.ts";
import { line, span } from "../../term/spans.ts";
import { type Change, change, closeDialog } from "../change.ts";
import type { UiState } from "../state.ts";
import { chooseTheme } from "../update/choose-theme.ts";
import type { ThemeDialog } from "./dialog.ts";
import type { DialogModule } from "./dialog-module.ts";
import { closeKey, putDialog, selectionKeys } from "./list-keys.ts";
import { listRows } from "./list-rows.ts";

const notes: Readonly<Record<ThemeChoice, string>> = {
  auto: "as the terminal's background is",
  dark: "for dark backgrounds",
  light: "for light backgrounds",
  "high-contrast": "few and strong colours",
  none: "no colours",
};

function choose(dialog: ThemeDialog, state: UiState): Change {
  const theme = themeChoices[dialog.selected];
  return theme === undefined ? change(state) : chooseTheme(closeDialog(state, "theme"), theme);
}

/** The themes; the screen shows the one under the cursor. */
export const themeDialog: DialogModule<ThemeDialog> = {
  keys: () => [
    { source: "theme.keep", label: "keep", run: choose },
    ...selectionKeys<ThemeDialog>(() => themeChoices.length),
    closeKey<ThemeDialog>("theme", "theme.close", "leave as it was"),
  ],
  click: (dialog, item, state) => putDialog(state, { ...dialog, selected: item }),
  view: (dialog, { theme, area, state }) => {
    const width = Math.min(area.columns, 56);
    const list = listRows({
      count: themeChoices.length,
      selected: dialog.selected,
      width,
      height: Math.max(1, area.rows - 6),
      theme,
      empty: "",
      row: (index) => {
        const choice = themeChoices[index] ?? "auto";
        const mark = choice === state.theme ? "✓ " : "  ";
        return { left: [span(`${mark}${choice}`, theme.text)], right: [span(notes[choice], theme.muted)] };
      },
    });
    const sample = [
      span("✓ done  ", theme.success),
      span("! careful  ", theme.warning),
      span("✗ failed  ", theme.error),
      span("link", theme.link),
      span("  quiet", theme.muted),
    ];
    const code = [
      span("const ", theme.code.keyword),
      span("theme = ", theme.code.plain),
      span('"code"', theme.code.string),
    ];
    const rows = [sample, code, line("+ added", theme.diff.added), line("- removed", theme.diff.removed)];
    return {
      title: "Theme",
      width,
      body: [...list.rows, [], ...rows],
      items: [...list.items, null, ...rows.map(() => null)],
    };
  },
};
