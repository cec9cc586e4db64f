import { lookalikeKey, parseKeyName } from "../../term/key-name.ts";

/** A key as a config has it; null, with the reason told, where it can be nobody's. */
export function readKey(text: string, report: (reason: string) => void): string | null {
  const key = parseKeyName(text);
  if (key === null) {
    report(`"${text}" is no key; write it like ctrl+k, alt+enter, f5 or G`);
    return null;
  }
  if (key === "ctrl+c") {
    report("ctrl+c always asks to quit");
    return null;
  }
  const twin = lookalikeKey(key);
  if (twin !== null) report(`most terminals send ${key} as ${twin}`);
  return key;
}

/** The keys of one line of a config. */
export function keyWords(text: string): readonly string[] {
  return text.split(/\s+/u).filter((word) => word !== "");
}
