import type { SpanLine } from "./span-line.ts";
import { padLine } from "./spans.ts";

interface Known {
  readonly width: number;
  readonly right: SpanLine;
  readonly row: SpanLine;
}

/**
 * Two lines side by side, the left one exactly so wide. The same two lines give the same row as before, which the
 * renderer tells at a glance from one that has changed.
 */
export class JoinedRows {
  readonly #known = new WeakMap<SpanLine, Known>();

  join(left: SpanLine, right: SpanLine, width: number): SpanLine {
    const known = this.#known.get(left);
    if (known?.right === right && known.width === width) return known.row;
    const row = [...padLine(left, width), ...right];
    this.#known.set(left, { width, right, row });
    return row;
  }
}
