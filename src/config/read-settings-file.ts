import { readFileSync, statSync } from "node:fs";
import * as v from "valibot";
import { AppError } from "../lib/app-error.ts";
import { isJsonObject, type JsonObject } from "../lib/json.ts";
import type { ConfigProblem } from "./config.ts";
import { findJsonError } from "./find-json-error.ts";
import { inspectSettings } from "./inspect-settings.ts";
import { settingsSchema } from "./settings-schema.ts";

const sizeBytesMax = 4 * 1024 * 1024;

/** What a place where settings may stand holds. */
export type FileReading =
  | { readonly kind: "read"; readonly settings: JsonObject }
  | { readonly kind: "absent" }
  | { readonly kind: "faulty"; readonly problems: readonly ConfigProblem[] };

/** A dotted path such as `providers.openai.models[2].id`. */
export function dottedKey(keys: readonly (string | number)[]): string {
  return keys.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = /^[\w$-]+$/u.test(key) ? key : JSON.stringify(key);
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

/** Turns problems of a file into the error that stops the start: the first one is told in full, the others are counted. */
export function configError(problems: readonly ConfigProblem[]): AppError {
  const [first] = problems;
  const where = first === undefined ? "" : `${first.file}: ${first.key === "" ? "" : `${first.key}: `}${first.reason}`;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return new AppError("config-invalid", `${where}${more}`, {
    hint: "mend the file, then run `crush config check`",
  });
}

function parse(file: string, content: string): FileReading {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    const fault = findJsonError(content);
    const where = fault === undefined ? String(error) : `line ${fault.line}, column ${fault.column}: ${fault.reason}`;
    return { kind: "faulty", problems: [{ file, key: "", reason: `not valid JSON: ${where}` }] };
  }
  if (!isJsonObject(value)) {
    return { kind: "faulty", problems: [{ file, key: "", reason: "an object was expected at the top of the file" }] };
  }
  const result = v.safeParse(settingsSchema, value);
  if (result.success) return withoutLists(file, value);
  return { kind: "faulty", problems: result.issues.map((issue) => ({ file, ...explain(issue) })) };
}

function withoutLists(file: string, settings: JsonObject): FileReading {
  const problems = inspectSettings(settings)
    .filter((finding) => finding.kind === "list-for-object")
    .map(({ keys }) => ({ file, key: dottedKey(keys), reason: "an object was expected, but it is a list" }));
  return problems.length === 0 ? { kind: "read", settings } : { kind: "faulty", problems };
}

type Issue = v.BaseIssue<unknown>;

function explain(issue: Issue): { readonly key: string; readonly reason: string } {
  const keys = (issue.path ?? []).map((item) => (typeof item.key === "number" ? item.key : String(item.key)));
  if (issue.kind === "validation") return { key: dottedKey(keys), reason: issue.message };
  if (issue.received === "undefined") return { key: dottedKey(keys), reason: "it is missing, and must be set" };
  const expected = issue.expected?.replace(/ \| null$/u, "").replace(/^\((.*)\)$/u, "$1") ?? issue.message;
  const isOtherText = issue.type === "picklist" && typeof issue.input === "string";
  const found = isOtherText ? "another text" : plainValue(issue.input);
  return { key: dottedKey(keys), reason: `${plainType(expected)} was expected, but it is ${found}` };
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  Array: "a list",
  Object: "an object",
};

function plainType(expected: string): string {
  return expected
    .split(" | ")
    .filter((name) => name !== '""')
    .map((name) => typeNames[name] ?? name)
    .join(" or ");
}

/** The kind of a value, not the value itself: it may be a key. */
function plainValue(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "boolean") return String(value);
  return typeof value === "number" ? "a number" : "a text";
}

/** Reads and checks one file. Never throws: what is wrong is in the answer. An empty file counts as absent. */
export function readSettingsFile(file: string): FileReading {
  try {
    const facts = statSync(file, { throwIfNoEntry: false });
    if (facts === undefined) return { kind: "absent" };
    if (!facts.isFile()) return { kind: "faulty", problems: [{ file, key: "", reason: "it is not a regular file" }] };
    if (facts.size > sizeBytesMax) {
      return { kind: "faulty", problems: [{ file, key: "", reason: `it is larger than ${sizeBytesMax} bytes` }] };
    }
    const content = readFileSync(file, "utf8").replace(/^\uFEFF/u, "");
    return content.trim() === "" ? { kind: "absent" } : parse(file, content);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return { kind: "absent" };
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "faulty", problems: [{ file, key: "", reason: `it cannot be read: ${reason}` }] };
  }
}
