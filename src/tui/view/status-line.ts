import { unreachable } from "../../lib/assert.ts";
import { isModelProblem } from "../../app/app.ts";
import type { Span, SpanLine } from "../../term/span-line.ts";
import { justify, lineWidth, span, truncateLine, truncateText } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Theme } from "../../term/theme.ts";
import { attentionOf, wantingAttention } from "../attention.ts";
import { keyLabelHere, keyLabelOf } from "../commands/shown-keys.ts";
import { canLeaveDialogs } from "../dialogs/own-dialogs.ts";
import { costText, elapsedText, plural } from "../format.ts";
import { jobText } from "../job-text.ts";
import type { ProjectTarget } from "../project-target.ts";
import {
  type Activity,
  contextPercent,
  type Desk,
  type Entering,
  isBusy,
  shownDesk,
  topDialog,
  type UiState,
} from "../state.ts";
import { shownTitle } from "../shown-title.ts";

const spinnerFrames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/** Five pictures a second: seen to move, and cheap. */
export const spinnerIntervalMs = 200;

function spinner(nowMs: number): string {
  return spinnerFrames[Math.floor(nowMs / spinnerIntervalMs) % spinnerFrames.length] ?? "";
}

/** What the session does, in a word or two; also for the terminal's title. */
function activityText(activity: Exclude<Activity, { kind: "idle" }>, nowMs: number): string {
  if (activity.kind === "shell") return `running !${sanitizeLine(activity.command)}`;
  if (activity.retry !== null) {
    const seconds = Math.max(0, Math.ceil((activity.retry.dueAtMs - nowMs) / 1000));
    return `try ${activity.retry.attempt + 1} in ${seconds} s: ${sanitizeLine(activity.retry.reason)}`;
  }
  switch (activity.phase) {
    case "queued":
      return "waiting for its turn: the provider is busy with other sessions";
    case "waiting":
      return "waiting for the model";
    case "thinking":
      return "thinking";
    case "writing":
      return "writing";
    case "tool":
      return `running ${sanitizeLine(activity.tool)}`;
    case "permission":
      return "waiting for your answer";
    case "tools-elsewhere":
      return "running tools in another window";
    case "asks-elsewhere":
      return "asks in another window: answer there";
    default:
      return unreachable(activity.phase);
  }
}

/** Of a long command or reason, in columns, where all else leaves no room. */
const activityWidthMin = 12;

/** In `room` columns what goes on is cut, not the time and the key behind it. */
function activitySpans(state: UiState, theme: Theme, room: number): Span[] {
  const { activity } = shownDesk(state);
  if (activity.kind === "idle") return idleSpans(shownDesk(state), theme, room);
  const text = activityText(activity, state.nowMs);
  const elapsed = elapsedText(Math.max(0, state.nowMs - activity.startedAtMs));
  const isAsking = activity.kind === "turn" && activity.phase === "permission";
  const mark = isAsking ? "?" : spinner(state.nowMs);
  const unstored = activity.kind === "turn" ? (activity.unstored ?? null) : null;
  if (unstored !== null) return unstoredSpans(unstored, theme);
  const before = span(` ${mark} `, isAsking ? theme.warning : theme.accent);
  const after = [
    // While the person is asked nothing moves: a clock would stand.
    ...(isAsking ? [] : [span(` ${elapsed}`, theme.muted)]),
    ...cancelSpans(state, theme),
  ];
  const left = Math.max(activityWidthMin, room - lineWidth([before, ...after]));
  return [before, span(truncateText(text, left), isAsking ? theme.warning : theme.text), ...after];
}

/** While the program is about to leave, the key keeps it instead. */
function cancelSpans(state: UiState, theme: Theme): Span[] {
  const key = keyLabelHere(state, "cancel");
  if (state.leavesAfter !== null || state.entering !== null || key === "") return [];
  const isArmed = state.nowMs <= state.cancelArmedUntilMs;
  return [isArmed ? span(`  ${key} again cancels`, theme.warning) : span(`  ${key} ${key} cancels`, theme.muted)];
}

function idleSpans(desk: Desk, theme: Theme, room: number): Span[] {
  const jobs = jobText(desk);
  const more = jobs === "" ? [] : [span(` · ${jobs}`, theme.success)];
  const { commandElsewhere } = desk;
  if (commandElsewhere === null) return [span(" ready", theme.muted), ...more];
  return [...elsewhereCommand(commandElsewhere, theme, room - lineWidth(more)), ...more];
}

/** It is shown and stopped there; here the person may go on. */
function elsewhereCommand(command: string, theme: Theme, room: number): Span[] {
  const after = span(" runs in another window", theme.muted);
  const left = Math.max(activityWidthMin, room - lineWidth([after]) - 1);
  return [span(` ${truncateText(`!${sanitizeLine(command)}`, left)}`, theme.muted), after];
}

/** The one thing to know then: what is on the screen would be lost with the program. */
function unstoredSpans(reason: string, theme: Theme): Span[] {
  return [span(" ! ", theme.error), span(`not on disk yet, kept here: ${sanitizeLine(reason)}`, theme.error)];
}

/** Other sessions at work, and what runs in their background, counted. */
function elsewhereSpans(state: UiState, theme: Theme): Span[] {
  const others = Object.entries(state.desks).filter(([id]) => id !== state.session?.id);
  const running = others.filter(([, desk]) => desk.activity.kind !== "idle" && attentionOf(desk) !== "asks").length;
  const jobs = jobText({ jobs: others.flatMap(([, desk]) => desk.jobs) });
  return [
    ...(running > 0 ? [span(` · ${running} at work`, theme.success)] : []),
    ...(jobs === "" ? [] : [span(` · ${jobs} there`, theme.success)]),
  ];
}

const attentionWords = {
  asks: "asks",
  failed: "has failed",
  finished: "has finished",
  paused: "has paused prompts",
} as const;
const attentionTitleLength = 24;
const attentionTitleLengthMin = 8;

/** The most urgent of the other sessions that want the person, and the key that leads there, as far as it does now. */
function attentionSpans(state: UiState, theme: Theme, titleLength = attentionTitleLength): Span[] {
  const [first, ...others] = wantingAttention(state);
  if (first === undefined) return [];
  const title = shownTitle(first.title);
  const shown = title.length > titleLength ? `${title.slice(0, titleLength - 1)}…` : title;
  const more = others.length === 0 ? "" : `, ${others.length} more`;
  const style = { asks: theme.warning, failed: theme.error, finished: theme.info, paused: theme.muted }[first.reason];
  const key = canLeaveDialogs(state.dialogs) ? `${keyLabelOf(state, "next-attention")} ` : "";
  return [span(`${shown} ${attentionWords[first.reason]}${more}`, style), span(` ${key}`, theme.helpKey)];
}

function forkSpans({ forkedPart }: UiState, theme: Theme): Span[] {
  if (forkedPart === null) return [];
  return [span(`  copying the session ${Math.floor(forkedPart * 100)} %`, theme.accent)];
}

function leavingSpans(state: UiState, theme: Theme): Span[] {
  const { leavesAfter, destination, entering } = state;
  const key = isOfDialog(state) ? "" : keyLabelHere(state, "cancel");
  const stays = key === "" ? "" : `, ${key} stays`;
  if (entering !== null) return [span(` ${enteringText(entering)}${stays}`, theme.warning)];
  const desks = Object.values(state.desks);
  const sessions = desks.filter(isBusy).length;
  const jobs = leavesAfter === "jobs" ? desks.flatMap((desk) => desk.jobs).length : 0;
  const awaited = [
    ...(sessions > 0 || jobs === 0 ? [plural(sessions, "session")] : []),
    ...(jobs > 0 ? [plural(jobs, "job")] : []),
  ].join(" and ");
  const what = destination === null ? "quits" : `goes to ${placeName(destination)}`;
  const verb = sessions + jobs === 1 ? "has" : "have";
  return [span(` ${what} when ${awaited} ${verb} ended${stays}`, theme.warning)];
}

/** The key that stays is a dialog's, to begin with: of any while the program waits, of the question alone while it opens a project. */
function isOfDialog(state: UiState): boolean {
  const dialog = topDialog(state);
  return dialog !== undefined && (state.entering === null || dialog.kind === "quit");
}

function enteringText({ target, holder }: Entering): string {
  const name = placeName(target);
  return holder === null ? `opening ${name}` : `${name}: the database is locked by ${sanitizeLine(holder)}, waiting`;
}

const placeNameWidth = 30;

/** Its folder's own name: whoever waits knows which one they chose. */
function placeName({ path }: ProjectTarget): string {
  return truncateText(sanitizeLine(path.slice(path.lastIndexOf("/") + 1)), placeNameWidth);
}

/** What the sidebar would say, in short. */
function factSpans(state: UiState, theme: Theme): Span[] {
  const { session } = state;
  if (session === null) return [];
  const { metrics } = session.details;
  const percent = contextPercent(metrics);
  const name = isModelProblem(session.model) ? "no model" : sanitizeLine(session.model.info.name);
  const facts: Span[] = [span(name, isModelProblem(session.model) ? theme.warning : theme.muted)];
  if (percent !== null) facts.push(span(` · ${percent} %`, percent >= 80 ? theme.warning : theme.muted));
  const isCosted = metrics.messageCount > 0 && metrics.isMeasured;
  if (isCosted) facts.push(span(` · ${costText(metrics, metrics.consumed)}`, theme.muted));
  if (state.isYolo) facts.push(span(" · yolo", theme.warning));
  facts.push(...elsewhereSpans(state, theme));
  return [...facts, span(" ", theme.muted)];
}

interface StatusLook {
  readonly theme: Theme;
  readonly width: number;
  readonly hasSidebar: boolean;
}

/** That the program will end by itself is seen whatever else there is to say; then what keeps it: a question, the work. */
function leavingLine(state: UiState, { theme, width }: StatusLook): SpanLine {
  const leaving = leavingSpans(state, theme);
  const room = width - lineWidth(leaving) - 1;
  const attention = [attentionTitleLength, attentionTitleLengthMin]
    .map((titleLength) => attentionSpans(state, theme, titleLength))
    .find((spans) => lineWidth(spans) <= room);
  const left = room - lineWidth(attention ?? []);
  const activity = left < activityWidthMin ? [] : truncateLine(activitySpans(state, theme, left), left);
  return justify([...leaving, ...activity], attention ?? [], width);
}

export function statusLine(state: UiState, look: StatusLook): SpanLine {
  if (state.leavesAfter !== null || state.entering !== null) return leavingLine(state, look);
  const { theme } = look;
  const attention = attentionSpans(state, theme);
  const others = forkSpans(state, theme);
  const left = [...activitySpans(state, theme, look.width - lineWidth([...others, ...attention]) - 1), ...others];
  const facts = look.hasSidebar || attention.length > 0 ? [] : factSpans(state, theme);
  // What goes on comes first: where both do not fit, the model's name goes, then the rest.
  const room = look.width - lineWidth(left) - 1;
  const figures = facts
    .slice(1)
    .map((part, index) => (index === 0 ? { ...part, text: part.text.replace(" · ", "") } : part));
  const fitting = [facts, figures].find((spans) => lineWidth(spans) <= room) ?? [];
  return justify(left, [...fitting, ...attention], look.width);
}
