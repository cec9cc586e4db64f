import { type Change, change, closeDialog } from "../change.ts";
import { openCommand } from "../open-command.ts";
import type { UiState } from "../state.ts";
import { editField, insertIntoField, type TextField } from "../text-field.ts";
import type { ProjectsDialog } from "./dialog.ts";
import type { DialogKey, DialogModule } from "./dialog-module.ts";
import { putDialog, selectionKeys } from "./list-keys.ts";
import { clampSelection } from "./list-window.ts";
import { firstMeant, hashOf, projectRows, targetOf } from "./project-rows.ts";
import { projectsView } from "./projects-view.ts";

/** Looking through the databases of all projects takes a while: it is done when no key has come for this long. */
const searchDelayMs = 250;

function chosenUnavailable(dialog: ProjectsDialog): string | null {
  return projectRows(dialog)[dialog.selected] === undefined ? "nothing is chosen" : null;
}

function open(dialog: ProjectsDialog, state: UiState): Change {
  const row = projectRows(dialog)[dialog.selected];
  if (row === undefined || state.entering !== null) return change(state);
  const { state: told } = putDialog(state, { ...dialog, refusal: null });
  return change(told, { type: "check-project", target: targetOf(row) });
}

/** For another window. */
function copy(dialog: ProjectsDialog, state: UiState): Change {
  const row = projectRows(dialog)[dialog.selected];
  if (row === undefined) return change(state);
  const hash = hashOf(row)?.slice(0, 12) ?? null;
  const text = openCommand(state.setting.calledAs, { directory: row.project.path, hash });
  return change(state, { type: "copy-text", text, what: `To open it: ${text} –` });
}

function putFilter(dialog: ProjectsDialog, filter: TextField, state: UiState): Change {
  if (filter.text === dialog.filter.text) return putDialog(state, { ...dialog, filter });
  const next = { ...dialog, filter, selected: 0, said: null, refusal: null };
  const { state: put } = putDialog(state, { ...next, selected: firstMeant(next) });
  return change(
    put,
    { type: "search-projects", query: "" },
    { type: "start-timer", timer: "projects", delayMs: searchDelayMs, isWork: true },
  );
}

/** What is being looked for is looked for no more. */
function close(state: UiState): Change {
  return change(closeDialog(state, "projects"), { type: "search-projects", query: "" });
}

const closingKey: DialogKey<ProjectsDialog> = {
  source: "projects.close",
  label: "close",
  run: (_dialog, state) => (state.entering === null ? close(state) : change({ ...state, entering: null })),
};

/** The other projects of this machine with their sessions: enter goes there, in this window. */
export const projectsDialog: DialogModule<ProjectsDialog> = {
  keys: () => [
    { source: "projects.open", label: "go there", unavailable: chosenUnavailable, run: open },
    ...selectionKeys<ProjectsDialog>((dialog) => projectRows(dialog).length),
    { source: "projects.copy", label: "copy command", unavailable: chosenUnavailable, run: copy },
    { source: "projects.this-project", label: "this project", run: (_dialog, state) => close(state) },
    closingKey,
  ],
  type: (dialog, key, state) => {
    const filter = editField(dialog.filter, key);
    return filter === undefined ? undefined : putFilter(dialog, filter, state);
  },
  paste: (dialog, text, state) => putFilter(dialog, insertIntoField(dialog.filter, text), state),
  wheel: (dialog, direction, state) =>
    putDialog(state, { ...dialog, selected: clampSelection(dialog.selected + direction, projectRows(dialog).length) }),
  click: (dialog, item, state) =>
    item === dialog.selected ? open(dialog, state) : putDialog(state, { ...dialog, selected: item }),
  view: projectsView,
};
