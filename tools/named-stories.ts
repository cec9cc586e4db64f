/** The tests that docs/stories.md names: what a feature is shown by must exist and run. */
import { readFileSync } from "node:fs";
import path from "node:path";

export const storiesDocument = "docs/stories.md";

export interface NamedStory {
  /** Relative to the root. */
  readonly file: string;
  readonly title: string;
}

/** In a table's cell: the test file in backquotes, `›`, the test's title; several stand apart by `<br>`. */
const namedStory = /`((?:test|src)\/[\w./-]+\.test\.ts)` › ([^|\n]+?) *(?=\||<br>)/gu;

export function namedStories(markdown: string): NamedStory[] {
  return [...markdown.matchAll(namedStory)].map(([, file = "", title = ""]) => ({ file, title }));
}

/** Lines of features that name no story. */
export function featuresWithoutStory(markdown: string): string[] {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| feature") && namedStories(line).length === 0);
}

export function readNamedStories(root: string): NamedStory[] {
  try {
    return namedStories(readFileSync(path.join(root, storiesDocument), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
