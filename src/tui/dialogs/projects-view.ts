import { unreachable } from "../../lib/assert.ts";
import { highlightMatches } from "../../term/fuzzy-match.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { SpanLine } from "../../term/span-line.ts";
import { line, span, wrapSpans } from "../../term/spans.ts";
import { ageText, homePath, plural } from "../format.ts";
import { shownTitle } from "../shown-title.ts";
import type { ProjectsDialog } from "./dialog.ts";
import type { DialogView, DialogViewContext } from "./dialog-module.ts";
import { fieldLine } from "./field-line.ts";
import { type ListRow, listRows } from "./list-rows.ts";
import { hashOf, notSearched, type ProjectRow, projectRows } from "./project-rows.ts";
import { hitText } from "./session-row.ts";

const widthMax = 130;

interface Look {
  readonly context: DialogViewContext;
  readonly query: string;
  readonly room: number;
}

function factsOf(row: ProjectRow, atSeconds: number | undefined, { context }: Look): SpanLine {
  const age = atSeconds === undefined ? "" : ageText(atSeconds, context.state.nowMs);
  return [span(`${age.padStart(6)} ${(hashOf(row) ?? "").slice(0, 7).padEnd(7)}`, context.theme.muted)];
}

function rowLine(row: ProjectRow, look: Look): ListRow {
  const { theme, state } = look.context;
  switch (row.kind) {
    case "project": {
      const { path, sessions, problem } = row.project;
      const name = sanitizeLine(homePath(path, state.setting.homeDirectory));
      const count = sessions.length === 0 ? "no sessions" : plural(sessions.length, "session");
      const told = problem === null ? span(` ${count}`, theme.muted) : span(` ${sanitizeLine(problem)}`, theme.warning);
      return { left: [...highlightMatches(name, look.query, { text: theme.accent, matched: theme.matched }), told] };
    }
    case "session": {
      const title = shownTitle(row.session.title);
      return {
        left: [span("  "), ...highlightMatches(title, look.query, { text: theme.text, matched: theme.matched })],
        right: factsOf(row, row.session.updatedAt, look),
      };
    }
    case "hit":
      return {
        left: [span("  "), ...hitText(row.hit, { theme, width: look.room - 18 })],
        right: factsOf(row, row.hit.atSeconds, look),
      };
    default:
      return unreachable(row);
  }
}

/** Under the entry: what became of the choice, else what enter does. */
function headLines(dialog: ProjectsDialog, { state, theme }: DialogViewContext, width: number): SpanLine[] {
  if (state.entering !== null) {
    const name = sanitizeLine(homePath(state.entering.target.path, state.setting.homeDirectory));
    const { holder } = state.entering;
    const text = holder === null ? `Opening ${name} …` : `Waiting: its database is locked by ${sanitizeLine(holder)}`;
    return wrapSpans([span(text, theme.warning)], width);
  }
  if (dialog.refusal !== null) return wrapSpans([span(sanitizeLine(dialog.refusal.text), theme.error)], width);
  const [first, ...more] = notSearched(dialog);
  if (first !== undefined) {
    const name = sanitizeLine(homePath(first.path, state.setting.homeDirectory));
    const others = more.length === 0 ? "" : ` and ${plural(more.length, "more project")}`;
    const text = `What was said is not searched in ${name}${others}: ${sanitizeLine(first.why)}`;
    return wrapSpans([span(text, theme.warning)], width);
  }
  const isProject = projectRows(dialog)[dialog.selected]?.kind === "project";
  const where = isProject ? "there, to a new session" : "to this session";
  return [line(`Enter leaves this project and goes ${where}, in this window.`, theme.muted)];
}

export function projectsView(dialog: ProjectsDialog, context: DialogViewContext): DialogView {
  const { theme, area } = context;
  const width = Math.min(area.columns, widthMax);
  const rows = projectRows(dialog);
  const placeholder = "type to search paths, titles, ids and what was said";
  const entry = fieldLine(dialog.filter, { label: "Filter: ", placeholder, width, theme });
  const head = headLines(dialog, context, width);
  const list = listRows({
    count: rows.length,
    selected: dialog.selected,
    first: context.state.listFirst,
    width,
    height: Math.max(1, area.rows - 3 - head.length),
    theme,
    empty: dialog.projects.length === 0 ? "no other project has been used on this machine" : "nothing matches",
    row: (index, room) => {
      const row = rows[index];
      return row === undefined ? { left: [] } : rowLine(row, { context, query: dialog.filter.text, room });
    },
  });
  return {
    title: "Sessions of all other projects",
    width,
    rowsMax: area.rows,
    body: [entry.line, ...head, ...list.rows],
    items: [null, ...head.map(() => null), ...list.items],
    cursor: { row: 0, column: entry.column },
  };
}
