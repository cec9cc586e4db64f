import { isModelProblem, type SessionMetrics } from "../../app/app.ts";
import { totalTokens } from "../../schema/usage.ts";
import type { SpanLine } from "../../term/span-line.ts";
import { line, span, truncateLine, truncateStart, wrapSpans } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Theme } from "../../term/theme.ts";
import { fileMark } from "../file-mark.ts";
import { todoLine } from "../todo-line.ts";
import { costText, shortPath, tokenCount } from "../format.ts";
import { contextPercent, type Desk, type OpenSession, shownDesk, type UiState } from "../state.ts";

export const sidebarWidth = 34;

interface Look {
  readonly theme: Theme;
  readonly width: number;
}

function titleLines(session: OpenSession, { theme, width }: Look): SpanLine[] {
  const title = sanitizeLine(session.details.session.title) || "untitled";
  const rows = wrapSpans([span(title, theme.strong)], width);
  return rows.length <= 2
    ? rows
    : [...rows.slice(0, 1), truncateLine([...(rows[1] ?? []), span(" …", theme.strong)], width)];
}

function stateLine(desk: Desk, theme: Theme): SpanLine {
  if (desk.activity.kind === "idle") return [span("○ ready", theme.muted)];
  const isAsking = desk.activity.kind === "turn" && desk.activity.phase === "permission";
  return isAsking ? [span("? waiting for you", theme.warning)] : [span("● working", theme.success)];
}

function modelLines(session: OpenSession, { theme, width }: Look): SpanLine[] {
  const { model } = session;
  if (isModelProblem(model)) return wrapSpans([span(sanitizeLine(model.message), theme.warning)], width);
  const effort = model.choice.reasoningEffort ?? model.info.defaultReasoningEffort;
  const isPractice = model.provider.type === "practice";
  return [
    line(sanitizeLine(model.info.name), theme.text),
    line(
      `${sanitizeLine(model.provider.name)}${effort === null ? "" : ` · effort ${sanitizeLine(effort)}`}`,
      theme.muted,
    ),
    ...(isPractice ? [line("no AI: for practice", theme.warning)] : []),
  ];
}

const gaugeWidth = 12;

function gaugeLine(metrics: SessionMetrics, theme: Theme): SpanLine {
  const percent = contextPercent(metrics);
  if (percent === null) return [span(`context ${tokenCount(metrics.contextTokens)}`, theme.muted)];
  const style = percent >= 80 ? theme.warning : theme.accent;
  const filled = Math.min(gaugeWidth, Math.round((percent / 100) * gaugeWidth));
  return [
    span("━".repeat(filled), style),
    span("─".repeat(gaugeWidth - filled), theme.faint),
    span(` ${percent} % of ${tokenCount(metrics.contextWindow)}`, percent >= 80 ? theme.warning : theme.muted),
  ];
}

function measureLines(metrics: SessionMetrics, theme: Theme): SpanLine[] {
  const { consumed } = metrics;
  const mark = consumed.isEstimated ? "~" : "";
  const percent = contextPercent(metrics);
  const cache = consumed.cacheReadTokens + consumed.cacheWriteTokens;
  return [
    gaugeLine(metrics, theme),
    ...(percent !== null && percent >= 80 ? [line("nearly full: try /compact", theme.warning)] : []),
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
    line(costText(metrics.costUsd, consumed), theme.text),
  ];
}

function markLines(state: UiState, session: OpenSession, theme: Theme): SpanLine[] {
  const branch = session.details.facts?.gitBranch ?? "";
  return [
    ...(branch === "" ? [] : [line(`⎇ ${sanitizeLine(branch)}`, theme.muted)]),
    ...(state.isYolo ? [line("yolo: tools do not ask", theme.warning)] : []),
    ...(state.setting.untrusted.length > 0 && !state.setting.isTrusted
      ? [line("project config not trusted", theme.warning)]
      : []),
  ];
}

/** A headed list, cut to its share of the rows with the count of the rest. */
function section(head: string, rows: readonly SpanLine[], look: Look & { readonly room: number }): SpanLine[] {
  if (rows.length === 0 || look.room < 2) return [];
  const shown = rows.length <= look.room - 1 ? rows : rows.slice(0, Math.max(0, look.room - 2));
  const rest = rows.length - shown.length;
  return [
    line(head, look.theme.accentStrong),
    ...shown,
    ...(rest > 0 ? [line(`  … ${rest} more`, look.theme.muted)] : []),
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

function otherMark(desk: Desk, theme: Theme): SpanLine[number] | null {
  if (desk.activity.kind === "turn" && desk.activity.phase === "permission") return span("? ", theme.warning);
  if (desk.activity.kind !== "idle") return span("● ", theme.success);
  if (desk.unseen === null) return null;
  return desk.unseen === "failed" ? span("✗ ", theme.error) : span("✓ ", theme.info);
}

/** Sessions at work elsewhere: running, waiting, finished unseen, failed. */
function otherRows(state: UiState, { theme, width }: Look): SpanLine[] {
  return Object.entries(state.desks).flatMap(([id, desk]) => {
    const mark = id === state.session?.id ? null : otherMark(desk, theme);
    return mark === null ? [] : [truncateLine([mark, span(sanitizeLine(desk.title) || "untitled", theme.text)], width)];
  });
}

/** At most `height` rows, each at most `width` columns. */
function sidebarLines(state: UiState, look: Look & { readonly height: number }): SpanLine[] {
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
  const lists = [
    { head: `Todos ${done}/${todos.length}`, rows: todoRows(session, look) },
    { head: "Files", rows: fileRows(state, session, look) },
    { head: "Other sessions", rows: otherRows(state, look) },
  ].filter(({ rows }) => rows.length > 0);
  const rows: SpanLine[] = [...head];
  lists.forEach(({ head: name, rows: all }, index) => {
    const left = height - rows.length - 1;
    const share = Math.floor(left / (lists.length - index));
    const part = section(name, all, { ...look, room: Math.max(share, Math.min(all.length + 1, left - 4)) });
    if (part.length > 0) rows.push([], ...part);
  });
  return rows.slice(0, height).map((row) => truncateLine(row, look.width));
}

interface Remembered {
  readonly inputs: readonly unknown[];
  readonly rows: readonly SpanLine[];
}

let remembered: Remembered | null = null;

/** As last drawn where nothing that it shows has changed: while an answer streams it does not. */
export function sidebar(state: UiState, look: Look & { readonly height: number }): readonly SpanLine[] {
  const inputs = [state.session, state.desks, state.isYolo, state.setting, look.theme, look.width, look.height];
  if (remembered?.inputs.every((input, index) => input === inputs[index]) !== true) {
    remembered = { inputs, rows: sidebarLines(state, look) };
  }
  return remembered.rows;
}
