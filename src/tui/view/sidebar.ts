import { isModelProblem, type SessionMetrics } from "../../app/app.ts";
import { asSessionId, type SessionId } from "../../schema/ids.ts";
import { totalTokens } from "../../schema/usage.ts";
import type { SpanLine } from "../../term/span-line.ts";
import { line, lineWidth, padLine, span, truncateLine, truncateStart, wrapSpans } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Theme } from "../../term/theme.ts";
import { fileMark } from "../file-mark.ts";
import { todoLine } from "../todo-line.ts";
import { jobText } from "../job-text.ts";
import { costText, shortPath, tokenCount } from "../format.ts";
import { numberOf } from "../recent-sessions.ts";
import { remembering } from "../remembering.ts";
import { deskState } from "./desk-state.ts";
import {
  contextPercent,
  type Desk,
  deskOf,
  isQueued,
  isQueuePaused,
  type OpenSession,
  shownDesk,
  type UiState,
} from "../state.ts";
import { shownTitle } from "../shown-title.ts";

export const sidebarWidth = 34;

export interface SidebarRow {
  readonly line: SpanLine;
  /** The session that a click on the row opens. */
  readonly sessionId: SessionId | null;
}

interface Look {
  readonly theme: Theme;
  readonly width: number;
}

function titleLines(session: OpenSession, { theme, width }: Look): SpanLine[] {
  const title = shownTitle(session.details.session.title);
  const rows = wrapSpans([span(title, theme.strong)], width);
  return rows.length <= 2
    ? rows
    : [...rows.slice(0, 1), truncateLine([...(rows[1] ?? []), span(" …", theme.strong)], width)];
}

function stateLine(desk: Desk, theme: Theme): SpanLine {
  const { text, style } = deskState(desk);
  const jobs = jobText(desk);
  return [span(text, theme[style]), ...(jobs === "" ? [] : [span(` · ${jobs}`, theme.success)])];
}

function modelLines(session: OpenSession, { theme, width }: Look): SpanLine[] {
  const { model } = session;
  if (isModelProblem(model)) return wrapSpans([span(sanitizeLine(model.message), theme.warning)], width);
  const effort = model.choice.reasoningEffort ?? model.info.defaultReasoningEffort;
  return [
    line(sanitizeLine(model.info.name), model.provider.type === "practice" ? theme.warning : theme.text),
    line(
      `${sanitizeLine(model.provider.name)}${effort === null ? "" : ` · effort ${sanitizeLine(effort)}`}`,
      theme.muted,
    ),
  ];
}

const gaugeWidth = 12;

function gaugeLine(metrics: SessionMetrics, theme: Theme): SpanLine {
  const percent = contextPercent(metrics);
  if (percent === null) return [span(`context ${tokenCount(metrics.contextTokens)}`, theme.muted)];
  const style = percent >= 80 ? theme.warning : theme.accent;
  const filled = Math.min(
    gaugeWidth,
    Math.max(metrics.contextTokens > 0 ? 1 : 0, Math.round((percent / 100) * gaugeWidth)),
  );
  return [
    span("━".repeat(filled), style),
    span("─".repeat(gaugeWidth - filled), theme.faint),
    span(` ${percent} % of ${tokenCount(metrics.contextWindow)}`, percent >= 80 ? theme.warning : theme.muted),
  ];
}

function measureLines(metrics: SessionMetrics, theme: Theme): SpanLine[] {
  const percent = contextPercent(metrics);
  return [
    gaugeLine(metrics, theme),
    ...(percent !== null && percent >= 80 ? [line("nearly full: try /compact", theme.warning)] : []),
    ...(metrics.isMeasured ? consumedLines(metrics, theme) : []),
  ];
}

function consumedLines(metrics: SessionMetrics, theme: Theme): SpanLine[] {
  const { consumed } = metrics;
  const mark = consumed.isEstimated ? "~" : "";
  const cache = consumed.cacheReadTokens + consumed.cacheWriteTokens;
  return [
    line(`${mark}${tokenCount(totalTokens(consumed))} tokens consumed`, theme.text),
    line(`  in ${tokenCount(consumed.inputTokens)} · out ${tokenCount(consumed.outputTokens)}`, theme.muted),
    ...(cache > 0
      ? [
          line(
            `  cache ${tokenCount(consumed.cacheReadTokens)} read · ${tokenCount(consumed.cacheWriteTokens)} written`,
            theme.muted,
          ),
        ]
      : []),
    ...(consumed.reasoningTokens > 0
      ? [line(`  of it reasoning ${tokenCount(consumed.reasoningTokens)}`, theme.muted)]
      : []),
    line(costText(metrics, consumed), theme.text),
  ];
}

function markLines(state: UiState, session: OpenSession, theme: Theme): SpanLine[] {
  const { facts: known, hash } = session.details;
  const branch = known?.gitBranch ?? "";
  return [
    line(`id ${hash.slice(0, 7)}${branch === "" ? "" : `  ⎇ ${sanitizeLine(branch)}`}`, theme.muted),
    ...(state.isYolo ? [line("yolo: tools do not ask", theme.warning)] : []),
    ...(state.setting.untrusted.length > 0 && !state.setting.isTrusted
      ? [line("project config not trusted", theme.warning)]
      : []),
  ];
}

function plainRows(lines: readonly SpanLine[]): SidebarRow[] {
  return lines.map((row) => ({ line: row, sessionId: null }));
}

/** A headed list, cut to its share of the rows with the count of the rest. */
function section(head: string, rows: readonly SidebarRow[], look: Look & { readonly room: number }): SidebarRow[] {
  if (rows.length === 0 || look.room < 2) return [];
  const shown = rows.length <= look.room - 1 ? rows : rows.slice(0, Math.max(0, look.room - 2));
  const rest = rows.length - shown.length;
  return [
    ...plainRows([line(head, look.theme.accentStrong)]),
    ...shown,
    ...plainRows(rest > 0 ? [line(`  … ${rest} more`, look.theme.muted)] : []),
  ];
}

function todoRows(session: OpenSession, { theme, width }: Look): SpanLine[] {
  return session.details.session.todos.map((todo) => truncateLine(todoLine(todo, theme), width));
}

function fileRows(state: UiState, session: OpenSession, { theme, width }: Look): SpanLine[] {
  return session.details.metrics.files.map((file) => {
    const counts = `+${file.additions} −${file.removals}`;
    const room = Math.max(6, width - counts.length - 3);
    const path = truncateStart(sanitizeLine(shortPath(file.path, state.setting)), room);
    return [
      span(`${fileMark(file)} `, theme.accent),
      span(`${path} `, theme.text),
      span(`+${file.additions} `, theme.success),
      span(`−${file.removals}`, theme.error),
    ];
  });
}

interface StateMark {
  readonly text: string;
  readonly style: "warning" | "success" | "muted" | "error" | "info";
}

function stateMark(desk: Desk): StateMark | null {
  const { activity, unseen } = desk;
  if (activity.kind === "turn" && activity.phase === "permission") return { text: "?", style: "warning" };
  if (isQueued(activity)) return { text: "⧗", style: "muted" };
  if (activity.kind !== "idle") return { text: "●", style: "success" };
  if (unseen === null) return isQueuePaused(desk) ? { text: "‖", style: "warning" } : null;
  return unseen === "failed" ? { text: "✗", style: "error" } : { text: "✓", style: "info" };
}

function isMarked(desk: Desk): boolean {
  return stateMark(desk) !== null || desk.jobs.length > 0;
}

/** The sessions of this window by their numbers, then those at work that have none. */
function otherSessions(state: UiState): readonly SessionId[] {
  const { numbered } = state.recent;
  const others = Object.keys(state.desks).map(asSessionId);
  const marked = others.filter((id) => !numbered.includes(id) && isMarked(deskOf(state, id)));
  return [...numbered, ...marked].filter((id): id is SessionId => id !== null && id !== state.session?.id);
}

/** Running, waiting, finished unseen, failed, paused, with the number of its key, and what runs in its background. */
function otherRow(state: UiState, sessionId: SessionId, { theme, width }: Look): SpanLine {
  const desk = deskOf(state, sessionId);
  const number = numberOf(state.recent, sessionId);
  const mark = stateMark(desk);
  const jobs = jobText(desk);
  const end = jobs === "" ? [] : [span(` ${jobs}`, theme.success)];
  const row = [
    span(number === 0 ? "  " : `${number} `, theme.muted),
    mark === null ? span("  ") : span(`${mark.text} `, theme[mark.style]),
    span(shownTitle(desk.title), isMarked(desk) ? theme.text : theme.muted),
  ];
  return [...truncateLine(row, width - lineWidth(end)), ...end];
}

/** At most `height` rows, each at most `width` columns. */
function sidebarRows(state: UiState, look: Look & { readonly height: number }): SidebarRow[] {
  const { session } = state;
  if (session === null) return [];
  const { theme, height } = look;
  const head = [
    ...titleLines(session, look),
    stateLine(shownDesk(state), theme),
    [],
    ...modelLines(session, look),
    ...markLines(state, session, theme),
    [],
    ...(session.details.metrics.messageCount > 0 ? measureLines(session.details.metrics, theme) : []),
  ];
  const todos = session.details.session.todos;
  const done = todos.filter((todo) => todo.status === "completed").length;
  const others = otherSessions(state).map((id) => ({ line: otherRow(state, id, look), sessionId: id }));
  const lists = [
    { head: `Todos ${done}/${todos.length}`, rows: plainRows(todoRows(session, look)) },
    { head: "Files", rows: plainRows(fileRows(state, session, look)) },
    { head: "Other sessions", rows: others },
  ].filter(({ rows }) => rows.length > 0);
  const rows: SidebarRow[] = plainRows(head);
  lists.forEach(({ head: name, rows: all }, index) => {
    const left = height - rows.length - 1;
    const share = Math.floor(left / (lists.length - index));
    const part = section(name, all, { ...look, room: Math.max(share, Math.min(all.length + 1, left - 4)) });
    if (part.length > 0) rows.push(...plainRows([[]]), ...part);
  });
  return rows.slice(0, height).map((row) => ({ ...row, line: truncateLine(row.line, look.width) }));
}

const remembered = remembering<readonly SidebarRow[]>();

/** Left of the text, which ends a column before the edge. */
const bar = "│ ";

function barred(row: SidebarRow | undefined, theme: Theme): SidebarRow {
  const shown = padLine([span(bar, theme.faint), ...(row?.line ?? [])], sidebarWidth + 1);
  return { line: shown, sessionId: row?.sessionId ?? null };
}

/**
 * `height` rows, a bar and `sidebarWidth` columns; as last drawn where nothing that they show has changed: while an
 * answer streams it does not.
 */
export function sidebar(
  state: UiState,
  { theme, height }: { readonly theme: Theme; readonly height: number },
): readonly SidebarRow[] {
  const inputs = [state.session, state.desks, state.recent, state.isYolo, state.setting, theme, height];
  return remembered(inputs, () => {
    const rows = sidebarRows(state, { theme, width: sidebarWidth - bar.length, height });
    return Array.from({ length: height }, (_, index) => barred(rows[index], theme));
  });
}
