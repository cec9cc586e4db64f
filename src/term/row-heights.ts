/** Heights of a list's items with their sums, each read or change in O(log n) (a Fenwick tree). */
export interface RowHeights {
  readonly length: number;
  heightAt(index: number): number;
  set(index: number, height: number): void;
  append(height: number): void;
  /** Drops items from the end. */
  truncate(length: number): void;
  /** Rows above an item. */
  offsetOf(index: number): number;
  total(): number;
  /** The item at a row, and the row within it; the last item where the row lies beyond all. */
  locate(row: number): { readonly index: number; readonly rowInItem: number };
}

export function createRowHeights(initial: readonly number[] = []): RowHeights {
  const heights: number[] = [];
  /** 1-based: `sums[i]` holds the heights of the `i & -i` items that end at item i - 1. */
  const sums: number[] = [0];

  const offsetOf = (index: number): number => {
    let sum = 0;
    for (let node = Math.min(index, heights.length); node > 0; node -= node & -node) sum += sums[node] ?? 0;
    return sum;
  };

  const append = (height: number) => {
    heights.push(height);
    const node = heights.length;
    const first = node - (node & -node);
    sums[node] = height + offsetOf(node - 1) - offsetOf(first);
  };

  for (const height of initial) append(height);

  return {
    get length() {
      return heights.length;
    },
    heightAt: (index) => heights[index] ?? 0,
    set: (index, height) => {
      const change = height - (heights[index] ?? 0);
      if (change === 0 || index >= heights.length) return;
      heights[index] = height;
      for (let node = index + 1; node <= heights.length; node += node & -node) sums[node] = (sums[node] ?? 0) + change;
    },
    append,
    truncate: (length) => {
      heights.length = Math.min(length, heights.length);
      sums.length = heights.length + 1;
    },
    offsetOf,
    total: () => offsetOf(heights.length),
    locate: (row) => {
      let node = 0;
      let rest = Math.max(0, row);
      for (let step = 2 ** Math.floor(Math.log2(heights.length + 1)); step >= 1; step /= 2) {
        const next = node + step;
        if (next <= heights.length && (sums[next] ?? 0) <= rest) {
          node = next;
          rest -= sums[next] ?? 0;
        }
      }
      if (node < heights.length) return { index: node, rowInItem: rest };
      const last = Math.max(0, heights.length - 1);
      return { index: last, rowInItem: Math.max(0, (heights[last] ?? 1) - 1) };
    },
  };
}
