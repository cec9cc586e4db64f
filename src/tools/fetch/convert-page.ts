import type TurndownService from "turndown";
import { loadTurndown } from "./load-turndown.ts";

export type PageFormat = "text" | "markdown" | "html";

/** Converting takes about half a second a megabyte, in which nothing else runs. */
const convertedCharactersMax = 1024 * 1024;

const unread = /<(script|style|noscript|iframe|template|svg)\b[^>]*>[\s\S]*?<\/\1\s*>/gi;
const blockNames =
  /^(ADDRESS|ARTICLE|ASIDE|BLOCKQUOTE|BR|DD|DIV|DL|DT|FIGURE|FOOTER|FORM|H[1-6]|HEADER|HR|LI|MAIN|NAV|OL|P|PRE|SECTION|TABLE|TD|TH|TR|UL)$/;

/** Runs of blank lines become one, and no line ends in spaces. */
function tidied(text: string): string {
  return text
    .replaceAll(/[ \t]+$/gm, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

async function toMarkdown(html: string): Promise<string> {
  const Turndown = await loadTurndown();
  const service = new Turndown({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-" });
  return tidied(service.turndown(html));
}

async function toText(html: string): Promise<string> {
  const Turndown = await loadTurndown();
  const service: TurndownService = new Turndown({ blankReplacement: () => "\n" });
  service.escape = (text) => text;
  service.addRule("text", {
    filter: () => true,
    replacement: (content, node) => (blockNames.test(node.nodeName) ? `\n${content}\n` : content),
  });
  return tidied(service.turndown(html));
}

/** What is in the body; the whole text where there is none. */
function bodyOf(html: string): string {
  const start = /<body[^>]*>/i.exec(html);
  if (start === null) return html;
  const inner = html.slice(start.index + start[0].length);
  const end = inner.search(/<\/body\s*>/i);
  return (end === -1 ? inner : inner.slice(0, end)).trim();
}

/** A page of HTML in the format that was asked for. */
export async function convertPage(html: string, format: PageFormat): Promise<string> {
  const body = bodyOf(html);
  if (format === "html") return `<html>\n<body>\n${body}\n</body>\n</html>`;
  const readable = body.replaceAll(unread, "").slice(0, convertedCharactersMax);
  return format === "text" ? toText(readable) : toMarkdown(readable);
}
