import path from "node:path";
import type { App, SessionDetails, SessionMetrics } from "../../app/app.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { Message } from "../../schema/message.ts";
import { totalTokens } from "../../schema/usage.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { formatDuration, formatLongDate } from "../format-time.ts";
import { formatClasses, formatCosts, formatCount, formatTotal } from "../format-usage.ts";
import { pageOutput } from "../page-output.ts";
import { type Paint, paintFor } from "../paint.ts";
import { renderTranscript } from "./render-transcript.ts";
import { sessionJson } from "./session-json.ts";

const pageSize = 500;

/** All messages, oldest first. */
function readMessages(app: App, sessionId: SessionId): Message[] {
  const pages: (readonly Message[])[] = [];
  let before: number | null = null;
  do {
    const options: { limit: number; before?: number } = { limit: pageSize, ...(before !== null && { before }) };
    const page = app.readTranscript(sessionId, options);
    pages.unshift(page.messages);
    before = page.olderCursor;
  } while (before !== null);
  return pages.flat();
}

function tokensText(metrics: SessionMetrics): string {
  const classes = formatClasses(metrics.consumed);
  return `${formatTotal(metrics.consumed)}${classes === "" ? "" : ` (${classes})`}`;
}

function usedText(metrics: SessionMetrics): string {
  if (metrics.isMeasured) return `${tokensText(metrics)} tokens, ${formatCosts(metrics)}`;
  return metrics.hasAnswer ? "nothing was recorded" : "no request has ended yet";
}

/** What titles and child sessions consumed is in the total; shown apart where there is some. */
function shareText(metrics: SessionMetrics): string[] {
  const shares = [
    { name: "titles", ...metrics.titles },
    { name: "child sessions", ...metrics.children },
  ];
  return shares
    .filter(({ consumed }) => totalTokens(consumed) > 0)
    .map(({ name, consumed, ...cost }) => `${name} ${formatTotal(consumed)}, ${formatCosts(cost)}`);
}

function contextText(metrics: SessionMetrics): string {
  const window = metrics.contextWindow === 0 ? "" : ` of ${formatCount(metrics.contextWindow)}`;
  return `${formatCount(metrics.contextTokens)}${window}`;
}

function fileLines(metrics: SessionMetrics, root: string, paint: Paint): string[] {
  return metrics.files.map((file) => {
    const relative = path.relative(root, file.path);
    const shown = sanitizeLine(relative.startsWith("..") ? file.path : relative);
    return `       ${file.change} ${shown} ${paint.good(`+${file.additions}`)} ${paint.bad(`−${file.removals}`)}`;
  });
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Figures and changed files. */
export function headLines(details: SessionDetails, root: string, paint: Paint): string[] {
  const { session, facts, hash, metrics } = details;
  const row = (name: string, value: string): string => `${paint.dim(name.padEnd(6))} ${value}`;
  const additions = metrics.files.reduce((sum, file) => sum + file.additions, 0);
  const removals = metrics.files.reduce((sum, file) => sum + file.removals, 0);
  return [
    row("ID:", paint.accent(hash.slice(0, 12))),
    row("UUID:", session.id),
    row("Title:", sanitizeLine(session.title)),
    row("Date:", formatLongDate(session.createdAt)),
    ...(facts?.model ? [row("Model:", sanitizeLine(`${facts.provider ?? ""}/${facts.model}`))] : []),
    row("Count:", `${counted(metrics.messageCount, "message")}, ${counted(metrics.turnCount, "turn")}`),
    row("Used:", usedText(metrics)),
    ...shareText(metrics).map((share) => row("", `of it ${share}`)),
    row("Holds:", `${contextText(metrics)} tokens of context`),
    ...(metrics.durationMs === null
      ? []
      : [row("Took:", `${formatDuration(metrics.durationMs)} in requests, without tools and pauses`)]),
    ...(metrics.files.length === 0
      ? []
      : [row("Files:", `${paint.good(`+${additions}`)} ${paint.bad(`−${removals}`)}`)]),
    ...fileLines(metrics, root, paint),
    "",
  ];
}

/** What `session show` and `session last` print. */
export async function printSession(app: App, sessionId: SessionId, context: CommandContext): Promise<number> {
  const { io } = context.dependencies;
  const details = app.showSession(sessionId);
  const messages = readMessages(app, sessionId);
  if (context.options.has("json")) {
    io.write(`${JSON.stringify(sessionJson(details, messages))}\n`);
    return exitCodes.ok;
  }
  const { noColor, term } = app.config.surroundings;
  const paint = paintFor({ isTerminal: io.isOutputTerminal, noColor, term });
  const displayCall = await context.dependencies.displayCall();
  const lines = [
    ...headLines(details, app.config.projectRoot, paint),
    ...renderTranscript(messages, { paint, displayCall }),
    "",
  ];
  await pageOutput(io, `${lines.join("\n")}\n`, app.config.surroundings);
  return exitCodes.ok;
}
