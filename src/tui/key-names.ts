const symbols: Readonly<Record<string, string>> = {
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  escape: "esc",
  pageup: "pgup",
  pagedown: "pgdn",
  " ": "space",
};

/** A key as people read it: `ctrl+s`, `↑`, `esc`. */
export function keyLabel(key: string): string {
  const parts = key.split("+");
  const last = parts.pop() ?? "";
  return [...parts, symbols[last.toLowerCase()] ?? last].join("+");
}
