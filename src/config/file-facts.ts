import { lstatSync, type Stats, statSync } from "node:fs";

/** What is at a place, links followed; undefined for nothing, a circle of links, or what may not be looked at. */
export function factsOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** The same of the link itself. */
export function linkFactsOf(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
