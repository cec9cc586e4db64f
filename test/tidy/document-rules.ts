import path from "node:path";
import type { RepositoryFile, TidyRule } from "./repository.ts";

function textOf(files: readonly RepositoryFile[], name: string): string {
  return files.find((file) => file.path === name)?.text ?? "";
}

const readmeCommands: TidyRule = {
  name: "the README shows the two commands",
  check: (files) =>
    ["npm ci && npm start", "npm ci && npm test"]
      .filter((command) => !textOf(files, "README.md").includes(command))
      .map((command) => `README.md: show \`${command}\``),
};

const agentsLength: TidyRule = {
  name: "AGENTS.md has at most 120 lines",
  check: (files) => {
    const lines = textOf(files, "AGENTS.md").split("\n").length - 1;
    if (lines < 1) return ["AGENTS.md: it is missing"];
    return lines > 120 ? [`AGENTS.md: ${lines} lines; move details to docs/, 120 at most`] : [];
  },
};

const decisionNumbers: TidyRule = {
  name: "decisions are numbered without gaps",
  check: (files) =>
    files
      .map((file) => file.path)
      .filter((file) => file.startsWith("docs/decisions/"))
      .toSorted()
      .flatMap((file, index) => {
        const number = String(index + 1).padStart(4, "0");
        const isRight = new RegExp(`^${number}-[a-z0-9-]+\\.md$`, "u").test(path.basename(file));
        return isRight ? [] : [`${file}: the next decision is ${number}-<title-in-kebab-case>.md`];
      }),
};

const lockFile: TidyRule = {
  name: "the lock file holds no registry address",
  check: (files) =>
    /"resolved": "(?:https?|git)/u.test(textOf(files, "package-lock.json"))
      ? ["package-lock.json: install with the .npmrc of this repository (omit-lockfile-registry-resolved)"]
      : [],
};

const exactVersions: TidyRule = {
  name: "dependencies are pinned",
  check: (files) =>
    files
      .filter((file) => path.basename(file.path) === "package.json" && !file.path.startsWith("test/fixtures/"))
      .flatMap((file) =>
        [...file.text.matchAll(/"([@\w/.-]+)": "([\^~>*][^"]*|latest)"/gu)]
          .filter((match) => match[1] !== "node")
          .map((match) => `${file.path}: pin ${match[1]} to one version instead of ${match[2]}`),
      ),
};

const linksLead: TidyRule = {
  name: "links between documents lead somewhere",
  check: (files) => {
    const known = new Set(files.flatMap((file) => [file.path, ...ancestors(file.path)]));
    return files
      .filter((file) => file.path.endsWith(".md") && !file.path.startsWith("test/fixtures/"))
      .flatMap((file) =>
        [...file.text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/gu)]
          .map((match) => match[1] ?? "")
          .filter((target) => !isKnown(path.posix.join(path.posix.dirname(file.path), target), known))
          .map((target) => `${file.path}: the link to ${target} leads nowhere`),
      );
  },
};

/** Pictures are not among the text files that the rules read. */
function isKnown(target: string, known: ReadonlySet<string>): boolean {
  return /\.(?:png|svg|gif)$/u.test(target) || known.has(target.replace(/\/$/u, ""));
}

function ancestors(file: string): string[] {
  const folder = path.posix.dirname(file);
  return folder === "." ? [] : [folder, ...ancestors(folder)];
}

export const documentRules: readonly TidyRule[] = [
  readmeCommands,
  agentsLength,
  decisionNumbers,
  lockFile,
  exactVersions,
  linksLead,
];
