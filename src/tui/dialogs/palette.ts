import type { SpanLine } from "../../term/span-line.ts";
import { line, lineWidth, span, truncateLine } from "../../term/spans.ts";
import { textWidth } from "../../term/width.ts";
import type { Theme } from "../../term/theme.ts";
import { type Change, change, closeDialog } from "../change.ts";
import { allCommands } from "../commands/all-commands.ts";
import { keyLabelOf } from "../commands/shown-keys.ts";
import type { Command } from "../commands/command.ts";
import { filterFuzzy } from "../../term/fuzzy-match.ts";
import type { UiState } from "../state.ts";
import { editField, insertIntoField } from "../text-field.ts";
import type { PaletteDialog } from "./dialog.ts";
import type { DialogKey, DialogModule, DialogView, DialogViewContext } from "./dialog-module.ts";
import { fieldLine } from "./field-line.ts";
import { closeKey, putDialog, selectionKeys } from "./list-keys.ts";
import { listRows } from "./list-rows.ts";

/** All of them; what is mostly reached by its key comes last. */
const offered = allCommands
  .filter((command) => command.id !== "palette")
  .toSorted((one, other) => Number(other.isInPalette) - Number(one.isInPalette));

/** `new fix the tests`: the word of a command that takes an argument, and the argument. */
function withArgument(text: string): { readonly command: Command; readonly argument: string } | undefined {
  const words = /^\/?([a-z-]+) +(.+)$/u.exec(text);
  const command = offered.find((candidate) => candidate.word === words?.[1] && candidate.argument !== undefined);
  return command === undefined ? undefined : { command, argument: words?.[2]?.trim() ?? "" };
}

function textOf(command: Command): string {
  return `${command.word ?? ""} ${command.title}`;
}

/** What has the words in it, best first. Letters that are only scattered count in the commands' words, not in sentences. */
function matching(text: string): readonly Command[] {
  const words = text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "");
  const whole = offered.filter((command) => words.every((word) => textOf(command).toLowerCase().includes(word)));
  if (whole.length > 0) return filterFuzzy(whole, text, textOf);
  return filterFuzzy(
    offered.filter(({ word }) => word !== undefined),
    text,
    ({ word = "" }) => word,
  );
}

/** What matches, the exact word first. */
function shownCommands(dialog: PaletteDialog): readonly Command[] {
  const text = dialog.filter.text.replace(/^\//u, "");
  const direct = withArgument(text);
  if (direct !== undefined) return [direct.command];
  const found = matching(text);
  const exact = found.find((command) => command.word === text.trim());
  return exact === undefined ? found : [exact, ...found.filter((command) => command !== exact)];
}

function runChosen(dialog: PaletteDialog, state: UiState): Change {
  const command = shownCommands(dialog)[dialog.selected];
  if (command === undefined) return change(state);
  const argument = withArgument(dialog.filter.text)?.argument ?? "";
  return change(closeDialog(state, "palette"), { type: "run-command", command: command.id, argument });
}

const keys: readonly DialogKey<PaletteDialog>[] = [
  {
    source: "palette.run",
    label: "run",
    unavailable: (dialog, state) => shownCommands(dialog)[dialog.selected]?.unavailable(state) ?? null,
    run: runChosen,
  },
  ...selectionKeys<PaletteDialog>((dialog) => shownCommands(dialog).length),
  {
    source: "palette.complete",
    label: "complete",
    run: (dialog, state) => {
      const word = shownCommands(dialog)[dialog.selected]?.word;
      return word === undefined
        ? change(state)
        : putDialog(state, { ...dialog, selected: 0, filter: { text: `${word} `, cursor: word.length + 1 } });
    },
  },
  closeKey<PaletteDialog>("palette", "palette.close"),
];

const wordWidth = 18;

function commandRow(
  command: Command,
  state: UiState,
  { theme, width }: { readonly theme: Theme; readonly width: number },
): { left: SpanLine; right: SpanLine } {
  const reason = command.unavailable(state);
  const word =
    command.word === undefined ? "" : `/${command.word}${command.argument === undefined ? "" : ` ${command.argument}`}`;
  const left = [
    span(word.padEnd(wordWidth), reason === null ? theme.accent : theme.muted),
    span(command.title, reason === null ? theme.text : theme.muted),
  ];
  const key = keyLabelOf(state, command.id);
  if (reason === null) return { left, right: [span(key, theme.helpKey)] };
  // What the command does is worth more than the whole of why not: the chosen one's reason stands below.
  const room = Math.max(0, width - lineWidth(left) - 3);
  return { left, right: [span(textWidth(reason) > room ? "not now" : reason, theme.warning)] };
}

function view(dialog: PaletteDialog, { theme, area, state }: DialogViewContext): DialogView {
  const width = Math.min(area.columns, 90);
  const shown = shownCommands(dialog);
  const reason = shown[dialog.selected]?.unavailable(state) ?? null;
  const entry = fieldLine(dialog.filter, { label: "/", placeholder: "command", width, theme });
  const list = listRows({
    count: shown.length,
    selected: dialog.selected,
    first: state.listFirst,
    width,
    height: Math.max(1, Math.min(area.rows - 4, offered.length)),
    theme,
    empty: "no command matches",
    row: (index) => {
      const command = shown[index];
      return command === undefined ? { left: [] } : commandRow(command, state, { theme, width });
    },
  });
  return {
    title: "Commands",
    width,
    rowsMax: offered.length + 3,
    body: [entry.line, [], ...list.rows],
    items: [null, null, ...list.items],
    footer: [truncateLine(line(reason === null ? "" : `not now: ${reason}`, theme.warning), width)],
    cursor: { row: 0, column: entry.column },
  };
}

/** Every command with its key, and why it can't be done where it can't. */
export const paletteDialog: DialogModule<PaletteDialog> = {
  keys: () => keys,
  type: (dialog, key, state) => {
    const isEmptied = key.name === "backspace" && dialog.filter.text === "";
    if (isEmptied) return change(closeDialog(state, "palette"));
    const filter = editField(dialog.filter, key);
    return filter === undefined ? undefined : putDialog(state, { ...dialog, filter, selected: 0 });
  },
  paste: (dialog, text, state) =>
    putDialog(state, { ...dialog, filter: insertIntoField(dialog.filter, text), selected: 0 }),
  click: (dialog, item, state) => runChosen({ ...dialog, selected: item }, state),
  view,
};
