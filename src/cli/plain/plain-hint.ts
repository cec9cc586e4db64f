/** Hints name the full screen's keys and the command line; here their commands do the same. */
const commandsByKey = [
  ["ctrl+l", "/model"],
  ["ctrl+n", "/new"],
  ["esc esc", "ctrl+c"],
  ["crush session list", "/sessions"],
] as const;

/** A hint in the words of `--plain`. */
export function plainHint(hint: string): string {
  let words = hint;
  for (const [key, command] of commandsByKey) words = words.replaceAll(key, command);
  return words;
}
