import type { DatabaseCopy } from "../../app/backups.ts";
import { largeDatabaseBytes } from "../../app/backups.ts";
import { type DatabaseInfo, databaseInfo } from "../../app/database-info.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { formatSize } from "../../lib/format-size.ts";
import { formatRfc3339 } from "../format-time.ts";
import { readPlaces } from "../read-config.ts";

export const infoCommand: Command = {
  usage: "",
  description:
    "Shows where the session database lies, its size, what it holds, and its backups. Changes nothing, and also looks at a database that can't be opened.",
  options: [{ name: "json", summary: "print JSON" }],
  examples: [
    { comment: "Size, contents and backups", words: "db info" },
    { comment: "The newest backup, for a script", words: "db info --json | jq -r '.copies[0].path'" },
  ],
  words: { min: 0, max: 0 },
  run: (context) => {
    const { io, calledAs } = context.dependencies;
    const info = databaseInfo(readPlaces(context));
    io.write(context.options.has("json") ? `${JSON.stringify(toJson(info))}\n` : infoText(info, calledAs));
    return Promise.resolve(info.facts === null ? exitCodes.database : exitCodes.ok);
  },
};

function toJson({ facts, ...info }: DatabaseInfo): Readonly<Record<string, unknown>> {
  return {
    path: info.path,
    exists: info.exists,
    size_bytes: info.sizeBytes,
    log_size_bytes: info.logSizeBytes,
    problem: info.problem,
    ...(facts !== null && {
      sessions: facts.sessions,
      child_sessions: facts.childSessions,
      messages: facts.messages,
      file_versions: facts.fileVersions,
      requests: facts.requests,
      crush_version: facts.crushVersion,
      own_version: facts.ownVersion,
      own_version_known: facts.ownVersionKnown,
      free_bytes: facts.freeBytes,
      may_hold_fragments: facts.mayHoldFragments,
    }),
    copies: info.copies.map((copy) => ({
      path: copy.path,
      kind: copy.kind,
      taken: formatRfc3339(Math.floor(copy.takenAtMs / 1000)),
      size_bytes: copy.sizeBytes,
    })),
  };
}

function infoText(info: DatabaseInfo, calledAs: string): string {
  const { facts, problem } = info;
  const lines = [
    `Database: ${info.path}`,
    ...(info.exists ? [`Size:     ${formatSize(info.sizeBytes)}, log ${formatSize(info.logSizeBytes)}`] : []),
    ...(facts === null
      ? [`Problem:  ${problem ?? ""}`, `          \`${calledAs} doctor\` says more`]
      : [
          `Holds:    ${facts.sessions} sessions (and ${facts.childSessions} child sessions), ${facts.messages} messages, ${facts.fileVersions} file versions, ${facts.requests} requests`,
          `Schema:   ${String(facts.crushVersion ?? "none")}, own ${facts.ownVersion} of ${facts.ownVersionKnown}`,
          `Free:     ${formatSize(facts.freeBytes)} (\`${calledAs} db vacuum\` gives it back)`,
          ...(facts.mayHoldFragments
            ? [`Deleted:  fragments of text may still be in the file; \`${calledAs} db vacuum\` rewrites it`]
            : []),
        ]),
    ...(info.sizeBytes >= largeDatabaseBytes
      ? [`Warning:  it is larger than ${formatSize(largeDatabaseBytes)}; \`${calledAs} doctor\` shows what fills it`]
      : []),
    info.copies.length === 0 ? "Backups:  none" : "Backups:",
    ...info.copies.map(copyLine),
  ];
  return `${lines.map((line) => sanitizeLine(line)).join("\n")}\n`;
}

const kinds: Readonly<Record<DatabaseCopy["kind"], string>> = {
  backup: "daily",
  "before-upgrade": "before an upgrade",
  "set-aside": "set aside",
  partial: "unfinished",
};

function copyLine(copy: DatabaseCopy): string {
  return `  ${formatRfc3339(Math.floor(copy.takenAtMs / 1000))}  ${formatSize(copy.sizeBytes)}  ${kinds[copy.kind]}  ${copy.path}`;
}
