/** A colour: an index of the terminal's palette (0–255), 24-bit `#rrggbb`, or the terminal's own default. */
export type Color = number | `#${string}`;

export interface Style {
  readonly foreground?: Color;
  readonly background?: Color;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly strikethrough?: boolean;
  readonly inverse?: boolean;
  /** Target of a hyperlink (OSC 8). */
  readonly link?: string;
}

/** A run of text in one style. `text` is safe: no control characters (see sanitize.ts), no line breaks, tabs expanded. */
export interface Span {
  readonly text: string;
  readonly style: Style;
  /** The line goes on from the row before with this span: what stood between them, blanks that the break dropped. */
  readonly joint?: string;
}

/** One row of the screen, or a part of one. */
export type SpanLine = readonly Span[];

/** A whole screen, top to bottom; rows shorter than the screen are filled with blanks. */
export interface Frame {
  readonly lines: readonly SpanLine[];
  /** Where the hardware cursor stands, 0-based; null hides it. */
  readonly cursor: { readonly row: number; readonly column: number } | null;
}
