import path from "node:path";
import { isSource, type RepositoryFile, type TidyRule } from "./repository.ts";

const linesMax = 400;
const vagueWords = ["util", "utils", "helper", "helpers", "common", "types", "manager", "index", "misc"];
const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*$/u;

const fileLength: TidyRule = {
  name: "files have at most 400 lines",
  check: (files) =>
    files.filter(isSource).flatMap((file) => {
      const lines = file.text.split("\n").length - 1;
      return lines > linesMax ? [`${file.path}: ${lines} lines; split it by topic, 400 at most`] : [];
    }),
};

function isVague(name: string): boolean {
  return vagueWords.some((word) => name === word || name.endsWith(`-${word}`));
}

const fileNames: TidyRule = {
  name: "file names say what is inside",
  check: (files) =>
    files.filter(isSource).flatMap((file) => {
      const parts = file.path.split("/").slice(1);
      const vague = parts.find((part) => isVague(part.replace(/\..*$/u, "")));
      return vague === undefined ? [] : [`${file.path}: "${vague}" says nothing; name it after its main export`];
    }),
};

function isNamedFreely(file: RepositoryFile): boolean {
  const isOutside = !/^(?:src|test|tools|bench)\//u.test(file.path) || file.path.startsWith("test/fixtures/");
  return isOutside || path.basename(file.path) === "README.md";
}

const kebabNames: TidyRule = {
  name: "file names are in kebab-case",
  check: (files) =>
    files
      .filter((file) => !isNamedFreely(file) && !kebabCase.test(path.basename(file.path)))
      .map((file) => `${file.path}: rename it in kebab-case, such as text-width.ts`),
};

export const namingRules: readonly TidyRule[] = [fileLength, fileNames, kebabNames];
