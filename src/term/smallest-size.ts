/** The smallest terminal in which the full screen can be used. */
export const smallestSize = { columns: 40, rows: 10 } as const;

export function isTooSmall(size: { readonly columns: number; readonly rows: number }): boolean {
  return size.columns < smallestSize.columns || size.rows < smallestSize.rows;
}
