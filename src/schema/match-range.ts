/** In UTF-16 units of the text that it belongs to; `end` is behind the last one. */
export interface MatchRange {
  readonly start: number;
  readonly end: number;
}
