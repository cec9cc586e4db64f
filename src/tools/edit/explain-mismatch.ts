const headline = "old_string was not found in the file. It must match exactly, white space and line breaks included";
const shownLinesMax = 12;
const comparedLinesMax = 10_000;
const numberPrefix = /^\s*\d+\|/;

function collapsed(line: string): string {
  return line.trim().replaceAll(/\s+/g, " ");
}

function excerpt(lines: readonly string[], start: number, count: number): string {
  const shown = lines.slice(start, start + Math.min(count, shownLinesMax));
  const rest = count > shown.length ? "\n…" : "";
  return shown.map((line, index) => `${String(start + index + 1).padStart(6)}|${line}`).join("\n") + rest;
}

/** Where the wanted lines stand one after the other when white space is not looked at; -1 for nowhere. */
function looseMatch(lines: readonly string[], wanted: readonly string[]): number {
  const loose = lines.map(collapsed);
  return loose.findIndex((_, start) => wanted.every((line, index) => loose[start + index] === line));
}

function pairsOf(text: string): Map<string, number> {
  const pairs = new Map<string, number>();
  for (let index = 0; index + 1 < text.length; index += 1) {
    const pair = text.slice(index, index + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** Share of common letter pairs: 0 to 1. */
function likeness(pairs: ReadonlyMap<string, number>, wanted: string, line: string): number {
  if (line === wanted) return 1;
  const [shorter, longer] = [Math.min(line.length, wanted.length), Math.max(line.length, wanted.length)];
  if (shorter < 2 || longer > 3 * shorter) return 0;
  let common = 0;
  for (const [pair, count] of pairsOf(line)) common += Math.min(count, pairs.get(pair) ?? 0);
  return (2 * common) / (line.length + wanted.length - 2);
}

/** The place whose lines look most like the wanted ones. */
function nearestPlace(lines: readonly string[], wanted: readonly string[]): number | undefined {
  const key = wanted.toSorted((a, b) => b.length - a.length)[0] ?? "";
  const keyIndex = wanted.indexOf(key);
  const pairs = pairsOf(key);
  let best = { score: 0.5, start: -1 };
  for (const [index, line] of lines.slice(0, comparedLinesMax).entries()) {
    const score = likeness(pairs, key, collapsed(line).slice(0, 400));
    if (score > best.score) best = { score, start: Math.max(0, index - keyIndex) };
  }
  return best.start === -1 ? undefined : best.start;
}

/** Says why a text was not found in a file, and shows the lines that were probably meant. Both with `\n` line ends. */
export function explainMismatch(text: string, wanted: string): string {
  const lines = text.split("\n");
  const wantedLines = wanted.split("\n");
  const filled = wantedLines.filter((line) => line.trim() !== "");
  if (filled.length > 0 && filled.every((line) => numberPrefix.test(line))) {
    return `${headline}. It seems to hold the line numbers that view shows: leave out the number and the bar of each line`;
  }
  const trimmed = wantedLines.map(collapsed);
  while (trimmed.length > 1 && trimmed.at(-1) === "") trimmed.pop();
  while (trimmed.length > 1 && trimmed[0] === "") trimmed.shift();
  if (trimmed.every((line) => line === "")) return headline;
  const loose = looseMatch(lines, trimmed);
  if (loose !== -1) {
    const shown = excerpt(lines, loose, trimmed.length);
    return `${headline}. The same text with other white space (indentation, tabs, spaces at line ends) is here:\n\n${shown}`;
  }
  const nearest = nearestPlace(lines, trimmed);
  if (nearest === undefined) return `${headline}. No line of the file resembles it; view the file again`;
  return `${headline}. The nearest lines of the file are:\n\n${excerpt(lines, nearest, trimmed.length)}`;
}
