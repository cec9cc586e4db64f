import * as v from "valibot";
import { isSource, isTest, type RepositoryFile, type TidyRule } from "./repository.ts";

/** Each kind of exception to the rules, and how it is recognised. */
const kinds: Readonly<
  Record<string, { readonly pattern: RegExp; readonly applies: (file: RepositoryFile) => boolean }>
> = {
  "lint-disable": { pattern: /(?:oxlint|eslint)-disable/gu, applies: isSource },
  "format-ignore": { pattern: /(?:oxfmt|prettier)-ignore/gu, applies: isSource },
  "type-ignore": { pattern: /@ts-(?:expect-error|ignore|nocheck)/gu, applies: isSource },
  "cast-to-any": { pattern: /\bas any\b/gu, applies: isSource },
  "cast-through-unknown": { pattern: /\bas unknown as\b/gu, applies: isSource },
  "unused-code-ignore": { pattern: /@(?:public|internal|knipignore)\b/gu, applies: isSource },
  "sleep-in-test": { pattern: /setTimeout\((?:resolve|done|r)\b|timers\/promises/gu, applies: isTest },
};

const ratchetPath = "test/suppressions.json";
const ratchetSchema = v.record(v.string(), v.number());

function isCounted(file: RepositoryFile): boolean {
  return !file.path.startsWith("test/tidy/") && file.path !== "test/planted.test.ts";
}

function ratchetOf(files: readonly RepositoryFile[]): Record<string, number> {
  const text = files.find((file) => file.path === ratchetPath)?.text ?? "{}";
  return v.parse(ratchetSchema, JSON.parse(text));
}

export const suppressionRule: TidyRule = {
  name: "exceptions to the rules only become fewer",
  check: (files) => {
    const ratchet = ratchetOf(files);
    return Object.entries(kinds).flatMap(([kind, { pattern, applies }]) => {
      const users = files
        .filter((file) => applies(file) && isCounted(file))
        .map((file) => ({ path: file.path, count: [...file.text.matchAll(pattern)].length }))
        .filter(({ count }) => count > 0);
      const total = users.reduce((sum, { count }) => sum + count, 0);
      const allowed = ratchet[kind] ?? 0;
      if (total > allowed) {
        const where = users.map((user) => `${user.path} (${user.count})`).join(", ");
        return [`${kind}: ${total}, allowed are ${allowed}; solve the cause instead, in one of ${where}`];
      }
      return total < allowed ? [`${kind}: only ${total} are left; lower the number in ${ratchetPath}`] : [];
    });
  },
};
