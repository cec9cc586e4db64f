/** Of pages as strangers write them: each function takes time in proportion to the page, whatever is in it. */

const unreadStart = /<(script|style|noscript|iframe|template|svg)\b/gi;

/** The offset behind the tag that begins at `start`; -1 where it has no end. */
function tagEnd(html: string, start: number): number {
  return html.indexOf(">", start) + 1 || -1;
}

/** What is in the body; the whole text where there is none. */
export function bodyOf(html: string): string {
  const start = html.search(/<body\b/i);
  const from = start === -1 ? -1 : tagEnd(html, start);
  if (from === -1) return html;
  const inner = html.slice(from);
  const end = inner.search(/<\/body\s*>/i);
  return (end === -1 ? inner : inner.slice(0, end)).trim();
}

/** The page without the elements that nobody reads. One that is not closed stays. */
export function withoutUnread(html: string): string {
  const unclosed = new Set<string>();
  let kept = "";
  let from = 0;
  unreadStart.lastIndex = 0;
  for (let match = unreadStart.exec(html); match !== null; match = unreadStart.exec(html)) {
    const name = (match[1] ?? "").toLowerCase();
    if (unclosed.has(name)) continue;
    const inside = tagEnd(html, match.index);
    if (inside === -1) break;
    const closing = new RegExp(`</${name}\\s*>`, "gi");
    closing.lastIndex = inside;
    const end = closing.exec(html);
    // Nor is any later one of that name, so none is looked for again.
    if (end === null) unclosed.add(name);
    else {
      kept += html.slice(from, match.index);
      from = closing.lastIndex;
      unreadStart.lastIndex = from;
    }
  }
  return kept + html.slice(from);
}

function withoutBlankEnd(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === " " || line[end - 1] === "\t")) end -= 1;
  return line.slice(0, end);
}

/** Runs of blank lines become one, and no line ends in spaces. */
export function tidied(text: string): string {
  return text
    .split("\n")
    .map((line) => withoutBlankEnd(line))
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}
