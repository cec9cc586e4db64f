/** A rectangle of the screen and what the mouse means there. */
export interface Region<T> {
  readonly row: number;
  readonly column: number;
  readonly width: number;
  readonly height: number;
  readonly target: T;
}

export interface Hit<T> {
  readonly target: T;
  /** The cell within the region. */
  readonly row: number;
  readonly column: number;
}

/** The region under a cell; of several the last added, which lies on top. */
export function hitRegion<T>(
  regions: readonly Region<T>[],
  at: { readonly row: number; readonly column: number },
): Hit<T> | null {
  const region = regions.findLast(
    (candidate) =>
      at.row >= candidate.row &&
      at.row < candidate.row + candidate.height &&
      at.column >= candidate.column &&
      at.column < candidate.column + candidate.width,
  );
  if (region === undefined) return null;
  return { target: region.target, row: at.row - region.row, column: at.column - region.column };
}
