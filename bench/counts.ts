/** How many there are, by kind. */
export type Counts = Readonly<Record<string, number>>;

export function countsOf(kinds: readonly string[]): Counts {
  return Object.fromEntries(
    Map.groupBy(kinds, (kind) => kind)
      .entries()
      .map(([kind, { length }]) => [kind, length]),
  );
}

export function countTotal(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Each kind of which there are more or fewer afterwards, with both numbers. */
export function countChanges(before: Counts, after: Counts): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted().flatMap((kind) => {
    const [was, is] = [before[kind] ?? 0, after[kind] ?? 0];
    return was === is ? [] : `${kind}: ${was} → ${is}`;
  });
}
