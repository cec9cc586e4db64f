import { sanitizeLine } from "../../term/sanitize.ts";
import { sliceText, textWidth } from "../../term/width.ts";
import type { App, SessionSummary } from "../../app/app.ts";
import type { Command, CommandContext } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { formatRfc3339 } from "../format-time.ts";
import { pageOutput } from "../page-output.ts";
import { paintFor } from "../paint.ts";
import { withApp } from "../with-app.ts";

const titleWidthMin = 10;

function toJson(summary: SessionSummary): Readonly<Record<string, unknown>> {
  const { session, hash } = summary;
  return {
    id: hash,
    uuid: session.id,
    title: session.title,
    created: formatRfc3339(session.createdAt),
    modified: formatRfc3339(session.updatedAt),
    state: summary.state,
    model: summary.model,
    pinned: summary.isPinned,
    archived: summary.isArchived,
    tags: summary.tags,
  };
}

function cut(text: string, width: number): string {
  return textWidth(text) <= width ? text : `${sliceText(text, 0, width - 1)}…`;
}

/** What a terminal shows behind a title; a pipe gets the lines as Crush prints them. */
function marks({ isPinned, isArchived, tags }: SessionSummary): string {
  return [isPinned ? "pinned" : "", isArchived ? "archived" : "", ...tags.map((tag) => `#${tag}`)]
    .filter((mark) => mark !== "")
    .join(" ");
}

function listed(app: App, { options }: CommandContext): SessionSummary[] {
  const archived = options.has("archived") ? "only" : options.has("all") ? "shown" : "hidden";
  const tag = options.text("tag")?.replace(/^#/u, "").toLowerCase();
  return app
    .listSessions({ archived })
    .filter((summary) => tag === undefined || summary.tags.includes(tag))
    .filter((summary) => !options.has("pinned") || summary.isPinned);
}

function listText(app: App, context: CommandContext): string {
  const { io } = context.dependencies;
  const { noColor, term } = app.config.surroundings;
  const paint = paintFor({ isTerminal: io.isOutputTerminal, noColor, term });
  return listed(app, context)
    .map((summary) => {
      const { session, hash } = summary;
      const marked = io.isOutputTerminal ? marks(summary) : "";
      const short = hash.slice(0, 7);
      const created = formatRfc3339(session.createdAt);
      const left = io.isOutputTerminal
        ? io.columns - short.length - created.length - 2 - (marked === "" ? 0 : textWidth(marked) + 1)
        : Number.POSITIVE_INFINITY;
      const title = cut(sanitizeLine(session.title), Math.max(left, titleWidthMin));
      return `${paint.accent(short)} ${paint.dim(created)} ${title}${marked === "" ? "" : ` ${paint.dim(marked)}`}\n`;
    })
    .join("");
}

export const listCommand: Command = {
  usage: "",
  description: "Lists the sessions of this project: hash, when they were created, title.",
  options: [
    { name: "archived", summary: "only archived sessions, which are hidden otherwise" },
    { name: "all", summary: "archived sessions as well" },
    { name: "pinned", summary: "only pinned sessions" },
    { name: "tag", value: "tag", summary: "only sessions with this tag" },
    { name: "json", summary: "print JSON" },
  ],
  examples: [
    { comment: "List the sessions", words: "session list" },
    { comment: "What was put away", words: "session list --archived" },
    { comment: "Titles of all sessions, for a script", words: "session list --json | jq -r '.[].title'" },
  ],
  words: { min: 0, max: 0 },
  run: (context) =>
    withApp(context, async (app) => {
      const { io } = context.dependencies;
      if (context.options.has("json")) {
        io.write(`${JSON.stringify(listed(app, context).map((summary) => toJson(summary)))}\n`);
      } else await pageOutput(io, listText(app, context), app.config.surroundings);
      return exitCodes.ok;
    }),
};
