import { sanitizeLine } from "../../term/sanitize.ts";
import type { SpanLine } from "../../term/span-line.ts";
import { line, span, truncateText, wrapSpans } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import { textWidth } from "../../term/width.ts";
import { change, closeDialog } from "../change.ts";
import { plural } from "../format.ts";
import { hasJobs, isAnyAtWork, isBusy, type UiState } from "../state.ts";
import type { QuitDialog } from "./dialog.ts";
import type { DialogKey, DialogModule } from "./dialog-module.ts";

const namedJobsMax = 4;

function losses(state: UiState): string {
  const desks = Object.values(state.desks);
  const running = desks.filter(isBusy).length;
  const prompts = desks.flatMap((desk) => desk.queue);
  const waiting = prompts.filter(({ state: standing }) => standing === "waiting").length;
  const parts = [
    ...(running > 0
      ? [`${plural(running, "session")} still at work: stopped, what is there is kept and marked canceled.`]
      : []),
    ...(waiting > 0 ? [`${plural(waiting, "waiting prompt")} will wait in the queue.`] : []),
  ];
  return parts.join(" ");
}

/** What runs in the background, each with its session where that is another one than the shown. */
function jobLines(state: UiState, { theme, width }: { readonly theme: Theme; readonly width: number }): SpanLine[] {
  const jobs = Object.entries(state.desks).flatMap(([id, desk]) => {
    const whose = id === state.session?.id ? "" : ` (${sanitizeLine(desk.title) || "untitled"})`;
    return desk.jobs.map((command) => ({ command: sanitizeLine(command), whose }));
  });
  if (jobs.length === 0) return [];
  const shown = jobs.length <= namedJobsMax ? jobs : jobs.slice(0, namedJobsMax - 1);
  const rest = jobs.length - shown.length;
  const count = `${plural(jobs.length, "background job")} still ${jobs.length === 1 ? "runs" : "run"}: stopped with Crush.`;
  return [
    ...wrapSpans([span(count, theme.warning)], width),
    ...shown.map(({ command, whose }) => {
      const end = truncateText(whose, Math.floor(width / 2));
      return line(`  ${truncateText(command, width - 2 - textWidth(end))}${end}`, theme.text);
    }),
    ...(rest > 0 ? [line(`  … ${rest} more`, theme.muted)] : []),
  ];
}

const leave: DialogKey<QuitDialog> = {
  source: "quit.leave",
  label: "stop and quit",
  run: (_dialog, state) => change(state, { type: "quit" }),
};

const stay: DialogKey<QuitDialog> = {
  source: "quit.stay",
  label: "stay",
  run: (_dialog, state) => change({ ...closeDialog(state, "quit"), leavesAfter: null }),
};

const waitForAll: DialogKey<QuitDialog> = {
  source: "quit.wait",
  label: "quit when done",
  run: (_dialog, state) => change({ ...closeDialog(state, "quit"), leavesAfter: "jobs" }),
};

/** A server in the background never ends by itself. */
const waitForSessions: DialogKey<QuitDialog> = {
  source: "quit.end-jobs",
  label: "when the sessions are done",
  run: (_dialog, state) => change({ ...closeDialog(state, "quit"), leavesAfter: "sessions" }),
};

function keysOf(state: UiState): readonly DialogKey<QuitDialog>[] {
  const isAtWork = isAnyAtWork(state);
  if (!hasJobs(state)) return isAtWork ? [leave, waitForAll, stay] : [{ ...leave, label: "quit" }, stay];
  return isAtWork ? [leave, waitForAll, waitForSessions, stay] : [leave, waitForAll, stay];
}

/** ctrl+c; a second ctrl+c quits as well. Sessions at work and background jobs are stopped or waited for. */
export const quitDialog: DialogModule<QuitDialog> = {
  keys: (_dialog, state) => keysOf(state),
  view: (_dialog, { state, theme, area }) => {
    const width = Math.min(area.columns, 52);
    const loss = losses(state);
    const warning = loss === "" ? [] : wrapSpans([span(loss, theme.warning)], width);
    const body = [line("Leave Crush?", theme.text), ...warning, ...jobLines(state, { theme, width })];
    return { title: "Quit", width, body };
  },
};
