import { type Examination, examineProject, type Finding } from "../app/examine-project.ts";
import { type Repaired, repairProject } from "../app/repair-project.ts";
import { formatSize } from "../lib/format-size.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import type { Command, CommandContext } from "./command.ts";
import { exitCodes } from "./exit.ts";
import { readPlaces } from "./read-config.ts";
import { salvageText } from "./salvage-text.ts";

export const doctorCommand: Command = {
  usage: "",
  description:
    "Looks through the session database: damage, missing tables and indexes, references, counts, orphans, turns of dead processes, and what fills it. Changes nothing without --repair, which makes a backup first. Exits with 1 where something is left to mend, with 7 where the database is damaged.",
  options: [
    { name: "repair", summary: "mend what is this program's own, after a backup; read a damaged database anew" },
    { name: "all", summary: "with --repair: Crush's own tables too" },
    { name: "json", summary: "print JSON" },
  ],
  examples: [
    { comment: "Is everything in order?", words: "doctor" },
    { comment: "Mend what can be mended", words: "doctor --repair --all" },
    { comment: "In a script", words: "doctor --json | jq '.findings'" },
  ],
  words: { min: 0, max: 0 },
  run: async (context) => {
    const { io, nowMs, openApp } = context.dependencies;
    const config = readPlaces(context);
    if (io.isErrorTerminal) io.writeError("looking through the database …\n");
    const before = await examineProject(config);
    const repaired = context.options.has("repair")
      ? await repairProject(config, before, {
          all: context.options.has("all"),
          nowMs: nowMs(),
          openApp: () => openApp({ flags: context.flags }),
        })
      : null;
    const after = repaired === null ? before : await examineProject(config);
    print(context, { before, after, repaired });
    if (after.findings.some(({ kind }) => kind === "damage")) return exitCodes.database;
    return after.findings.some(({ kind }) => kind !== "note") ? exitCodes.general : exitCodes.ok;
  },
};

interface Outcome {
  readonly before: Examination;
  readonly after: Examination;
  readonly repaired: Repaired | null;
}

function print(context: CommandContext, { before, after, repaired }: Outcome): void {
  const { io, calledAs } = context.dependencies;
  if (context.options.has("json")) {
    io.write(`${JSON.stringify(toJson({ before, after, repaired }))}\n`);
    return;
  }
  io.write([...reportLines(before), ...repairLines(repaired), ...adviceLines(after, repaired, calledAs)].join(""));
}

function reportLines({ database, findings, sizes, largestSessions }: Examination): string[] {
  const lines = findings.length === 0 ? ["Nothing is wrong.\n"] : findings.map(findingLine);
  const filled = sizes.filter(({ sizeBytes }) => sizeBytes > 0);
  return [
    `${sanitizeLine(database)}\n`,
    ...lines,
    ...(filled.length === 0 ? [] : ["\nWhat fills it:\n"]),
    ...filled.map(({ kind, sizeBytes }) => `  ${formatSize(sizeBytes)}  ${kind}\n`),
    ...(largestSessions.length === 0 ? [] : ["Largest sessions:\n"]),
    ...largestSessions.map(({ title, sizeBytes }) => `  ${formatSize(sizeBytes)}  ${sanitizeLine(title)}\n`),
  ];
}

const marks: Readonly<Record<Finding["kind"], string>> = { damage: "damage", own: "mend", crush: "mend", note: "note" };

function findingLine({ kind, text }: Finding): string {
  return `${marks[kind]}: ${sanitizeLine(text)}\n`;
}

function repairLines(repaired: Repaired | null): string[] {
  if (repaired === null) return [];
  const { backup, done, salvaged } = repaired;
  return [
    "\n",
    ...(backup === null ? [] : [`Backed up first to ${sanitizeLine(backup)}\n`]),
    ...done.map((text) => `done: ${text}\n`),
    ...(salvaged === null ? [] : [salvageText(salvaged)]),
    ...(done.length === 0 && salvaged === null ? ["There was nothing to mend.\n"] : []),
  ];
}

function adviceLines({ findings }: Examination, repaired: Repaired | null, calledAs: string): string[] {
  const has = (kind: Finding["kind"]): boolean => findings.some((finding) => finding.kind === kind);
  if (findings.some(({ id }) => id === "empty")) {
    return [
      `\n\`${calledAs} db restore\` brings a backup back; where there is none, the next start begins a new database.\n`,
    ];
  }
  if (has("damage")) {
    return [
      `\n\`${calledAs} doctor --repair\` reads what can be read into a new database and keeps the damaged file aside; \`${calledAs} db restore\` brings the newest backup back.\n`,
    ];
  }
  if (repaired === null && has("own")) return [`\n\`${calledAs} doctor --repair\` mends it, after a backup.\n`];
  return has("crush") ? [`\n\`${calledAs} doctor --repair --all\` mends Crush's tables too, after a backup.\n`] : [];
}

function toJson({ before, after, repaired }: Outcome): Readonly<Record<string, unknown>> {
  return {
    database: before.database,
    findings: before.findings,
    sizes: before.sizes.map(({ kind, sizeBytes }) => ({ kind, size_bytes: sizeBytes })),
    largest_sessions: before.largestSessions.map(({ id, title, sizeBytes }) => ({ id, title, size_bytes: sizeBytes })),
    ...(repaired !== null && {
      repaired: {
        backup: repaired.backup,
        done: repaired.done,
        set_aside: repaired.salvaged?.setAside ?? null,
        tables: repaired.salvaged?.tables ?? [],
      },
      left: after.findings,
    }),
  };
}
