import { accessSync, constants } from "node:fs";
import path from "node:path";
import { moduleFolders } from "../../lib/program-root.ts";

const binaryName = process.platform === "win32" ? "rg.exe" : "rg";

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The binary lies in a package of the platform's. Looked for by its path: a compiled program resolves no packages. */
function packagedBinary(): string | undefined {
  const name = path.join("@vscode", `ripgrep-${process.platform}-${process.arch}`, "bin", binaryName);
  return moduleFolders()
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

function onPath(searchPath: string | undefined): string | undefined {
  return (searchPath ?? "")
    .split(path.delimiter)
    .filter((directory) => path.isAbsolute(directory))
    .map((directory) => path.join(directory, binaryName))
    .find(isExecutable);
}

let packaged: { readonly file: string | undefined } | undefined;

/** ripgrep as it came with the program, else the machine's own; undefined where there is none. */
export function findRipgrep(environment: Readonly<Record<string, string>>): string | undefined {
  packaged ??= { file: packagedBinary() };
  const { file } = packaged;
  return file !== undefined && isExecutable(file) ? file : onPath(environment["PATH"]);
}

export const ripgrepMissingMessage =
  "ripgrep is missing, so files can't be searched. Install ripgrep (rg), or use bash with find or grep.";
