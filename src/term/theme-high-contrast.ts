import type { Color, Style } from "./span-line.ts";
import type { CodeStyles, MarkdownStyles, Theme, TranscriptStyles } from "./theme.ts";

/** Each at a contrast of 7 : 1 or more to the background. */
interface Palette {
  readonly name: string;
  readonly foreground: Color;
  readonly background: Color;
  readonly muted: Color;
  readonly accent: Color;
  readonly success: Color;
  readonly warning: Color;
  readonly error: Color;
  readonly info: Color;
}

/** The styles that all parts are made of. */
function stylesOf(palette: Palette) {
  const { foreground, background } = palette;
  return {
    plain: { foreground },
    strong: { foreground, bold: true },
    muted: { foreground: palette.muted },
    mutedItalic: { foreground: palette.muted, italic: true },
    accent: { foreground: palette.accent },
    accentStrong: { foreground: palette.accent, bold: true },
    success: { foreground: palette.success },
    warning: { foreground: palette.warning },
    removed: { foreground: palette.error },
    error: { foreground: palette.error, bold: true },
    info: { foreground: palette.info },
    infoStrong: { foreground: palette.info, bold: true },
    link: { foreground: palette.info, underline: true },
    inverted: { foreground: background, background: foreground },
    inAccent: { foreground: background, background: palette.accent, bold: true },
    inSuccess: { foreground: background, background: palette.success, bold: true },
    inError: { foreground: background, background: palette.error, bold: true },
  } satisfies Record<string, Style>;
}

type Styles = ReturnType<typeof stylesOf>;

function markdownStyles({ plain, muted, accent, accentStrong, info, link }: Styles): MarkdownStyles {
  return {
    heading1: { ...accentStrong, underline: true },
    heading2: accentStrong,
    heading: accentStrong,
    strong: { bold: true },
    emphasis: { italic: true },
    strikethrough: { strikethrough: true },
    codeSpan: info,
    link,
    linkTarget: muted,
    quote: { ...plain, italic: true },
    quoteBar: { ...accent },
    listMarker: accentStrong,
    rule: muted,
    tableBorder: muted,
    tableHeader: { bold: true },
    codeFrame: muted,
  };
}

function codeStyles(styles: Styles): CodeStyles {
  const { plain, muted, info, warning } = styles;
  return {
    plain,
    keyword: styles.accentStrong,
    string: styles.success,
    number: warning,
    comment: styles.mutedItalic,
    function: info,
    type: warning,
    variable: plain,
    property: info,
    tag: styles.error,
    meta: info,
    lineNumber: { ...muted },
  };
}

function transcriptStyles({ plain, strong, muted, mutedItalic, accentStrong, infoStrong }: Styles): TranscriptStyles {
  return {
    userBar: accentStrong,
    userText: strong,
    assistantBar: muted,
    thinking: mutedItalic,
    toolTitle: infoStrong,
    toolSubject: plain,
    toolSummary: muted,
    toolBar: { ...muted },
    toolText: plain,
    note: muted,
    focusedBar: accentStrong,
  };
}

/** Few colours, all strong; nothing is faint, and what is chosen is inverted. */
function highContrast(palette: Palette): Theme {
  const styles = stylesOf(palette);
  const { plain, strong, muted, success, warning, error, info, link, inverted } = styles;
  return {
    name: palette.name,
    text: plain,
    muted,
    faint: muted,
    strong,
    accent: styles.accent,
    accentStrong: styles.accentStrong,
    success,
    warning,
    error,
    info,
    link,
    frame: muted,
    frameFocused: styles.accentStrong,
    frameTitle: strong,
    // Inverted whatever is written there, so that each colour keeps its contrast.
    selected: { foreground: palette.foreground, background: palette.background, inverse: true },
    matched: { bold: true, underline: true },
    match: inverted,
    matchCurrent: styles.inAccent,
    selection: inverted,
    placeholder: muted,
    scrollbarTrack: muted,
    scrollbarThumb: strong,
    statusBar: plain,
    helpKey: strong,
    helpText: plain,
    markdown: markdownStyles(styles),
    code: codeStyles(styles),
    diff: {
      added: success,
      removed: styles.removed,
      addedWord: styles.inSuccess,
      removedWord: styles.inError,
      context: plain,
      hunk: info,
      lineNumber: { ...muted },
    },
    transcript: transcriptStyles(styles),
  };
}

export const highContrastDark = highContrast({
  name: "high-contrast-dark",
  foreground: "#ffffff",
  background: "#000000",
  muted: "#d0d0d0",
  accent: "#ffd700",
  success: "#4dff6a",
  warning: "#ffb347",
  error: "#ff8a8a",
  info: "#7fdcff",
});

export const highContrastLight = highContrast({
  name: "high-contrast-light",
  foreground: "#000000",
  background: "#ffffff",
  muted: "#3a3a3a",
  accent: "#4b0fb0",
  success: "#005c1e",
  warning: "#6b3d00",
  error: "#9b0012",
  info: "#004a8c",
});
