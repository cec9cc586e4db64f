import { createHash } from "node:crypto";
import * as v from "valibot";
import { isJsonObject, parseJson } from "../../../src/lib/json.ts";
import type { JsonObject, JsonValue } from "../../../src/lib/json.ts";
import type { Refusal } from "./wire-server.ts";

export type BodySchema = v.GenericSchema;

/** The first thing wrong with a body: an unknown field, a missing one, a wrong value. */
export interface BodyProblem {
  readonly kind: "unknown" | "missing" | "invalid";
  readonly field: string;
  readonly message: string;
}

export function bodyProblem(schema: BodySchema, body: JsonValue): BodyProblem | null {
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return null;
  return problemOf(result.issues[0]);
}

function problemOf(issue: v.BaseIssue<unknown>): BodyProblem {
  const deepest = deepestIssue(issue);
  const field = v.getDotPath(deepest) ?? "";
  const isUnknown = deepest.type === "strict_object" && deepest.expected === "never";
  const isMissing = deepest.received === "undefined";
  const kind = isUnknown ? "unknown" : isMissing ? "missing" : "invalid";
  return { kind, field, message: deepest.message };
}

/** A union reports the issues of its members below itself; the one that got furthest says most. */
function deepestIssue(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown> {
  const inner = (issue.issues ?? []).map((candidate) => withParentPath(deepestIssue(candidate), issue));
  const depth = (candidate: v.BaseIssue<unknown>): number => candidate.path?.length ?? 0;
  return inner.reduce((best, candidate) => (depth(candidate) > depth(best) ? candidate : best), issue);
}

function withParentPath(issue: v.BaseIssue<unknown>, parent: v.BaseIssue<unknown>): v.BaseIssue<unknown> {
  const parentLength = parent.path?.length ?? 0;
  const isBelow = parentLength === 0 || issue.path?.[0] === parent.path?.[0];
  if (isBelow) return issue;
  const [first, ...rest] = [...(parent.path ?? []), ...(issue.path ?? [])];
  return first === undefined ? issue : { ...issue, path: [first, ...rest] };
}

const startOfImage: Readonly<Record<string, readonly number[]>> = {
  "image/png": [0x89, 0x50, 0x4e, 0x47],
  "image/jpeg": [0xff, 0xd8, 0xff],
  "image/gif": [0x47, 0x49, 0x46, 0x38],
  "image/webp": [0x52, 0x49, 0x46, 0x46],
};

/** Why base64 data is not an image of that type; null where it is one. */
export function imageProblem(mimeType: string, data: string): string | null {
  const start = startOfImage[mimeType];
  if (start === undefined) return `unsupported image type ${mimeType}`;
  if (data === "" || data.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/u.test(data)) return "invalid base64 data";
  const bytes = Buffer.from(data.slice(0, 16), "base64");
  return start.every((byte, index) => bytes[index] === byte) ? null : `the data is not of type ${mimeType}`;
}

/** What a signature or encrypted item of these servers is: whoever has it cannot change what it signs. */
export function sealOf(kind: string, text: string): string {
  return Buffer.from(`${kind}:${createHash("sha256").update(text).digest("hex").slice(0, 24)}`).toString("base64");
}

/** Arguments in the form in which the next request must hold them: what was invalid JSON comes back as `{}`. */
export function argumentsAsResent(argumentText: string): JsonObject {
  const value = parseJson(argumentText === "" ? "{}" : argumentText);
  return isJsonObject(value) ? value : {};
}

export function isSameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

function sorted(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((entry) => sorted(entry) ?? null);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key]) ?? null]));
}

export function refusal(message: string, field?: string): Refusal {
  return field === undefined ? { status: 400, message } : { status: 400, message, field };
}

/** A key in `authorization: Bearer …`, or null where there is none. */
export function bearerKey(header: string | undefined): string | null {
  const key = /^Bearer (\S+)$/u.exec(header ?? "")?.[1];
  return key ?? null;
}

export function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter((entry) => isJsonObject(entry)) : [];
}

export function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
