/** Which projects' own configs the person believes, and in which state: `trust.json` in the global data directory. */
import { readFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { contentHash } from "../lib/content-hash.ts";
import { isJsonObject, type JsonValue, parseJson } from "../lib/json.ts";
import type { DangerousSetting } from "./split-settings.ts";

const recordSchema = v.object({ hash: v.string(), trusted_at: v.string() });
const fileSchema = v.object({ projects: v.record(v.string(), recordSchema) });
export type TrustFile = v.InferOutput<typeof fileSchema>;

export function trustFile(globalDataDirectory: string): string {
  return path.join(globalDataDirectory, "trust.json");
}

/** The same text for the same value, whatever the order of its keys. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}

/** Covers exactly the values that need trust, and the files that hold them; null where nothing does. */
export function trustHash(dangerous: readonly DangerousSetting[], projectRoot: string): string | null {
  if (dangerous.length === 0) return null;
  const lines = dangerous.map((setting) =>
    canonical([path.relative(projectRoot, setting.file), setting.key, setting.value]),
  );
  return contentHash(lines.toSorted().join("\n"));
}

/** An unreadable record believes nothing: the worst that follows is one more question. */
export function readTrust(globalDataDirectory: string): TrustFile {
  let content: string;
  try {
    content = readFileSync(trustFile(globalDataDirectory), "utf8");
  } catch {
    return { projects: {} };
  }
  const parsed = v.safeParse(fileSchema, parseJson(content));
  return parsed.success ? parsed.output : { projects: {} };
}

export function isTrusted(globalDataDirectory: string, projectRoot: string, hash: string): boolean {
  const { projects } = readTrust(globalDataDirectory);
  return Object.hasOwn(projects, projectRoot) && projects[projectRoot]?.hash === hash;
}
