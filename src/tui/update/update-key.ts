import { type Change, andThen, change, closeDialog, notify, openDialog } from "../change.ts";
import { commandOfKey, commandOfWord, findCommand } from "../commands/all-commands.ts";
import type { Command } from "../commands/command.ts";
import { keysOfSource } from "../commands/shown-keys.ts";
import { worksOverDialogs } from "../commands/switch-commands.ts";
import type { Dialog } from "../dialogs/dialog.ts";
import type { DialogKey, DialogTable } from "../dialogs/dialog-module.ts";
import { canLeaveDialogs, passingDialogs } from "../dialogs/own-dialogs.ts";
import { topDialog, type UiState } from "../state.ts";
import { isTypingKey } from "../../term/key-name.ts";
import type { KeyPress } from "../../term/key-press.ts";
import { updateCompletionKey } from "./path-completion.ts";
import { updateSearchKey } from "./update-search.ts";
import { prolonged, startGrace, withoutQuestions } from "./permission-queue.ts";

function run(state: UiState, command: Command, argument: string): Change {
  const reason = command.unavailable(state);
  if (reason === null) return command.run(state, argument);
  return notify(state, { tone: "info", text: `${command.title}: ${reason}` });
}

/** Runs a command of the palette or of a `/word`. */
export function runCommand(state: UiState, id: string, argument: string): Change {
  const command = findCommand(id);
  return command === undefined ? change(state) : run(state, command, argument);
}

/** `/word argument` as the whole prompt, pasted or after a leading blank. Undefined: a prompt like any other. */
function typedCommand(state: UiState): Change | undefined {
  const words = /^\/([a-z-]+)(?: +([^\n]*))?$/u.exec(state.editor.text.trim());
  const command = words?.[1] === undefined ? undefined : commandOfWord(words[1]);
  const argument = words?.[2]?.trim() ?? "";
  if (command === undefined || (argument !== "" && command.argument === undefined)) return undefined;
  return andThen(change(state, { type: "editor", operation: { kind: "set", text: "" } }), (next) =>
    run(next, command, argument),
  );
}

/** Keys outside dialogs. */
function updateMainKey(state: UiState, key: KeyPress): Change {
  const searched = updateSearchKey(state, key);
  if (searched !== undefined) return searched;
  const completed = state.focus === "editor" ? updateCompletionKey(state, key) : undefined;
  if (completed !== undefined) return completed;
  const command = commandOfKey(state, key.name);
  if (command?.id === "send") {
    const typed = typedCommand(state);
    if (typed !== undefined) return typed;
  }
  if (command !== undefined) return run(state, command, "");
  if (state.focus === "editor") return change(state, { type: "editor", operation: { kind: "key", key } });
  return change(state);
}

const typingKeys: ReadonlySet<string> = new Set(["backspace", "enter", "shift+enter", "left", "right"]);

/** A dialog's own keys come before those that it shares with others. */
function meantBy(name: string, keys: readonly DialogKey<Dialog>[], state: UiState): DialogKey<Dialog> | undefined {
  const found = keys.filter(({ source }) => keysOfSource(state, source).includes(name));
  return found.find(({ source }) => !/^(?:list|scroll)\./u.test(source)) ?? found[0];
}

interface OpenDialog {
  readonly dialog: Dialog;
  readonly dialogs: DialogTable;
}

/** The command that leads to another session although a dialog is open. */
function leadingCommand(state: UiState, { name }: KeyPress, { dialog, dialogs }: OpenDialog): Command | undefined {
  if (!canLeaveDialogs(state.dialogs) || isTypingKey(name)) return undefined;
  const isPassing = passingDialogs.has(dialog.kind);
  if (isPassing && meantBy(name, dialogs(dialog).keys(dialog, state), state) !== undefined) return undefined;
  const command = commandOfKey(state, name);
  return command !== undefined && worksOverDialogs(command) ? command : undefined;
}

/** The keys of the dialog itself, where the key that helps is not one of them. */
function helpAbout(state: UiState, { name }: KeyPress, { dialog, dialogs }: OpenDialog): Change | undefined {
  if (isTypingKey(name) || commandOfKey(state, name)?.id !== "help") return undefined;
  if (dialog.kind === "help") return change(closeDialog(state, "help"));
  const about = dialogs(dialog)
    .keys(dialog, state)
    .map(({ source }) => source);
  return change(openDialog(state, { kind: "help", scroll: 0, about: [...new Set(about)] }));
}

/** Keys while a dialog is open: its own, the one that helps, then its text field. */
function updateDialogKey(state: UiState, key: KeyPress, open: OpenDialog): Change {
  const { dialog, dialogs } = open;
  const module = dialogs(dialog);
  const meant = meantBy(key.name, module.keys(dialog, state), state);
  if (meant?.isBeforeTyping !== true && isTypingKey(key.name)) {
    const typed = module.type?.(dialog, key, state);
    if (typed !== undefined) return typed;
  }
  if (meant === undefined) {
    return helpAbout(state, key, open) ?? module.type?.(dialog, key, state) ?? change(state);
  }
  const reason = meant.unavailable?.(dialog, state) ?? null;
  return reason === null ? meant.run(dialog, state) : notify(state, { tone: "info", text: reason });
}

export function updateKey(state: UiState, key: KeyPress, dialogs: DialogTable): Change {
  // Whatever else is open, ctrl+c asks to quit, and quits the second time.
  if (key.name === "ctrl+c") return runCommand(state, "quit", "");
  const dialog = topDialog(state);
  // As the status line says, whatever is open: all other keys wait for the project that is being opened.
  const isStaying = key.name === "escape" && state.entering !== null && dialog?.kind !== "quit";
  if (isStaying) return change({ ...state, entering: null });
  if (dialog === undefined) return updateMainKey(state, key);
  const leading = leadingCommand(state, key, { dialog, dialogs });
  if (leading !== undefined) return run(state, leading, "");
  // With a reason half typed in it, as it was left, it is plain what is typed.
  const isTooSoon = dialog.kind === "permission" && dialog.reply === null && state.nowMs < dialog.armedAtMs;
  if (isTooSoon) return updateBeneath(state, key, dialogs);
  return updateDialogKey(state, key, { dialog, dialogs });
}

/** A question has just come up: what is typed still belongs to what was there before. Each key prolongs the grace. */
function updateBeneath(state: UiState, key: KeyPress, dialogs: DialogTable): Change {
  const { beneath, questions } = withoutQuestions(state);
  const isTyping = key.text !== null || typingKeys.has(key.name);
  if (beneath.dialogs.length === 0 && !isTyping) return change(state);
  const typed = updateKey(beneath.dialogs.length === 0 ? { ...beneath, focus: "editor" } : beneath, key, dialogs);
  return change(
    { ...typed.state, dialogs: [...typed.state.dialogs, ...prolonged(questions, state.nowMs)] },
    ...typed.effects,
    startGrace(),
  );
}
