import * as v from "valibot";
import { defineTool } from "../define-tool.ts";
import { permissionRequest } from "../permission-request.ts";
import { spillText } from "../spill-text.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { errorResult, refused, textResult } from "../tool-result.ts";
import { downloadPage, type Page } from "./download-page.ts";
import { convertInThread, type PageAnswer } from "./load-page-thread.ts";
import { bodyOf } from "./page-parts.ts";

const bytesMax = 5 * 1024 * 1024;
const charactersMax = 100 * 1024;
const timeoutDefaultSeconds = 30;
const timeoutMaxSeconds = 120;
/** Ordinary pages take less than one second. */
const convertingMsMax = 10_000;

const schema = v.object({
  url: v.pipe(v.string(), v.minLength(1, "must not be empty"), v.description("Address to fetch, http or https")),
  format: v.optional(
    v.pipe(
      v.picklist(["text", "markdown", "html"]),
      v.description("What pages are turned into, markdown when left out"),
    ),
  ),
  timeout: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.description(`Seconds to wait, ${timeoutDefaultSeconds} when left out, at most ${timeoutMaxSeconds}`),
    ),
  ),
});

const description = `Fetches a web address and returns its text, HTML pages as markdown, plain text or HTML.

- At most 5 MB are read. What is over 100 KB is kept in a file that the result names.
- Redirects to another host are not followed but reported.
- It sends no cookies or keys, and runs no scripts.`;

type PageFormat = "text" | "markdown" | "html";

interface Wanted {
  readonly url: URL;
  readonly format: PageFormat;
  readonly timeoutMs: number;
}

const textTypes =
  /^(text\/|application\/(json|xml|javascript|x-javascript|x-yaml|yaml|toml|x-sh|rtf|graphql)|[^;]*\+(json|xml))/;

function isText({ contentType, bytes }: Page & { kind: "page" }): boolean {
  return contentType === "" ? !bytes.subarray(0, 8000).includes(0) : textTypes.test(contentType);
}

/** By the charset that the server or the page names; undefined where the bytes are not of it. */
function decoded({ contentType, bytes }: Page & { kind: "page" }): string | undefined {
  const start = bytes.subarray(0, 2048).toString("latin1");
  const charset = /charset=["']?([\w-]+)/.exec(contentType)?.[1] ?? /<meta[^>]+charset=["']?([\w-]+)/i.exec(start)?.[1];
  try {
    return new TextDecoder(charset ?? "utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function withoutBrokenEnd(page: Page & { kind: "page" }): Page & { kind: "page" } {
  if (!page.isCut) return page;
  let end = page.bytes.length;
  while (end > 0 && ((page.bytes[end - 1] ?? 0) & 0x80) !== 0) end -= 1;
  return { ...page, bytes: page.bytes.subarray(0, end) };
}

async function limited(text: string, context: ToolContext): Promise<string> {
  if (text.length <= charactersMax) return text;
  const file = await spillText("fetch", text, context);
  return `${text.slice(0, charactersMax)}\n\n[Content truncated to ${charactersMax} characters; all of it is in ${file}]`;
}

async function inFormat(html: string, format: PageFormat, { signal }: ToolContext): Promise<PageAnswer> {
  const body = bodyOf(html);
  if (format === "html") return { kind: "converted", text: `<html>\n<body>\n${body}\n</body>\n</html>` };
  return convertInThread({ html: body, format }, { signal, timeoutMs: convertingMsMax });
}

async function fetchPage({ url, format, timeoutMs }: Wanted, context: ToolContext): Promise<ToolResult> {
  const got = await downloadPage({ url, timeoutMs, bytesMax, signal: context.signal });
  if (got.kind === "problem") return errorResult(got.message);
  const page = withoutBrokenEnd(got);
  if (!isText(page)) {
    return errorResult(`The address gives no text but ${page.contentType} (${page.bytes.length} bytes)`);
  }
  const text = decoded(page);
  if (text === undefined) return errorResult("Response content is not valid text in its character set");
  const isHtml = page.contentType.includes("html") || /^\s*<(!doctype html|html)\b/i.test(text);
  const answer: PageAnswer = isHtml ? await inFormat(text, format, context) : { kind: "converted", text };
  if (answer.kind === "failed") {
    return errorResult(`The page can't be turned into ${format} (${answer.why}). The format html gives it as it is.`);
  }
  const note = page.isCut ? `\n\n[Only the first ${bytesMax} bytes were read]` : "";
  return textResult((await limited(answer.text, context)) + note);
}

export const fetchTool: Tool = defineTool({
  name: "fetch",
  description,
  isReadOnly: true,
  schema,
  prepare(input, context) {
    const url = URL.canParse(input.url) ? new URL(input.url) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      return Promise.resolve(refused(`URL must start with http:// or https://, and be whole: ${input.url}`));
    }
    const seconds = Math.min(input.timeout || timeoutDefaultSeconds, timeoutMaxSeconds);
    const request = permissionRequest(context, {
      tool: "fetch",
      action: "fetch",
      path: context.workingDirectory,
      url: url.href,
      description: `Fetch content from URL: ${url.href}`,
      display: { title: "Fetch", subject: url.href, blocks: [{ kind: "text", text: url.href }] },
    });
    const wanted = { url, format: input.format ?? "markdown", timeoutMs: seconds * 1000 };
    return Promise.resolve({ kind: "ready", permissions: [request], run: () => fetchPage(wanted, context) });
  },
});
