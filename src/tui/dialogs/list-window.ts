/** The next chosen item; the list wraps around. 0 for an empty list. */
export function moveSelection(selected: number, delta: number, count: number): number {
  return count === 0 ? 0 : (((selected + delta) % count) + count) % count;
}

/** The nearest item that exists; 0 for an empty list. */
export function clampSelection(selected: number, count: number): number {
  return Math.max(0, Math.min(selected, count - 1));
}

/** The first item shown, so that the chosen one is in the middle where the list is longer than the room. */
export function windowStart(selected: number, count: number, height: number): number {
  return Math.max(0, Math.min(selected - Math.floor(height / 2), count - height));
}
