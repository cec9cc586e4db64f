import { existsSync } from "node:fs";
import path from "node:path";
import type { App, UsageTotal } from "../app/app.ts";
import { listProjects } from "../config/projects.ts";
import { AppError } from "../lib/app-error.ts";
import { addCosts } from "../schema/cost.ts";
import { addUsage, noUsage } from "../schema/usage.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import { textWidth } from "../term/width.ts";
import type { Command, CommandContext } from "./command.ts";
import { exitCodes } from "./exit.ts";
import { costJson, formatCosts, formatCount, formatTotal, usageJson } from "./format-usage.ts";
import { pageOutput } from "./page-output.ts";
import { type Paint, paintFor } from "./paint.ts";
import { printError } from "./print-error.ts";
import { readConfig, readPlaces } from "./read-config.ts";
import { withApp } from "./with-app.ts";

interface ProjectStats {
  readonly path: string;
  readonly sessions: readonly UsageTotal[];
  readonly deleted: UsageTotal | null;
  readonly days: readonly UsageTotal[];
  readonly models: readonly UsageTotal[];
}

function total(rows: readonly UsageTotal[]): Omit<UsageTotal, "key" | "label"> {
  return {
    requests: rows.reduce((sum, row) => sum + row.requests, 0),
    consumed: rows.reduce((sum, row) => addUsage(sum, row.consumed), noUsage),
    ...addCosts(rows),
  };
}

/** Adds up rows of the same key, over projects. */
function joined(rows: readonly UsageTotal[]): UsageTotal[] {
  const groups = Map.groupBy(rows, (row) => row.key);
  return [...groups.values()].flatMap((group) => group.slice(0, 1).map((first) => ({ ...first, ...total(group) })));
}

function deletedRow(app: App): UsageTotal | null {
  const deleted = app.deletion.consumed();
  return deleted === null ? null : { key: "deleted", label: "(deleted sessions)", ...deleted };
}

function statsOf(app: App, projectPath: string): ProjectStats {
  return {
    path: projectPath,
    sessions: app.usageBySession(),
    deleted: deletedRow(app),
    days: app.usageByDay(),
    models: app.usageByModel(),
  };
}

/** Every project that is known and still has its database. One that cannot be read is named, and left out. */
async function statsOfAll(context: CommandContext): Promise<ProjectStats[]> {
  const all: ProjectStats[] = [];
  const projects = listProjects(readPlaces(context).globalDataDirectory);
  const byDirectory = new Map(projects.map((project) => [project.data_dir, project.path]));
  for (const [dataDirectory, cwd] of byDirectory) {
    if (!existsSync(path.join(dataDirectory, "crush.db")) || !existsSync(cwd)) continue;
    try {
      const flags = { ...context.flags, cwd, dataDirectory };
      all.push(await withApp({ ...context, flags }, (app) => statsOf(app, cwd)));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      printError(context.dependencies, { message: `${cwd} is left out: ${error.message}` });
    }
  }
  return all;
}

function rowJson(row: Omit<UsageTotal, "key" | "label">): Readonly<Record<string, unknown>> {
  return { requests: row.requests, ...usageJson(row.consumed), ...costJson(row) };
}

function deletedOf(projects: readonly ProjectStats[]): UsageTotal[] {
  return joined(projects.flatMap(({ deleted }) => (deleted === null ? [] : [deleted])));
}

function statsJson(projects: readonly ProjectStats[], nowMs: number): Readonly<Record<string, unknown>> {
  const sessions = projects.flatMap(({ path: project, sessions: rows }) => rows.map((row) => ({ row, project })));
  const deleted = deletedOf(projects);
  return {
    generated_at: new Date(nowMs).toISOString(),
    total: { sessions: sessions.length, ...rowJson(total([...sessions.map(({ row }) => row), ...deleted])) },
    by_session: sessions.map(({ row, project }) => ({ id: row.key, title: row.label, project, ...rowJson(row) })),
    deleted: rowJson(total(deleted)),
    by_day: joined(projects.flatMap((stats) => stats.days)).map((row) => ({ day: row.key, ...rowJson(row) })),
    by_model: joined(projects.flatMap((stats) => stats.models)).map((row) => ({ model: row.key, ...rowJson(row) })),
  };
}

const labelWidth = 44;

function tableLines(title: string, rows: readonly UsageTotal[], paint: Paint): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => [
    sanitizeLine(row.label).slice(0, labelWidth),
    formatCount(row.requests),
    formatTotal(row.consumed),
    formatCosts(row),
  ]);
  const head = [title, "requests", "tokens", "cost"];
  const widths = head.map((_, column) => Math.max(...[head, ...cells].map((row) => textWidth(row[column] ?? ""))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const padding = " ".repeat(Math.max(0, (widths[column] ?? 0) - textWidth(cell)));
        return column === 0 ? cell + padding : padding + cell;
      })
      .join("  ");
  return [paint.strong(line(head)), ...cells.map((row) => line(row)), ""];
}

function statsText(projects: readonly ProjectStats[], paint: Paint): string {
  const sessions = [...projects.flatMap((stats) => stats.sessions), ...deletedOf(projects)];
  const sum = { key: "total", label: "Total", ...total(sessions) };
  const lines = [
    ...tableLines("Session", sessions, paint),
    ...tableLines("Day", joined(projects.flatMap((stats) => stats.days)), paint),
    ...tableLines("Model", joined(projects.flatMap((stats) => stats.models)), paint),
    ...tableLines("", [sum], paint),
  ];
  return sessions.length === 0 ? "Nothing has been consumed yet.\n" : lines.join("\n");
}

export const statsCommand: Command = {
  usage: "",
  description:
    "Shows what was consumed, by session, day and model. `~` marks estimates, `unknown` a price that is not known, `≥` that of some requests.",
  options: [
    { name: "all", summary: "all known projects together" },
    { name: "json", summary: "print JSON" },
  ],
  examples: [
    { comment: "This project", words: "stats" },
    { comment: "What all projects cost so far", words: "stats --all --json | jq .total.cost_usd" },
  ],
  words: { min: 0, max: 0 },
  run: async (context) => {
    const { io, nowMs } = context.dependencies;
    const projects = context.options.has("all")
      ? await statsOfAll(context)
      : [await withApp(context, (app) => statsOf(app, app.config.projectRoot))];
    if (context.options.has("json")) {
      io.write(`${JSON.stringify(statsJson(projects, nowMs()))}\n`);
      return exitCodes.ok;
    }
    const { surroundings } = await readConfig(context);
    const { noColor, term } = surroundings;
    const paint = paintFor({ isTerminal: io.isOutputTerminal, noColor, term });
    await pageOutput(io, statsText(projects, paint), surroundings);
    return exitCodes.ok;
  },
};
