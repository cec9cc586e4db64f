/** Statistics and the tables that benchmarks print. */

/** The value below which the share `quantile` (0…1) of the samples lies. */
export function quantileOf(samples: readonly number[], quantile: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = samples.toSorted((left, right) => left - right);
  const place = (sorted.length - 1) * quantile;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export function medianOf(samples: readonly number[]): number {
  return quantileOf(samples, 0.5);
}

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly samples: readonly number[];
  /** Which of the samples is compared with the goal. Default: the median. */
  readonly quantile?: number;
  /** The figure must stay below it. Absent: measured only. */
  readonly goal?: number;
}

function numberText(value: number): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 1000 ? 1 : 0;
  return value.toFixed(digits);
}

function verdict(figure: Figure): string {
  if (figure.goal === undefined) return "";
  const value = quantileOf(figure.samples, figure.quantile ?? 0.5);
  return value < figure.goal ? `< ${figure.goal} ok` : `< ${figure.goal} MISSED`;
}

/** A table of the figures with median, p95 and range. */
export function figuresTable(
  title: string,
  figures: readonly Figure[],
): { readonly text: string; readonly isGood: boolean } {
  const rows = figures.map((figure) => [
    figure.name,
    figure.unit,
    numberText(medianOf(figure.samples)),
    numberText(quantileOf(figure.samples, 0.95)),
    `${numberText(Math.min(...figure.samples))} … ${numberText(Math.max(...figure.samples))}`,
    String(figure.samples.length),
    verdict(figure),
  ]);
  const lines = [["", "unit", "median", "p95", "range", "n", "goal"], ...rows];
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const texts = lines.map((line) => {
    const cells = line.map((cell, column) =>
      [0, 1, 4, 6].includes(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `  ${cells.join("  ").trimEnd()}\n`;
  });
  return {
    text: `\n${title}\n${texts.join("")}`,
    isGood: !rows.some((row) => row.at(-1)?.includes("MISSED")),
  };
}

/** True where every goal is met. */
export function printFigures(title: string, figures: readonly Figure[]): boolean {
  const { text, isGood } = figuresTable(title, figures);
  process.stdout.write(text);
  return isGood;
}
