import type TurndownService from "turndown";
import { loadTurndown } from "./load-turndown.ts";
import { tidied, withoutUnread } from "./page-parts.ts";

export interface PageTask {
  readonly html: string;
  readonly format: "text" | "markdown";
}

/** Converting takes about a second a megabyte. */
const convertedCharactersMax = 1024 * 1024;

const blockNames =
  /^(ADDRESS|ARTICLE|ASIDE|BLOCKQUOTE|BR|DD|DIV|DL|DT|FIGURE|FOOTER|FORM|H[1-6]|HEADER|HR|LI|MAIN|NAV|OL|P|PRE|SECTION|TABLE|TD|TH|TR|UL)$/;

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

/**
 * The body of a page as it is read. Of pages that were made for it (elements nested a thousand deep) this takes minutes,
 * or more of the stack than there is: it is for a thread that can be ended.
 */
export async function convertPage({ html, format }: PageTask): Promise<string> {
  const readable = withoutUnread(html).slice(0, convertedCharactersMax);
  return format === "text" ? toText(readable) : toMarkdown(readable);
}
