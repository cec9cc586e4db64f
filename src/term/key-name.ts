/** Names of keys as people write them in a config, in the form that KeyPress has. */

const modifierOrder = ["ctrl", "shift", "alt", "super"] as const;
const modifierAliases: Readonly<Record<string, string>> = {
  control: "ctrl",
  option: "alt",
  meta: "alt",
  cmd: "super",
  command: "super",
  win: "super",
};

const namedKeys = [
  "enter",
  "tab",
  "escape",
  "space",
  "backspace",
  "delete",
  "insert",
  "home",
  "end",
  "pageUp",
  "pageDown",
  "up",
  "down",
  "left",
  "right",
  ...Array.from({ length: 12 }, (_, index) => `f${index + 1}`),
];
const baseAliases: Readonly<Record<string, string>> = {
  esc: "escape",
  return: "enter",
  del: "delete",
  ins: "insert",
  pgup: "pageUp",
  pgdn: "pageDown",
  pgdown: "pageDown",
  plus: "+",
};

function baseName(text: string): string | null {
  if (Array.from(text).length === 1) return text;
  const lower = text.toLowerCase();
  return baseAliases[lower] ?? namedKeys.find((name) => name.toLowerCase() === lower) ?? null;
}

/** The words of a key, the base last: `ctrl+s`, `alt-enter`, `ctrl++`, `-`. */
function splitKey(text: string): { readonly modifiers: readonly string[]; readonly base: string } {
  const separator = /^(?:\w+-)+.+$/u.test(text) && !text.includes("+") ? "-" : "+";
  if (text === separator) return { modifiers: [], base: text };
  const isSeparatorKey = text.endsWith(separator + separator);
  const words = (isSeparatorKey ? text.slice(0, -2) : text).split(separator);
  const base = isSeparatorKey ? separator : (words.pop() ?? "");
  return { modifiers: words.map((word) => modifierAliases[word.toLowerCase()] ?? word.toLowerCase()), base };
}

/** `Ctrl+K`, `alt-enter`, `pgup`, `G`, `shift+g` as KeyPress names them; null for what is no key. */
export function parseKeyName(text: string): string | null {
  const { modifiers, base: written } = splitKey(text);
  const base = baseName(written);
  if (base === null || modifiers.some((word) => !modifierOrder.some((known) => known === word))) return null;
  if (modifiers.length === 0 || !/^\p{L}$/u.test(base)) return keyName(modifiers, base);
  // Alone with shift a letter is just a capital one.
  if (modifiers.every((word) => word === "shift")) return base.toUpperCase();
  return keyName(modifiers, base.toLowerCase());
}

function keyName(modifiers: readonly string[], base: string): string {
  return [...modifierOrder.filter((modifier) => modifiers.includes(modifier)), base].join("+");
}

/** True for keys that write something into a text field. */
export function isTypingKey(name: string): boolean {
  return name === "space" || Array.from(name).length === 1;
}

/** What most terminals send for a key that is another one to people; null where it can be told apart. */
export function lookalikeKey(name: string): string | null {
  const twins: Readonly<Record<string, string>> = { "ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "escape" };
  return twins[name] ?? null;
}
