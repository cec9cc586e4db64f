import type { Style } from "./span-line.ts";

/**
 * How everything looks: named styles, as data. Components take a theme and no colours of their own. Meaning is never
 * carried by colour alone: the `none` theme must stay usable.
 */
export interface Theme {
  readonly name: string;
  /** Running text. */
  readonly text: Style;
  /** What matters less: hints, times, counts. */
  readonly muted: Style;
  /** Barely there: rules, inactive frames. Never words. */
  readonly faint: Style;
  readonly strong: Style;
  /** The person's attention: the active thing, a mark, a key. */
  readonly accent: Style;
  readonly accentStrong: Style;
  readonly success: Style;
  readonly warning: Style;
  readonly error: Style;
  readonly info: Style;
  readonly link: Style;
  readonly frame: Style;
  readonly frameFocused: Style;
  readonly frameTitle: Style;
  /** The chosen row of a list. */
  readonly selected: Style;
  /** The characters of an item that match the filter. */
  readonly matched: Style;
  /** What a search in the transcript found, and the one of it that is looked at. */
  readonly match: Style;
  readonly matchCurrent: Style;
  /** Text chosen with the mouse. */
  readonly selection: Style;
  readonly placeholder: Style;
  readonly scrollbarTrack: Style;
  readonly scrollbarThumb: Style;
  readonly statusBar: Style;
  readonly helpKey: Style;
  readonly helpText: Style;
  readonly markdown: MarkdownStyles;
  readonly code: CodeStyles;
  readonly diff: DiffStyles;
  readonly transcript: TranscriptStyles;
}

export interface MarkdownStyles {
  readonly heading1: Style;
  readonly heading2: Style;
  readonly heading: Style;
  readonly strong: Style;
  readonly emphasis: Style;
  readonly strikethrough: Style;
  readonly codeSpan: Style;
  readonly link: Style;
  readonly linkTarget: Style;
  readonly quote: Style;
  readonly quoteBar: Style;
  readonly listMarker: Style;
  readonly rule: Style;
  readonly tableBorder: Style;
  readonly tableHeader: Style;
  readonly codeFrame: Style;
}

/** Syntax highlighting; the names group highlight.js's scopes. */
export interface CodeStyles {
  readonly plain: Style;
  readonly keyword: Style;
  readonly string: Style;
  readonly number: Style;
  readonly comment: Style;
  readonly function: Style;
  readonly type: Style;
  readonly variable: Style;
  readonly property: Style;
  readonly tag: Style;
  readonly meta: Style;
  readonly lineNumber: Style;
}

export interface DiffStyles {
  readonly added: Style;
  readonly removed: Style;
  /** The words that differ within a changed line. */
  readonly addedWord: Style;
  readonly removedWord: Style;
  readonly context: Style;
  readonly hunk: Style;
  readonly lineNumber: Style;
}

export interface TranscriptStyles {
  readonly userBar: Style;
  readonly userText: Style;
  readonly assistantBar: Style;
  readonly thinking: Style;
  readonly toolTitle: Style;
  readonly toolSubject: Style;
  readonly toolSummary: Style;
  readonly toolBar: Style;
  readonly toolText: Style;
  readonly note: Style;
  readonly focusedBar: Style;
}

export type ThemeName = "dark" | "light" | "high-contrast-dark" | "high-contrast-light" | "none";
