import { isTypingKey } from "../../term/key-name.ts";
import { allCommands, findCommand } from "./all-commands.ts";
import type { BoundKeys, KeyContext, KeyProblem, KeyTable } from "./bound-keys.ts";
import type { Command, KeyBinding } from "./command.ts";
import { isDialogKeyId, resolveDialogKeys } from "./dialog-key-table.ts";
import { worksOverDialogs } from "./switch-commands.ts";
import { keyWords, readKey } from "./read-key.ts";

function boundOf(command: Command, bindings: readonly KeyBinding[]): BoundKeys[] {
  return bindings.map(({ context, keys, when }) => {
    return { commandId: command.id, context, keys, isConditional: when !== undefined };
  });
}

function isOverlapping(one: KeyContext, other: KeyContext): boolean {
  return one === other || one === "global" || other === "global";
}

/** Where a key of the person's counts: as the command's own keys do, and never where it would type. */
function contextsOf(command: Command, key: string): readonly KeyContext[] {
  const own = new Set(command.bindings.map(({ context }) => context));
  if (isTypingKey(key)) return own.size === 1 && own.has("editor") ? [] : ["transcript"];
  if (own.size === 0 || own.has("global")) return ["global"];
  return [...own];
}

interface Wanted {
  readonly command: Command;
  readonly context: KeyContext;
  readonly key: string;
}

interface Reading {
  readonly wanted: Wanted[];
  readonly overridden: Set<string>;
  readonly problems: KeyProblem[];
}

function readCommandKey(command: Command, text: string, reading: Reading): void {
  const { problems, wanted } = reading;
  const report = (reason: string): void => {
    problems.push({ command: command.id, reason });
  };
  if (command.id === "quit" && text === quitKey) return;
  const key = readKey(text, report);
  if (key === null) return;
  const contexts = contextsOf(command, key);
  if (contexts.length === 0) report(`${key} types into the prompt; use it with ctrl or alt`);
  for (const context of contexts) {
    const holder = wanted.find((other) => other.key === key && isOverlapping(other.context, context));
    if (holder === undefined || holder.command === command) wanted.push({ command, context, key });
    else report(`${key} is the key of "${holder.command.id}" already`);
  }
}

function readOverrides(overrides: Readonly<Record<string, string>>): Reading {
  const reading: Reading = { wanted: [], overridden: new Set(), problems: [] };
  for (const [id, text] of Object.entries(overrides).toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    if (isDialogKeyId(id)) continue;
    const command = findCommand(id);
    if (command === undefined) {
      reading.problems.push({ command: id, reason: "there is no such command; docs/configuration.md lists them" });
      continue;
    }
    reading.overridden.add(id);
    for (const word of keyWords(text)) readCommandKey(command, word, reading);
  }
  return reading;
}

/** A command's default bindings without the keys that the person has given to others. */
function remaining(command: Command, { wanted, problems }: Reading): KeyBinding[] {
  const lost = new Set<string>();
  const bindings = command.bindings.map((binding) => {
    const keys = binding.keys.filter((key) => {
      const winner = wanted.find((want) => want.key === key && isOverlapping(want.context, binding.context));
      if (winner === undefined) return true;
      if (!lost.has(key)) {
        const reason = `${key} is the key of "${command.id}" by default; it is no more`;
        problems.push({ command: winner.command.id, reason });
      }
      lost.add(key);
      return false;
    });
    return { ...binding, keys };
  });
  return bindings.filter(({ keys }) => keys.length > 0);
}

/** It quits whatever else is bound, so that nobody is locked in. */
const quitKey = "ctrl+c";

function ownKeys(command: Command, { wanted }: Reading): BoundKeys[] {
  const own = wanted.filter((want) => want.command === command);
  const bound = own.map(({ context, key }) => [context, key] as const);
  const kept = command.id === "quit" ? [["global", quitKey] as const] : [];
  return [...bound, ...kept].map(([context, key]) => {
    return { commandId: command.id, context, keys: [key], isConditional: false };
  });
}

/** Told of who took the last key of the command that cancels. */
function cancelProblem(bound: readonly BoundKeys[], { wanted, overridden }: Reading): KeyProblem[] {
  const id = "cancel";
  if (bound.some(({ commandId, context }) => commandId === id && context !== "transcript")) return [];
  const defaults = findCommand(id)?.bindings.flatMap(({ keys }) => keys) ?? [];
  const taker = overridden.has(id) ? undefined : wanted.find(({ key }) => defaults.includes(key));
  const reason =
    'no key of "cancel" is left while one types: nothing stops a turn there; escape would, or one with ctrl';
  return [{ command: taker?.command.id ?? id, reason }];
}

function isLeading(id: string): boolean {
  const command = findCommand(id);
  return command !== undefined && worksOverDialogs(command);
}

/** The default keys with the person's own: a command that `overrides` names has exactly the keys that stand there. */
export function resolveKeys(overrides: Readonly<Record<string, string>>): KeyTable {
  const reading = readOverrides(overrides);
  const bound = allCommands.flatMap((command) => {
    if (!reading.overridden.has(command.id)) return boundOf(command, remaining(command, reading));
    return ownKeys(command, reading);
  });
  const leading = bound.filter(({ context, commandId }) => context === "global" && isLeading(commandId));
  const dialogs = resolveDialogKeys(overrides, leading);
  return {
    bound,
    dialogs: dialogs.keys,
    problems: [...reading.problems, ...cancelProblem(bound, reading), ...dialogs.problems],
  };
}
