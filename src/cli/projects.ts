import { listProjects, type ProjectEntry } from "../config/projects.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import { textWidth } from "../term/width.ts";
import type { Command } from "./command.ts";
import { exitCodes } from "./exit.ts";
import { formatMinute } from "./format-time.ts";
import { readPlaces } from "./read-config.ts";

function tableText(projects: readonly ProjectEntry[]): string {
  const rows = [
    ["Path", "Data Dir", "Last Accessed"],
    ...projects.map((project) => [
      sanitizeLine(project.path),
      sanitizeLine(project.data_dir),
      formatMinute(Date.parse(project.last_accessed)),
    ]),
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => textWidth(row[column] ?? ""))));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - textWidth(cell)))).join("  ");
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}

function outputText(
  projects: readonly ProjectEntry[],
  form: { readonly isJson: boolean; readonly isTerminal: boolean },
): string {
  if (form.isJson) return `${JSON.stringify({ projects })}\n`;
  if (projects.length === 0) return "No projects tracked yet.\n";
  if (form.isTerminal) return tableText(projects);
  return projects.map((project) => `${project.path}\t${project.data_dir}\t${project.last_accessed}\n`).join("");
}

export const projectsCommand: Command = {
  usage: "",
  description: "Lists the directories where sessions are known to be kept, the last used first.",
  options: [{ name: "json", summary: "print JSON" }],
  examples: [
    { comment: "Where sessions are", words: "projects" },
    { comment: "Paths alone", words: "projects --json | jq -r '.projects[].path'" },
  ],
  words: { min: 0, max: 0 },
  run: async (context) => {
    const { io } = context.dependencies;
    const projects = listProjects(readPlaces(context).globalDataDirectory);
    io.write(outputText(projects, { isJson: context.options.has("json"), isTerminal: io.isOutputTerminal }));
    return exitCodes.ok;
  },
};
