import { readQuotedPath } from "../../lib/quoted-path.ts";

/** What the practice model understands of a prompt. It is no AI: a few fixed forms, and honest about the rest. */
export type PracticeRequest =
  | { readonly kind: "list"; readonly path: string }
  | { readonly kind: "read"; readonly path: string }
  | { readonly kind: "search"; readonly pattern: string; readonly path: string | null }
  | { readonly kind: "create"; readonly path: string; readonly content: string }
  | { readonly kind: "change"; readonly path: string; readonly before: string; readonly after: string }
  | { readonly kind: "run"; readonly command: string }
  | { readonly kind: "make-session"; readonly title: string; readonly prompt: string | null }
  | { readonly kind: "list-sessions" }
  | { readonly kind: "search-sessions"; readonly query: string }
  | { readonly kind: "read-session"; readonly session: string }
  | { readonly kind: "unknown" };

interface Form {
  readonly pattern: RegExp;
  readonly make: (groups: Readonly<Record<string, string | undefined>>) => PracticeRequest;
}

/** A quoted text, or else one word. No pattern may try a text's parts over and over: a prompt can be megabytes long. */
const quoted = `"[^"]*"|'[^']*'|\`[^\`]*\``;
const token = (name: string): string => `(?<${name}>${quoted}|\\S+?)`;
/** In double quotes it may be written as in JSON. */
const pathToken = (name: string): string => `(?<${name}>"(?:[^"\\\\]|\\\\.){0,4096}"|${quoted}|\\S+?)`;
const please = "(?:please\\s+)?";
const theFile = "(?:the\\s+)?(?:file\\s+)?";
const end = "\\s*[.!?]?$";

const form = (words: string, make: Form["make"]): Form => ({
  pattern: new RegExp(`^${please}${words}`, "iu"),
  make,
});

const sessionForms: readonly Form[] = [
  form(
    `(?:make|create|start|open)\\s+(?:a|another)?\\s*(?:new\\s+)?session\\s+(?:for|about|on|called|named)\\s+(?:the\\s+)?` +
      `(?<title>${quoted}|[^"'\`]+?)(?:,?\\s+and\\s+(?:there\\s+)?(?<prompt>.+?)(?:\\s+there)?)?${end}`,
    (groups) => ({
      kind: "make-session",
      title: unquote(groups["title"]),
      prompt: groups["prompt"] === undefined ? null : unquote(groups["prompt"]),
    }),
  ),
  form(`(?:list|show)\\s+(?:me\\s+)?(?:all\\s+)?(?:the\\s+|my\\s+)?sessions${end}`, () => ({ kind: "list-sessions" })),
  form(`(?:search|look)\\s+(?:in\\s+)?(?:the\\s+|my\\s+)?sessions\\s+for\\s+(?<query>.+?)${end}`, (groups) => ({
    kind: "search-sessions",
    query: groups["query"] ?? "",
  })),
  form(`(?:read|show)\\s+(?:the\\s+)?session\\s+${token("session")}${end}`, (groups) => ({
    kind: "read-session",
    session: unquote(groups["session"]),
  })),
];

/** Their last part may be of any length, and is taken to the letter. */
const openForms: readonly Form[] = [
  form(
    `(?:create|write|make)\\s+(?:a\\s+|the\\s+)?(?:new\\s+)?(?:file\\s+)?${pathToken("path")}\\s+` +
      "(?:with(?:\\s+the)?(?:\\s+(?:content|contents|text|line))?|containing|saying):?\\s+(?<content>[\\s\\S]+)$",
    (groups) => ({ kind: "create", path: pathOf(groups["path"]), content: unquote(groups["content"]) }),
  ),
  form("(?:run|execute)\\s+(?:(?:the\\s+)?command\\b)?:?\\s*(?<command>[\\s\\S]+)$", (groups) => ({
    kind: "run",
    command: unquote(groups["command"]),
  })),
];

const listForm = form(
  `(?:(?:list|ls|show)(?:\\s+(?:me\\s+)?(?:all\\s+)?(?:the\\s+)?files)?(?:\\s+(?:in|of|under)\\s+${pathToken("folder")}|\\s+here)?|` +
    `(?:list|ls)\\s+${pathToken("path")})${end}`,
  (groups) => ({ kind: "list", path: pathOf(groups["folder"] ?? groups["path"] ?? ".") }),
);

const shortForms: readonly Form[] = [
  form(
    `(?:change|replace|edit)\\s+${token("before")}\\s+(?:to|with|by|into)\\s+${token("after")}\\s+in\\s+${theFile}${pathToken("path")}${end}`,
    change,
  ),
  form(
    `in\\s+${theFile}${pathToken("path")},?\\s+(?:change|replace)\\s+${token("before")}\\s+(?:to|with|by|into)\\s+${token("after")}${end}`,
    change,
  ),
  form(
    `(?:search|grep|find|look)\\s+(?:for\\s+)?(?<pattern>${quoted}|[^\\s"'\`].*?)(?:\\s+in\\s+${pathToken("path")})?${end}`,
    (groups) => ({
      kind: "search",
      pattern: unquote(groups["pattern"]),
      path: groups["path"] === undefined ? null : pathOf(groups["path"]),
    }),
  ),
  form(`(?:read|show|open|view|cat|print)\\s+(?:me\\s+)?${theFile}${pathToken("path")}${end}`, (groups) => ({
    kind: "read",
    path: pathOf(groups["path"]),
  })),
  listForm,
];

function change(groups: Readonly<Record<string, string | undefined>>): PracticeRequest {
  return {
    kind: "change",
    before: unquote(groups["before"]),
    after: unquote(groups["after"]),
    path: pathOf(groups["path"]),
  };
}

/** `show files` lists, `show FILE` reads. */
const listFirst = /^(?:please\s+)?(?:list|show)\s+(?:me\s+)?(?:all\s+)?(?:the\s+)?files\b/iu;
/** Longer than any of these requests; only what is created or run may be longer. */
const shortLengthMax = 5_000;

export function understandRequest(prompt: string): PracticeRequest {
  const text = prompt.trim();
  const isShort = text.length <= shortLengthMax;
  const short = isShort ? shortForms : [];
  const sessions = isShort ? sessionForms : [];
  const forms = [...sessions, ...(listFirst.test(text) ? [listForm] : []), ...openForms, ...short];
  for (const { pattern, make } of forms) {
    const match = pattern.exec(text);
    if (match !== null) return make({ ...match.groups });
  }
  return { kind: "unknown" };
}

/** As the prompt's `@` writes it, too. */
function pathOf(text: string | undefined): string {
  return readQuotedPath(text ?? "") ?? unquote(text);
}

/** Without the quotes around all of it: `'a' && 'b'` has none. */
function unquote(text: string | undefined): string {
  const trimmed = (text ?? "").trim();
  const quote = trimmed.slice(0, 1);
  const inside = trimmed.slice(1, -1);
  const isQuoted = /^["'`]$/u.test(quote) && trimmed.length > 1 && trimmed.endsWith(quote) && !inside.includes(quote);
  return isQuoted ? inside : trimmed;
}
