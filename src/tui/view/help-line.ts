import type { Span, SpanLine } from "../../term/span-line.ts";
import { span } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import { textWidth } from "../../term/width.ts";
import { dialogKeyLabel, keyLabelOf } from "../commands/shown-keys.ts";
import type { DialogKeyId } from "../commands/dialog-keys.ts";
import { remembering } from "../remembering.ts";
import { isBusy, shownDesk, type UiState } from "../state.ts";

/** One or several commands and the word for them. */
interface Hint {
  readonly commands: readonly string[];
  readonly label: string;
}

const hint = (label: string, ...commands: readonly string[]): Hint => ({ commands, label });

const inEmptyEditor = [
  hint("commands", "palette"),
  hint("sessions", "sessions"),
  hint("new", "new-session"),
  hint("models", "models"),
  hint("transcript", "focus"),
  hint("help", "help"),
  hint("quit", "quit"),
];

const whileTyping = [
  hint("send", "send"),
  hint("new line", "newline"),
  hint("attach", "attach-file"),
  hint("$EDITOR", "external-editor"),
  hint("commands", "palette"),
  hint("help", "help"),
];

const whileBusy = [
  hint("queue", "send"),
  hint("sessions", "sessions"),
  hint("new", "new-session"),
  hint("waiting prompts", "todos"),
  hint("commands", "palette"),
  hint("help", "help"),
];

const inTranscript = [
  hint("back", "focus"),
  hint("scroll", "transcript-line-down", "transcript-line-up"),
  hint("message", "transcript-message-down", "transcript-message-up"),
  hint("prompt", "transcript-prompt-up", "transcript-prompt-down"),
  hint("find", "find"),
  hint("unfold", "transcript-expand"),
  hint("copy", "transcript-copy"),
  hint("block", "transcript-copy-block"),
  hint("open file", "transcript-open-file"),
  hint("ends", "transcript-top", "transcript-bottom"),
  hint("help", "help"),
];

function inCompletion(state: UiState): readonly (readonly [string, string])[] {
  const key = (id: DialogKeyId): string => dialogKeyLabel(state, id);
  return [
    [key("paths.take"), "take"],
    [`${key("list.up")}${key("list.down")}`, "choose"],
    [key("paths.close"), "close"],
  ];
}

function hintsOf(state: UiState): readonly Hint[] {
  if (state.focus === "transcript") return inTranscript;
  if (isBusy(shownDesk(state))) return whileBusy;
  return state.editor.text === "" ? inEmptyEditor : whileTyping;
}

function labelled(state: UiState, hints: readonly Hint[] | null): readonly (readonly [string, string])[] {
  if (hints === null) return inCompletion(state);
  return hints.flatMap(({ commands, label }) => {
    const keys = commands.map((id) => keyLabelOf(state, id)).filter((key) => key !== "");
    return keys.length === 0 ? [] : [[keys.join("/"), label] as const];
  });
}

const remembered = remembering<SpanLine>();

/** What can be pressed here and now: as many keys as fit, whole. */
export function helpLine(state: UiState, look: { readonly theme: Theme; readonly width: number }): SpanLine {
  const hints = state.completion !== null && state.focus === "editor" ? null : hintsOf(state);
  return remembered([hints, state.keys, look.theme, look.width], () => hintLine(labelled(state, hints), look));
}

interface HintLook {
  readonly theme: Theme;
  readonly width: number;
  /** The way to those that are not shown; null or absent: there is none. */
  readonly whereCut?: KeyHint | null;
}

type KeyHint = readonly [key: string, label: string];

function widthOf([key, label]: KeyHint): number {
  return textWidth(key) + textWidth(label) + 3;
}

/** Keys and what they do: as many as fit. Where some do not, `whereCut` ends the line. */
export function hintLine(hints: readonly KeyHint[], { theme, width, whereCut = null }: HintLook): SpanLine {
  const isCut = hints.reduce((sum, each) => sum + widthOf(each), 1) > width;
  const end = isCut && whereCut !== null ? [whereCut] : [];
  const room = width - end.reduce((sum, each) => sum + widthOf(each), 0);
  const shown: KeyHint[] = [];
  let used = 1;
  for (const each of hints) {
    used += widthOf(each);
    if (used > room) break;
    shown.push(each);
  }
  return [...shown, ...end].flatMap(([key, label]): Span[] => [
    span(` ${key}`, theme.helpKey),
    span(` ${label} `, theme.helpText),
  ]);
}
