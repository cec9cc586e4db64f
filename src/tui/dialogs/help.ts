import type { SpanLine } from "../../term/span-line.ts";
import { line, span, wrapSpans } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import { textWidth } from "../../term/width.ts";
import { allCommands, findCommand } from "../commands/all-commands.ts";
import { dialogKeyEntries, keyScopes, type KeyScopeName, type KeySource } from "../commands/dialog-keys.ts";
import { keyLabelOf, keysOf, keysOfSource } from "../commands/shown-keys.ts";
import type { Command } from "../commands/command.ts";
import { keyLabel } from "../key-names.ts";
import type { UiState } from "../state.ts";
import type { HelpDialog } from "./dialog.ts";
import type { DialogModule } from "./dialog-module.ts";
import { closeKey, putDialog, scrolled, scrollKeys } from "./list-keys.ts";

const groups: readonly Command["group"][] = ["Prompt", "Session", "Transcript", "Model", "Program"];

/** What is typed, not pressed. */
const typed: readonly (readonly [string, string])[] = [
  ["@path", "mention a file: type, then tab"],
  ["!command", "run a shell command yourself"],
  ["\\ enter", "new line"],
  ["↑ ↓", "the session's prompts, from first and last line"],
  ["exit, quit", "leave, typed alone"],
];

function labels(keys: readonly string[]): string {
  return [...new Set(keys.map(keyLabel))].slice(0, 2).join("  ");
}

interface Look {
  readonly state: UiState;
  readonly theme: Theme;
  readonly width: number;
}

/** Of the keys, a blank behind the longest of ours. */
const keysWidth = 25;

/** Nothing is cut: long words go on below, and keys that leave them no room stand above them. */
function row(keys: string, title: string, { theme, width }: Look): SpanLine[] {
  const indent = Math.min(keysWidth, Math.floor(width / 2));
  const restPrefix = [span(" ".repeat(indent + 2))];
  const isBeside = textWidth(keys) < indent;
  const words = wrapSpans([span(title, theme.text)], width, {
    firstPrefix: isBeside ? [span(`  ${keys}${" ".repeat(indent - textWidth(keys))}`, theme.helpKey)] : restPrefix,
    restPrefix,
  });
  if (isBeside) return words;
  return [
    ...wrapSpans([span(keys, theme.helpKey)], width, { firstPrefix: [span("  ")], restPrefix: [span("  ")] }),
    ...words,
  ];
}

/** What is typed in the list of sessions to narrow it. */
const narrowing: readonly (readonly [string, string])[] = [
  ["is:running  is:waiting", "at work; with a question for you"],
  ["is:failed", "the last answer failed or broke off, seen or not"],
  ["is:unseen  is:paused", "ended unseen; with prompts that wait for you"],
  ["is:pinned  is:archived", "pinned; put away"],
  ["tag:  file:  model:", "with this tag, file, model; branch: too"],
  ["before:2026-08  after:7d", "by day, month or year; today, yesterday"],
  ["cost:>1  cost:<1", "by US$"],
  ["-tag:x  -word", "without it"],
  ['"two words"', "that stand together"],
];

/** Those with more keys than their borders have room for. */
const dialogs: readonly KeyScopeName[] = ["sessions", "permission", "todos"];

function dialogLines(name: KeyScopeName, look: Look): SpanLine[] {
  const entries = dialogKeyEntries.filter(({ scopeName }) => scopeName === name);
  const rows = entries.flatMap(({ id, what }) => row(labels(keysOfSource(look.state, id)), what, look));
  const extra = name === "sessions" ? narrowing.flatMap(([words, what]) => row(words, what, look)) : [];
  return [line(`In ${keyScopes[name].place}`, look.theme.accentStrong), ...rows, ...extra, []];
}

/** What a key does, in the words of the tables. */
function whatOf(source: KeySource): string {
  const entry = dialogKeyEntries.find(({ id }) => id === source);
  return entry?.what ?? findCommand(source.replace("command ", ""))?.title ?? "";
}

/** Only what counts in the dialog that is under it, as it is now. */
function aboutLines(about: readonly KeySource[], look: Look): SpanLine[] {
  const own = about.find((source) => !/^(?:list|scroll|command)[. ]/u.test(source));
  const scopeName = dialogKeyEntries.find(({ id }) => id === own)?.scopeName;
  const { state, theme } = look;
  const rows = about.flatMap((source) => row(labels(keysOfSource(state, source)), whatOf(source), look));
  const extra = scopeName === "sessions" ? [[], ...narrowing.flatMap(([words, what]) => row(words, what, look))] : [];
  return [
    ...(scopeName === undefined ? [] : [line(`In ${keyScopes[scopeName].place}`, theme.accentStrong)]),
    ...rows,
    ...row(keyLabelOf(state, "quit"), "Quit", look),
    ...extra,
  ];
}

function groupLines(group: Command["group"], look: Look): SpanLine[] {
  const commands = allCommands.filter((command) => command.group === group);
  const rows = commands.flatMap((command) => {
    const word = command.word === undefined ? "" : `/${command.word}`;
    return row(labels(keysOf(look.state, command.id)) || word, command.title, look);
  });
  const extra = group === "Prompt" ? typed.flatMap(([keys, title]) => row(keys, title, look)) : [];
  return [
    line(group === "Transcript" ? "Transcript (tab goes there)" : group, look.theme.accentStrong),
    ...rows,
    ...extra,
    [],
  ];
}

export const helpDialog: DialogModule<HelpDialog> = {
  keys: () => [...scrollKeys<HelpDialog>(), closeKey<HelpDialog>("help", "help.close")],
  wheel: (dialog, direction, state) => putDialog(state, scrolled(dialog, direction * 3, state)),
  view: (dialog, { theme, area, state }) => {
    const look = { state, theme, width: Math.min(area.columns, 80) };
    const body =
      dialog.about === null
        ? [...groups.flatMap((group) => groupLines(group, look)), ...dialogs.flatMap((name) => dialogLines(name, look))]
        : aboutLines(dialog.about, look);
    return { title: "Help", width: look.width, body, scroll: dialog.scroll };
  },
};
