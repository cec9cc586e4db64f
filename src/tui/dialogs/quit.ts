import { sanitizeLine } from "../../term/sanitize.ts";
import type { SpanLine } from "../../term/span-line.ts";
import { line, span, truncateText, wrapSpans } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import { textWidth } from "../../term/width.ts";
import { type Change, change, closeDialog } from "../change.ts";
import { homePath, plural } from "../format.ts";
import { hasJobs, isAnyAtWork, isBusy, type UiState } from "../state.ts";
import { enterProject } from "../update/enter-project.ts";
import type { QuitDialog } from "./dialog.ts";
import type { DialogKey, DialogModule } from "./dialog-module.ts";
import { shownTitle } from "../shown-title.ts";

const namedJobsMax = 4;

function losses(state: UiState, { target }: QuitDialog): string {
  const desks = Object.values(state.desks);
  const running = desks.filter(isBusy).length;
  const prompts = desks.flatMap((desk) => desk.queue);
  const waiting = prompts.filter(({ state: standing }) => standing === "waiting").length;
  const leaving = target === null ? "Crush ends" : "you go there";
  const parts = [
    ...(running > 0
      ? [`${plural(running, "session")} still at work: stopped, what is there is kept and marked canceled.`]
      : []),
    ...(waiting > 0
      ? [`${plural(waiting, "waiting prompt")}: stopped, kept in the queue; waited for, run before ${leaving}.`]
      : []),
  ];
  return parts.join(" ");
}

interface JobLook {
  readonly theme: Theme;
  readonly width: number;
  /** What becomes of them. */
  readonly fate: string;
}

/** What runs in the background, each with its session where that is another one than the shown. */
function jobLines(state: UiState, { theme, width, fate }: JobLook): SpanLine[] {
  const jobs = Object.entries(state.desks).flatMap(([id, desk]) => {
    const whose = id === state.session?.id ? "" : ` (${shownTitle(desk.title)})`;
    return desk.jobs.map((command) => ({ command: sanitizeLine(command), whose }));
  });
  if (jobs.length === 0) return [];
  const shown = jobs.length <= namedJobsMax ? jobs : jobs.slice(0, namedJobsMax - 1);
  const rest = jobs.length - shown.length;
  const count = `${plural(jobs.length, "background job")} still ${jobs.length === 1 ? "runs" : "run"}: ${fate}.`;
  return [
    ...wrapSpans([span(count, theme.warning)], width),
    ...shown.map(({ command, whose }) => {
      const end = truncateText(whose, Math.floor(width / 2));
      return line(`  ${truncateText(command, width - 2 - textWidth(end))}${end}`, theme.text);
    }),
    ...(rest > 0 ? [line(`  … ${rest} more`, theme.muted)] : []),
  ];
}

type Key = DialogKey<QuitDialog>;

/** To another project, or out. */
function leave({ target }: QuitDialog, state: UiState): Change {
  if (target === null) return change(state, { type: "quit" });
  return enterProject(closeDialog(state, "quit"), target, "all");
}

/** What covers the session that is waited for is closed. */
function leaveAfter(what: "sessions" | "jobs"): Key["run"] {
  return ({ target }, state) => {
    const closed = closeDialog(state, "quit");
    const shown = target === null ? closed : closeDialog(closeDialog(closed, "projects"), "sessions");
    return change({ ...shown, leavesAfter: what, destination: target });
  };
}

const stay: Key = {
  source: "quit.stay",
  label: "stay",
  run: (_dialog, state) => change({ ...closeDialog(state, "quit"), leavesAfter: null }),
};

/** A server in the background never ends by itself. */
const waitForSessions: Key = {
  source: "quit.end-jobs",
  label: "when the sessions are done",
  run: leaveAfter("sessions"),
};

function keysOf({ target }: QuitDialog, state: UiState): readonly Key[] {
  const verb = target === null ? "quit" : "go";
  const isAtWork = isAnyAtWork(state);
  const mayLeave: Key = { source: "quit.leave", label: verb, run: leave };
  if (!isAtWork && !hasJobs(state)) return [mayLeave, stay];
  const stop: Key = { ...mayLeave, label: `stop and ${verb}` };
  const waitForAll: Key = { source: "quit.wait", label: `${verb} when done`, run: leaveAfter("jobs") };
  return isAtWork && hasJobs(state) ? [stop, waitForAll, waitForSessions, stay] : [stop, waitForAll, stay];
}

/** ctrl+c; a second ctrl+c quits as well. Sessions at work and background jobs are stopped or waited for. */
export const quitDialog: DialogModule<QuitDialog> = {
  keys: keysOf,
  view: (dialog, { state, theme, area }) => {
    const { target } = dialog;
    const width = Math.min(area.columns, 52);
    const loss = losses(state, dialog);
    const warning = loss === "" ? [] : wrapSpans([span(loss, theme.warning)], width);
    const lost = [
      ...warning,
      ...jobLines(state, { theme, width, fate: target === null ? "stopped with Crush" : "stopped" }),
    ];
    if (target === null) return { title: "Quit", width, body: [line("Leave Crush?", theme.text), ...lost] };
    const name = sanitizeLine(homePath(target.path, state.setting.homeDirectory));
    const question = wrapSpans([span(`Leave this project for ${name}?`, theme.text)], width);
    return { title: "Go to another project", width, body: [...question, ...lost] };
  },
};
