import { highlightMatches } from "../../term/fuzzy-match.ts";
import { fuzzyScore, fuzzyWord } from "../../term/fuzzy-score.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import { line, span } from "../../term/spans.ts";
import { type Change, change, closeDialog } from "../change.ts";
import { ageText, shortPath } from "../format.ts";
import type { UiState } from "../state.ts";
import { editField, insertIntoField } from "../text-field.ts";
import type { ProjectsDialog } from "./dialog.ts";
import type { DialogModule } from "./dialog-module.ts";
import { fieldLine } from "./field-line.ts";
import { closeKey, putDialog, selectionKeys } from "./list-keys.ts";
import { listRows } from "./list-rows.ts";
import { clampSelection } from "./list-window.ts";

interface Row {
  readonly path: string;
  readonly title: string;
  /** Null: the project itself, without sessions that could be read. */
  readonly hash: string | null;
  readonly updatedAt: number | null;
}

function allRows({ projects }: ProjectsDialog): Row[] {
  return projects.flatMap(({ path, sessions, problem }): Row[] => {
    if (sessions.length === 0) return [{ path, title: problem ?? "no sessions", hash: null, updatedAt: null }];
    return sessions.map(({ session, hash }) => ({ path, title: session.title, hash, updatedAt: session.updatedAt }));
  });
}

function rowsOf(dialog: ProjectsDialog): readonly Row[] {
  const words = dialog.filter.text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "")
    .map(fuzzyWord);
  return allRows(dialog).filter((row) => {
    const text = `${row.title} ${row.path}`.toLowerCase();
    return words.every((word) => fuzzyScore(text, word) !== Number.POSITIVE_INFINITY);
  });
}

/** In a word of the shell. */
function quoted(path: string): string {
  return /^[\w./~@-]+$/u.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** Another project's session runs in its own program: the command that opens it is told, and copied. */
function tell(dialog: ProjectsDialog, state: UiState): Change {
  const row = rowsOf(dialog)[dialog.selected];
  if (row === undefined) return change(state);
  const session = row.hash === null ? "" : ` -s ${row.hash.slice(0, 12)}`;
  const text = `${state.setting.calledAs} -c ${quoted(row.path)}${session}`;
  return change(state, { type: "copy-text", text, what: `To open it: ${text} –` });
}

function putFilter(dialog: ProjectsDialog, filter: ProjectsDialog["filter"], state: UiState): Change {
  const selected = filter.text === dialog.filter.text ? dialog.selected : 0;
  return putDialog(state, { ...dialog, filter, selected });
}

/** Sessions of this machine's other projects, to look at. */
export const projectsDialog: DialogModule<ProjectsDialog> = {
  keys: () => [
    {
      source: "projects.open",
      label: "how to open it",
      unavailable: (dialog) => (rowsOf(dialog).length === 0 ? "nothing is chosen" : null),
      run: tell,
    },
    ...selectionKeys<ProjectsDialog>((dialog) => rowsOf(dialog).length),
    {
      source: "projects.this-project",
      label: "this project",
      run: (_dialog, state) => change(closeDialog(state, "projects")),
    },
    closeKey<ProjectsDialog>("projects", "projects.close"),
  ],
  type: (dialog, key, state) => {
    const filter = editField(dialog.filter, key);
    return filter === undefined ? undefined : putFilter(dialog, filter, state);
  },
  paste: (dialog, text, state) => putFilter(dialog, insertIntoField(dialog.filter, text), state),
  wheel: (dialog, direction, state) =>
    putDialog(state, { ...dialog, selected: clampSelection(dialog.selected + direction, rowsOf(dialog).length) }),
  click: (dialog, item, state) =>
    item === dialog.selected ? tell(dialog, state) : putDialog(state, { ...dialog, selected: item }),
  view: (dialog, { state, theme, area }) => {
    const width = Math.min(area.columns, 130);
    const rows = rowsOf(dialog);
    const entry = fieldLine(dialog.filter, {
      label: "Filter: ",
      placeholder: "type to search titles and paths",
      width,
      theme,
    });
    const list = listRows({
      count: rows.length,
      selected: dialog.selected,
      width,
      height: Math.max(1, area.rows - 4),
      theme,
      empty: dialog.projects.length === 0 ? "no other project has been used on this machine" : "no session matches",
      row: (index) => {
        const row = rows[index];
        if (row === undefined) return { left: [] };
        const title = sanitizeLine(row.title) || "untitled";
        const look = { text: row.hash === null ? theme.muted : theme.text, matched: theme.matched };
        const age = row.updatedAt === null ? "" : ageText(row.updatedAt, state.nowMs);
        return {
          left: [
            span(`${sanitizeLine(shortPath(row.path, state.setting))} `, theme.accent),
            ...highlightMatches(title, dialog.filter.text, look),
          ],
          right: [span(`${age.padStart(6)} ${row.hash?.slice(0, 7) ?? ""}`, theme.muted)],
        };
      },
    });
    return {
      title: "Sessions of all other projects",
      width,
      rowsMax: allRows(dialog).length + 2,
      body: [entry.line, line("Read only: they are opened by a program that works there.", theme.muted), ...list.rows],
      items: [null, null, ...list.items],
      cursor: { row: 0, column: entry.column },
    };
  },
};
