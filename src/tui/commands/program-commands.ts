import { change, openDialog } from "../change.ts";
import { topDialog, type UiState } from "../state.ts";
import { askForTheme } from "../update/choose-theme.ts";
import { cancelOrDismiss } from "../update/cancel.ts";
import { always, type Command } from "./command.ts";

function askToQuit(state: UiState): ReturnType<Command["run"]> {
  const dialog = topDialog(state);
  if (dialog?.kind === "quit" && dialog.target === null) return change(state, { type: "quit" });
  return change(openDialog(state, { kind: "quit", target: null }));
}

export const programCommands: readonly Command[] = [
  {
    id: "focus",
    title: "Between prompt and transcript",
    group: "Program",
    bindings: [{ context: "global", keys: ["tab", "shift+tab"] }],
    isInPalette: false,
    unavailable: always,
    run: (state) => change({ ...state, focus: state.focus === "editor" ? "transcript" : "editor" }),
  },
  {
    id: "cancel",
    title: "Cancel what runs (twice within 2 seconds)",
    group: "Program",
    bindings: [{ context: "global", keys: ["escape"] }],
    isInPalette: false,
    unavailable: always,
    run: cancelOrDismiss,
  },
  {
    id: "sidebar",
    title: "Sidebar on or off",
    group: "Program",
    bindings: [],
    isInPalette: true,
    word: "sidebar",
    unavailable: always,
    run: (state) => change({ ...state, isCompact: !state.isCompact }),
  },
  {
    id: "theme",
    title: "Theme: dark, light, high contrast, none",
    group: "Program",
    bindings: [],
    isInPalette: true,
    word: "theme",
    argument: "[name]",
    unavailable: (state) => (state.setting.hasColors ? null : "NO_COLOR is set, or the terminal has no colours"),
    run: askForTheme,
  },
  {
    id: "redraw",
    title: "Draw the screen again",
    group: "Program",
    bindings: [],
    isInPalette: true,
    word: "redraw",
    unavailable: always,
    run: (state) => change(state, { type: "redraw" }),
  },
  {
    id: "help",
    title: "Help: all keys",
    group: "Program",
    bindings: [{ context: "global", keys: ["ctrl+g", "f1"] }],
    isInPalette: true,
    word: "help",
    unavailable: always,
    run: (state) => change(openDialog(state, { kind: "help", scroll: 0, about: null })),
  },
  {
    id: "suspend",
    title: "Suspend to the shell (fg comes back)",
    group: "Program",
    bindings: [{ context: "global", keys: ["ctrl+z"] }],
    isInPalette: false,
    unavailable: always,
    run: (state) => change(state, { type: "suspend" }),
  },
  {
    id: "quit",
    title: "Quit, exit",
    group: "Program",
    bindings: [{ context: "global", keys: ["ctrl+c"] }],
    isInPalette: true,
    word: "quit",
    unavailable: always,
    run: askToQuit,
  },
];
