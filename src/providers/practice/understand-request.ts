/** What the practice model understands of a prompt. It is no AI: a few fixed forms, and honest about the rest. */
export type PracticeRequest =
  | { readonly kind: "list"; readonly path: string }
  | { readonly kind: "read"; readonly path: string }
  | { readonly kind: "search"; readonly pattern: string; readonly path: string | null }
  | { readonly kind: "create"; readonly path: string; readonly content: string }
  | { readonly kind: "change"; readonly path: string; readonly before: string; readonly after: string }
  | { readonly kind: "run"; readonly command: string }
  | { readonly kind: "unknown" };

interface Form {
  readonly pattern: RegExp;
  make(groups: Record<string, string | undefined>): PracticeRequest;
}

const forms: readonly Form[] = [
  {
    pattern:
      /^(?:please\s+)?(?:create|write|make)\s+(?:a\s+|the\s+)?(?:new\s+)?(?:file\s+)?(?<path>\S+)\s+(?:with(?:\s+the)?(?:\s+(?:content|contents|text|line))?|containing|saying):?\s+(?<content>[\s\S]+)$/iu,
    make: (groups) => ({ kind: "create", path: unquote(groups["path"]), content: unquote(groups["content"]) }),
  },
  {
    pattern:
      /^(?:please\s+)?(?:change|replace|edit)\s+(?<before>"[\s\S]+?"|'[\s\S]+?'|`[\s\S]+?`|\S+)\s+(?:to|with|by|into)\s+(?<after>"[\s\S]*?"|'[\s\S]*?'|`[\s\S]*?`|\S+)\s+in\s+(?:the\s+)?(?:file\s+)?(?<path>\S+)$/iu,
    make: (groups) => ({
      kind: "change",
      before: unquote(groups["before"]),
      after: unquote(groups["after"]),
      path: unquote(groups["path"]),
    }),
  },
  {
    pattern:
      /^(?:please\s+)?in\s+(?<path>\S+?),?\s+(?:change|replace)\s+(?<before>"[\s\S]+?"|'[\s\S]+?'|`[\s\S]+?`|\S+)\s+(?:to|with|by)\s+(?<after>"[\s\S]*?"|'[\s\S]*?'|`[\s\S]*?`|\S+)$/iu,
    make: (groups) => ({
      kind: "change",
      before: unquote(groups["before"]),
      after: unquote(groups["after"]),
      path: unquote(groups["path"]),
    }),
  },
  {
    pattern: /^(?:please\s+)?(?:run|execute)\s+(?:the\s+)?(?:command\s+)?:?\s*(?<command>[\s\S]+)$/iu,
    make: (groups) => ({ kind: "run", command: unquote(groups["command"]) }),
  },
  {
    pattern:
      /^(?:please\s+)?(?:search|grep|find|look)\s+(?:for\s+)?(?<pattern>"[^"]+"|'[^']+'|`[^`]+`|\S+)(?:\s+in\s+(?<path>\S+))?$/iu,
    make: (groups) => ({
      kind: "search",
      pattern: unquote(groups["pattern"]),
      path: groups["path"] === undefined ? null : unquote(groups["path"]),
    }),
  },
  {
    pattern: /^(?:please\s+)?(?:read|show|open|view|cat|print)\s+(?:me\s+)?(?:the\s+)?(?:file\s+)?(?<path>\S+)$/iu,
    make: (groups) => ({ kind: "read", path: unquote(groups["path"]) }),
  },
  {
    pattern:
      /^(?:please\s+)?(?:list|ls|show)(?:\s+(?:me\s+)?(?:all\s+)?(?:the\s+)?files)?(?:\s+(?:in|of|under)\s+(?<path>\S+)|\s+here)?$/iu,
    make: (groups) => ({ kind: "list", path: groups["path"] === undefined ? "." : unquote(groups["path"]) }),
  },
];

/** Files first: `show files` lists, `show FILE` reads. */
const listFirst = /^(?:please\s+)?(?:list|show)\s+(?:me\s+)?(?:all\s+)?(?:the\s+)?files\b/iu;

export function understandRequest(prompt: string): PracticeRequest {
  const text = prompt.trim().replace(/[.!?]$/u, (mark) => (/["'`][.!?]$/u.test(prompt.trim()) ? "" : mark));
  const order = listFirst.test(text) ? forms.toReversed() : forms;
  for (const form of order) {
    const match = form.pattern.exec(text);
    if (match !== null) return form.make({ ...match.groups });
  }
  return { kind: "unknown" };
}

function unquote(text: string | undefined): string {
  const trimmed = (text ?? "").trim();
  const quoted = /^(["'`])([\s\S]*)\1$/u.exec(trimmed);
  return quoted?.[2] ?? trimmed;
}
