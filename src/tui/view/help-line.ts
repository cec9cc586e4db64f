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

/** Keys and what they do. */
export function hintLine(
  hints: readonly (readonly [string, string])[],
  { theme, width }: { readonly theme: Theme; readonly width: number },
): SpanLine {
  const spans: Span[] = [];
  let used = 1;
  for (const [key, label] of hints) {
    const length = textWidth(key) + textWidth(label) + 3;
    if (used + length > width) break;
    spans.push(span(` ${key}`, theme.helpKey), span(` ${label} `, theme.helpText));
    used += length;
  }
  return spans;
}
