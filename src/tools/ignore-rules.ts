import { readFileSync } from "node:fs";
import path from "node:path";
import ignore, { type Ignore } from "ignore";
import { isInside } from "../lib/real-path.ts";

const ignoreFiles = [".gitignore", ".crushignore"];

/** Never of interest, whatever the ignore files say. */
const skippedNames = new Set([".git", ".hg", ".svn", ".crush", "node_modules", "__pycache__", ".DS_Store"]);

function linesOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** What `.gitignore` and `.crushignore` files between a root and a path say. Reads each file once. */
export class IgnoreRules {
  readonly #root: string;
  readonly #byDirectory = new Map<string, Ignore | undefined>();

  /** `root` is absolute: the project, or the directory listed where that lies elsewhere. */
  constructor(root: string) {
    this.#root = root;
  }

  #rulesIn(directory: string): Ignore | undefined {
    if (this.#byDirectory.has(directory)) return this.#byDirectory.get(directory);
    const texts = ignoreFiles.map((name) => linesOf(path.join(directory, name))).filter((text) => text !== "");
    const rules = texts.length === 0 ? undefined : ignore().add(texts.join("\n"));
    this.#byDirectory.set(directory, rules);
    return rules;
  }

  /** Directories above are taken as not ignored: a walk has asked about them before. The deepest rule decides. */
  isIgnored(file: string, kind: "file" | "directory"): boolean {
    const names = path.relative(this.#root, file).split(path.sep);
    if (names.some((name) => skippedNames.has(name))) return true;
    let directory = path.dirname(file);
    for (;;) {
      const rules = this.#rulesIn(directory);
      const relative = path.relative(directory, file) + (kind === "directory" ? "/" : "");
      const verdict = rules?.test(relative);
      if (verdict?.ignored === true) return true;
      if (verdict?.unignored === true) return false;
      if (directory === this.#root || !isInside(this.#root, directory)) return false;
      directory = path.dirname(directory);
    }
  }
}
