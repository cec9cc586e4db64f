/** The first lines of a text, and how many more there are, without splitting all of it. */
export function firstLines(text: string, count: number): { readonly text: string; readonly hidden: number } {
  let end = -1;
  for (let line = 0; line < count; line++) {
    end = text.indexOf("\n", end + 1);
    if (end < 0) return { text, hidden: 0 };
  }
  const rest = text.slice(end + 1);
  return { text: text.slice(0, end), hidden: rest.trim() === "" ? 0 : countLines(rest) };
}

/** The last lines of a text, and how many there are before them. */
export function lastLines(text: string, count: number): { readonly text: string; readonly hidden: number } {
  const whole = text.replace(/\s+$/, "");
  let start = whole.length;
  for (let line = 0; line < count; line++) {
    start = whole.lastIndexOf("\n", start - 1);
    if (start <= 0) return { text: whole, hidden: 0 };
  }
  return { text: whole.slice(start + 1), hidden: countLines(whole.slice(0, start)) };
}

/** Lines of a text; a line break at its very end begins no further one. */
function countLines(text: string): number {
  if (text === "") return 0;
  let count = 1;
  let index = text.indexOf("\n");
  while (index >= 0 && index < text.length - 1) {
    count++;
    index = text.indexOf("\n", index + 1);
  }
  return count;
}
