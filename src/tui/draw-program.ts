import { must } from "../lib/assert.ts";
import type { ProgramOptions } from "./program-options.ts";
import type { SessionWidget } from "./session-widgets.ts";
import { shownTheme } from "./shown-theme.ts";
import type { UiState } from "./state.ts";
import { drawScreen, type Screen, type Widgets } from "./view/screen.ts";

export interface ProgramLook {
  readonly renderDisplay: ProgramOptions["renderDisplay"];
  readonly dialogs: Widgets["dialogs"];
  /** Of the shown session. */
  readonly widget: SessionWidget | undefined;
  /** The frame comes between others: what is costly may be shown as it was. */
  readonly mayLag: boolean;
}

/** The state, and what the kit holds of the shown session, as a frame. */
export function drawProgram(state: UiState, { renderDisplay, dialogs, widget, mayLag }: ProgramLook): Screen {
  const theme = shownTheme(state);
  const isFocused = state.focus === "transcript" && state.dialogs.length === 0;
  return drawScreen(state, {
    theme,
    renderDisplay,
    dialogs,
    transcript: (size) => widget?.pane.draw({ theme, size, diffMode: state.diffMode, isFocused, mayLag }) ?? [],
    searchStatus: () => widget?.pane.searchStatus() ?? null,
    editor: (size) => must(widget, "an open session").editor.render(size, theme),
  });
}
