import type { App } from "../app/app.ts";
import type { Size } from "../term/terminal-event.ts";
import { resolveKeys } from "./commands/key-table.ts";
import { noRecentSessions } from "./recent-sessions.ts";
import { emptyEditor, type UiState } from "./state.ts";

/** Before the first session is open. Reads only what the app has at hand. */
export function initialState(
  app: App,
  place: { readonly size: Size; readonly nowMs: number; readonly hasColors?: boolean },
): UiState {
  const { config } = app;
  return {
    setting: {
      workingDirectory: config.workingDirectory,
      projectRoot: config.projectRoot,
      homeDirectory: config.surroundings.homeDirectory,
      editor: config.surroundings.editor,
      calledAs: config.surroundings.calledAs,
      isTrusted: config.isTrusted,
      untrusted: config.untrusted,
      hasDefaultModel: config.models.large !== undefined,
      hasColors: place.hasColors ?? true,
    },
    keys: resolveKeys(config.keys),
    size: place.size,
    nowMs: place.nowMs,
    focus: "editor",
    session: null,
    desks: {},
    recent: noRecentSessions,
    dialogs: [],
    dialogScrollMax: 0,
    listFirst: null,
    notices: [],
    forkedPart: null,
    editor: emptyEditor,
    completion: null,
    search: null,
    selection: null,
    providers: [],
    hasTerminalFocus: true,
    leavesAfter: null,
    destination: null,
    entering: null,
    isYolo: app.isYolo(),
    isCompact: config.options.isCompact,
    theme: config.options.theme,
    appearance: "dark",
    diffMode: config.options.diffMode,
    cancelArmedUntilMs: 0,
    nextNumber: 1,
    nextPaste: 1,
  };
}
