import { decodePrintableKey, parseKey } from "@earendil-works/pi-tui/dist/keys.js";

/** A key, named as in `ctrl+shift+p`, `alt+enter`, `pageUp`, `f5`, `a`, `é`: modifiers in the order ctrl, shift, alt. */
export interface KeyPress {
  readonly name: string;
  /** What it types; null for keys that type nothing. */
  readonly text: string | null;
  /** As the terminal sent it. */
  readonly raw: string;
}

const modifierOrder = ["ctrl", "shift", "alt", "super"];
const aliases: Readonly<Record<string, string>> = { esc: "escape", return: "enter" };

function canonicalName(parsed: string): string {
  const parts = parsed.split("+");
  const base = parsed.endsWith("++") || parsed === "+" ? "+" : (parts.at(-1) ?? parsed);
  const modifiers = modifierOrder.filter((modifier) => parts.slice(0, -1).includes(modifier));
  return [...modifiers, aliases[base] ?? base].join("+");
}

/** Keys of the number pad come as characters of the private area, which nobody types. */
const privateCharacter = /[\ue000-\uf8ff]/;

function typedText(raw: string): string | null {
  const text = decodePrintableKey(raw) ?? raw;
  return /^[^\u0000-\u001f\u007f-\u009f]+$/u.test(text) && !privateCharacter.test(text) ? text : null;
}

/** Home and End as some terminals and multiplexers send them; pi-tui matches, but does not name them. */
const otherNames: Readonly<Record<string, string>> = { "\u001b[1~": "home", "\u001b[4~": "end" };

/** Escape and a letter is the legacy form of alt; pi-tui reads some of them as arrows. */
function altLetter(raw: string): string | null {
  const letter = /^\u001b([a-zA-Z])$/.exec(raw)?.[1];
  if (letter === undefined) return null;
  const lower = letter.toLowerCase();
  return lower === letter ? `alt+${lower}` : `shift+alt+${lower}`;
}

/** Null for sequences that are no key that we know. */
export function parseKeyPress(raw: string): KeyPress | null {
  // In raw mode Enter sends a carriage return; a line feed is what ctrl+j sends.
  if (raw === "\n") return { name: "ctrl+j", text: null, raw };
  const alt = altLetter(raw);
  if (alt !== null) return { name: alt, text: null, raw };
  const text = typedText(raw);
  if (text !== null) return { name: text === " " ? "space" : text, text, raw };
  const parsed = otherNames[raw] ?? parseKey(raw);
  return parsed === undefined ? null : { name: canonicalName(parsed), text, raw };
}
