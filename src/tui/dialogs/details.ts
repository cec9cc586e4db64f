import { isModelProblem, type SessionMetrics } from "../../app/app.ts";
import type { Usage } from "../../schema/usage.ts";
import { totalTokens } from "../../schema/usage.ts";
import type { SpanLine } from "../../term/span-line.ts";
import { line, span, truncateStart, wrapSpans } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Theme } from "../../term/theme.ts";
import { costText, durationText, plural, shortPath, tokenCount } from "../format.ts";
import { contextPercent, shownDesk, type UiState } from "../state.ts";
import { deskState } from "../view/desk-state.ts";
import { fileMark } from "../file-mark.ts";
import type { DetailsDialog } from "./dialog.ts";
import type { DialogModule } from "./dialog-module.ts";
import { closeKey, putDialog, scrolled, scrollKeys } from "./list-keys.ts";

function usageText(usage: Usage): string {
  const mark = usage.isEstimated ? "~" : "";
  const part = (count: number, name: string): string => `${mark}${tokenCount(count)} ${name}`;
  return [
    part(usage.inputTokens, "input"),
    part(usage.cacheReadTokens, "cache read"),
    part(usage.cacheWriteTokens, "cache write"),
    `${part(usage.outputTokens, "output")} (${tokenCount(usage.reasoningTokens)} of it reasoning)`,
  ].join(" · ");
}

function fileLines(metrics: SessionMetrics, state: UiState, look: { theme: Theme; width: number }): SpanLine[] {
  const { theme, width } = look;
  if (metrics.files.length === 0) return [line("  none", theme.muted)];
  return metrics.files.map((file) => {
    const path = truncateStart(sanitizeLine(shortPath(file.path, state.setting)), Math.max(8, width - 18));
    return [
      span(`  ${fileMark(file)} `, theme.accent),
      span(`${path} `, theme.text),
      span(`+${file.additions} `, theme.success),
      span(`−${file.removals}`, theme.error),
    ];
  });
}

type Fact = readonly [name: string, value: string];

function contextText(metrics: SessionMetrics): string {
  const percent = contextPercent(metrics);
  const held = tokenCount(metrics.contextTokens);
  return percent === null
    ? `${held} tokens (window unknown)`
    : `${held} of ${tokenCount(metrics.contextWindow)} (${percent} %)`;
}

function tokensText(consumed: Usage): string {
  return `${consumed.isEstimated ? "~" : ""}${tokenCount(totalTokens(consumed))} tokens`;
}

function consumedFacts(metrics: SessionMetrics): readonly Fact[] {
  if (!metrics.isMeasured) {
    return [["Consumed", metrics.hasAnswer ? "– (nothing was recorded)" : "– (no request has ended yet)"]];
  }
  return [
    ["Consumed", tokensText(metrics.consumed)],
    ["", usageText(metrics.consumed)],
    ["Cost", costText(metrics, metrics.consumed)],
  ];
}

function facts(state: UiState): readonly Fact[] {
  const { session } = state;
  if (session === null) return [];
  const { details, model } = session;
  const { metrics } = details;
  const effort = isModelProblem(model)
    ? undefined
    : (model.choice.reasoningEffort ?? model.info.defaultReasoningEffort);
  const modelText = isModelProblem(model)
    ? model.message
    : `${model.info.name} (${model.provider.name})${effort === undefined || effort === null ? "" : `, effort ${effort}`}`;
  const desk = shownDesk(state);
  const aside = (part: SessionMetrics["titles"]): string =>
    `${tokensText(part.consumed)}, ${costText(part, part.consumed)}`;
  return [
    ["Title", details.session.title],
    ["State", deskState(desk).text],
    ...desk.jobs.map((command, index) => [index === 0 ? "Jobs" : "", `& ${command}`] as const),
    ["Id", `${details.hash.slice(0, 12)}  ${details.session.id}`],
    ["Model", modelText],
    ["Messages", `${metrics.messageCount} in ${plural(metrics.turnCount, "turn")}`],
    ...consumedFacts(metrics),
    ["Titles", `${aside(metrics.titles)} (in the sum)`],
    ["Children", `${aside(metrics.children)} (in the sum)`],
    ["Context", contextText(metrics)],
    ...(metrics.durationMs === null
      ? []
      : [["Duration", `${durationText(metrics.durationMs)} in requests, without tools and pauses`] as const]),
    ["Branch", details.facts?.gitBranch ?? "–"],
  ];
}

/** Everything measured of the session. */
export const detailsDialog: DialogModule<DetailsDialog> = {
  keys: () => [...scrollKeys<DetailsDialog>(), closeKey<DetailsDialog>("details", "details.close")],
  wheel: (dialog, direction, state) => putDialog(state, scrolled(dialog, direction, state)),
  view: (dialog, { state, theme, area }) => {
    const width = Math.min(area.columns, 90);
    const metrics = state.session?.details.metrics;
    const rows = facts(state).flatMap(([name, value]) =>
      wrapSpans([span(sanitizeLine(value), theme.text)], width, {
        firstPrefix: [span(name.padEnd(10), theme.muted)],
        restPrefix: [span(" ".repeat(10))],
      }),
    );
    const files =
      metrics === undefined ? [] : [line("Files", theme.muted), ...fileLines(metrics, state, { theme, width })];
    return { title: "Details", width, body: [...rows, ...files], scroll: dialog.scroll };
  },
};
