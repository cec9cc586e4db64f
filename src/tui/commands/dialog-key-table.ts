import { isTypingKey } from "../../term/key-name.ts";
import { ownDialogs, passingDialogs } from "../dialogs/own-dialogs.ts";
import type { BoundKeys, DialogKeys, KeyProblem } from "./bound-keys.ts";
import { type DialogKeyEntry, dialogKeyEntries, type DialogKeyId, keyScopes, meantToHide } from "./dialog-keys.ts";
import { keyWords, readKey } from "./read-key.ts";

type Given = Map<DialogKeyId, string[]>;

interface Reading {
  readonly given: Given;
  readonly problems: KeyProblem[];
}

/** A key that stays with the text field, but for a mark, which a blank sets while nothing is typed. */
function typesThere(entry: DialogKeyEntry, key: string): boolean {
  return entry.scope.isTyping && isTypingKey(key) && !(entry.id === "sessions.mark" && key === "space");
}

/** Why the key can't be the entry's; null: it can. */
function refusal(entry: DialogKeyEntry, key: string, { given }: Reading): string | null {
  if (key === "escape" && !entry.isWayOut) return `escape always leads out of ${entry.scope.place}`;
  if (typesThere(entry, key)) return `${key} types into ${entry.scope.place}; use it with ctrl or alt`;
  const holder = dialogKeyEntries.find(
    (other) => other !== entry && other.scopeName === entry.scopeName && given.get(other.id)?.includes(key) === true,
  );
  return holder === undefined ? null : `${key} is the key of "${holder.id}" already`;
}

function readEntry(entry: DialogKeyEntry, text: string, reading: Reading): void {
  const report = (reason: string): void => {
    reading.problems.push({ command: entry.id, reason });
  };
  const keys: string[] = [];
  for (const word of keyWords(text)) {
    const key = readKey(word, report);
    if (key === null) continue;
    const reason = refusal(entry, key, reading);
    if (reason === null) keys.push(key);
    else report(reason);
  }
  if (entry.isWayOut && !keys.includes("escape")) keys.push("escape");
  reading.given.set(entry.id, keys);
}

/** The entry that the person gave one of the default entry's keys to, within its scope. */
function winnerOf(entry: DialogKeyEntry, key: string, given: Given): DialogKeyEntry | undefined {
  return dialogKeyEntries.find(
    (other) => other.scopeName === entry.scopeName && given.get(other.id)?.includes(key) === true,
  );
}

/** An entry's default keys without those that the person has given to others of its scope. */
function remaining(entry: DialogKeyEntry, { given, problems }: Reading): readonly string[] {
  return entry.keys.filter((key) => {
    const winner = winnerOf(entry, key, given);
    if (winner === undefined || (entry.isWayOut && key === "escape")) return true;
    problems.push({ command: winner.id, reason: `${key} is the key of "${entry.id}" by default; it is no more` });
    return false;
  });
}

/** A scope's own keys come before those that it shares with others: that is said where the person brought it about. */
function sharedProblems({ given }: Reading, keys: DialogKeys): KeyProblem[] {
  const shared = dialogKeyEntries.filter(({ scopeName }) => scopeName === "list" || scopeName === "scroll");
  return dialogKeyEntries.flatMap((own) =>
    shared
      .filter(({ id, scopeName }) => scopeName === own.scope.shares && (given.has(id) || given.has(own.id)))
      .flatMap((other) =>
        keys[own.id]
          .filter((key) => keys[other.id].includes(key))
          .map((key) => ({
            command: given.has(own.id) ? own.id : other.id,
            reason: `in ${own.scope.place} ${key} is the key of "${own.id}", not of "${other.id}"`,
          })),
      ),
  );
}

export function isDialogKeyId(text: string): text is DialogKeyId {
  return dialogKeyEntries.some(({ id }) => id === text);
}

interface Resolved {
  readonly overrides: Readonly<Record<string, string>>;
  readonly keys: DialogKeys;
  readonly leading: readonly BoundKeys[];
}

/**
 * Keys that lead to another session come first in dialogs that stay with theirs, and last in those that are only looked at.
 * A key that both have is told once, of the first such dialog.
 */
function leadingProblems({ overrides, keys, leading }: Resolved): KeyProblem[] {
  const problems = new Map<string, KeyProblem>();
  for (const [name, scope] of Object.entries(keyScopes)) {
    // A step of a dialog may have a scope of its own.
    const dialog = name.replace(/-(?:reply|provider)$/u, "");
    const isPassing = passingDialogs.has(dialog);
    if (!isPassing && !ownDialogs.has(dialog)) continue;
    const entries = dialogKeyEntries.filter(({ scopeName }) => scopeName === name || scopeName === scope.shares);
    for (const { id } of entries) {
      for (const { key, commandId } of leading.flatMap((bound) => inCommon(keys[id], bound))) {
        const hides = `${id} ${key} ${commandId}`;
        if (problems.has(hides) || meantToHide.has(hides)) continue;
        const command = overrides[id] === undefined && overrides[commandId] !== undefined ? commandId : id;
        const reason = isPassing
          ? `in ${scope.place} ${key} is the key of "${id}", not of "${commandId}"`
          : `in ${scope.place}, too, ${key} is the key of "${commandId}"`;
        problems.set(hides, { command, reason });
      }
    }
  }
  return [...problems.values()];
}

function inCommon(
  keys: readonly string[],
  { keys: others, commandId }: BoundKeys,
): { key: string; commandId: string }[] {
  return keys.filter((key) => others.includes(key)).map((key) => ({ key, commandId }));
}

/** The default keys of dialogs with the person's own: an entry that `overrides` names has exactly those keys. */
export function resolveDialogKeys(
  overrides: Readonly<Record<string, string>>,
  leading: readonly BoundKeys[],
): {
  readonly keys: DialogKeys;
  readonly problems: readonly KeyProblem[];
} {
  const reading: Reading = { given: new Map(), problems: [] };
  const named = dialogKeyEntries.filter(({ id }) => overrides[id] !== undefined);
  for (const entry of named.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    readEntry(entry, overrides[entry.id] ?? "", reading);
  }
  const keys = Object.fromEntries(
    dialogKeyEntries.map((entry) => [entry.id, reading.given.get(entry.id) ?? remaining(entry, reading)]),
  ) as DialogKeys;
  return {
    keys,
    problems: [...reading.problems, ...sharedProblems(reading, keys), ...leadingProblems({ overrides, keys, leading })],
  };
}
