/** The next chosen item; the list wraps around. 0 for an empty list. */
export function moveSelection(selected: number, delta: number, count: number): number {
  return count === 0 ? 0 : (((selected + delta) % count) + count) % count;
}

/** The nearest item that exists; 0 for an empty list. */
export function clampSelection(selected: number, count: number): number {
  return Math.max(0, Math.min(selected, count - 1));
}

export interface ListWindow {
  readonly count: number;
  readonly height: number;
  /** The first item that the last frame showed; null: none of this list yet. */
  readonly first: number | null;
}

/**
 * The first item to show. A list stays as it stands as long as the chosen item is in it, and scrolls no further than that
 * one needs; an item that is further away, or the first time, is put in the middle.
 */
export function windowStart(selected: number, { count, height, first }: ListWindow): number {
  const last = Math.max(0, count - height);
  const start = first === null ? null : Math.min(first, last);
  if (start === null || selected < start - height || selected >= start + 2 * height) {
    return Math.max(0, Math.min(selected - Math.floor(height / 2), last));
  }
  if (selected < start) return selected;
  return selected < start + height ? start : selected - height + 1;
}
