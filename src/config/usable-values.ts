/**
 * Values that Crush takes and that nothing can be done with. A start survives them: they count as not set, and are told
 * by file, key and reason.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { ConfigProblem } from "./config.ts";
import type { SettingsLayer } from "./read-project-settings.ts";
import { dottedKey } from "./read-settings-file.ts";
import { toMilliseconds } from "./to-milliseconds.ts";

type Keys = readonly (string | number)[];

interface Rule {
  /** `*` is any key or place in a list. */
  readonly path: readonly string[];
  readonly isUsable: (value: JsonValue, key: string) => boolean;
  readonly reason: string;
}

function isWhole(value: JsonValue, min: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= min;
}

function isBetween(value: JsonValue, max: number): boolean {
  return typeof value === "number" && value >= 0 && value <= max;
}

/** What a timer can wait. */
const timerMsMax = 2 ** 31 - 1;

function isDuration(value: JsonValue): boolean {
  const durationMs = typeof value === "number" || typeof value === "string" ? toMilliseconds(value) : null;
  return durationMs !== null && durationMs >= 1 && durationMs <= timerMsMax;
}

const atLeastOne = { isUsable: (value: JsonValue) => isWhole(value, 1), reason: "it must be a whole number from 1 on" };
const notNegative = {
  isUsable: (value: JsonValue) => isWhole(value, 0),
  reason: "it must be a whole number from 0 on",
};
const duration = {
  isUsable: isDuration,
  reason: 'it must be nanoseconds, or a text such as "500ms", "10s", "2m": from 1 ms to 24 days',
};

/** Bounded, so that no sum of costs is beyond what the database can hold. */
const price = {
  isUsable: (value: JsonValue) => isBetween(value, 1_000_000),
  reason: "it must be US$ for a million tokens, from 0 to 1000000",
};
const prices = ["cost_per_1m_in", "cost_per_1m_out", "cost_per_1m_in_cached", "cost_per_1m_out_cached"];

const notifications = ["auto", "native", "osc", "bell", "none", "disabled"];
const notification = {
  isUsable: (value: JsonValue) => typeof value === "string" && ["", ...notifications].includes(value),
  reason: `it must be one of ${notifications.join(", ")}`,
};

const rules: readonly Rule[] = [
  {
    path: ["models", "*"],
    isUsable: (_value, key) => key === "large" || key === "small",
    reason: "there are the sizes large and small only",
  },
  { path: ["models", "*", "max_tokens"], ...atLeastOne },
  { path: ["models", "*", "top_k"], ...atLeastOne },
  {
    path: ["models", "*", "temperature"],
    isUsable: (value) => isBetween(value, 2),
    reason: "it must be between 0 and 2",
  },
  { path: ["models", "*", "top_p"], isUsable: (value) => isBetween(value, 1), reason: "it must be between 0 and 1" },
  { path: ["providers", "*", "models", "*", "context_window"], ...notNegative },
  { path: ["providers", "*", "models", "*", "default_max_tokens"], ...notNegative },
  ...prices.map((name) => ({ path: ["providers", "*", "models", "*", name], ...price })),
  { path: ["tools", "ls", "max_depth"], ...notNegative },
  { path: ["tools", "ls", "max_items"], ...notNegative },
  { path: ["tools", "grep", "timeout"], ...duration },
  { path: ["tools", "glob", "timeout"], ...duration },
  { path: ["options", "notifications"], ...notification },
  { path: ["options", "notification_style"], ...notification },
];

interface Place {
  readonly value: JsonValue;
  readonly keys: Keys;
  /** What of the rule's path lies below. */
  readonly path: readonly string[];
}

function sift({ value, keys, path }: Place, isKept: (value: JsonValue, keys: Keys) => boolean): JsonValue {
  const [step, ...rest] = path;
  const below = (member: JsonValue, key: string | number): JsonValue =>
    sift({ value: member, keys: [...keys, key], path: rest }, isKept);
  if (Array.isArray(value)) return value.map(below);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).flatMap(([key, member]): [string, JsonValue][] => {
    if (step !== "*" && step !== key) return [[key, member]];
    if (rest.length > 0) return [[key, below(member, key)]];
    return member === null || isKept(member, [...keys, key]) ? [[key, member]] : [];
  });
  return Object.fromEntries(members);
}

/** The settings of a file without what can't be used. They have passed the schema. */
export function usableSettings(
  { file, settings }: SettingsLayer,
  onProblem: (problem: ConfigProblem) => void,
): SettingsLayer {
  let usable = settings;
  for (const { path, isUsable, reason } of rules) {
    const isKept = (value: JsonValue, keys: Keys): boolean => {
      if (isUsable(value, String(keys.at(-1)))) return true;
      onProblem({ file, key: dottedKey(keys), reason: `${reason}; it is ignored` });
      return false;
    };
    usable = sift({ value: usable, keys: [], path }, isKept) as JsonObject;
  }
  return { file, settings: usable };
}

/** Null where a request can be sent to it. */
export function whyNoAddress(address: string): string | null {
  const isWeb = URL.canParse(address) && /^https?:$/u.test(new URL(address).protocol);
  return isWeb ? null : "it is no address that begins with http:// or https://";
}

/** Null where a request can carry it. */
export function whyNoHeader(name: string, value: string): string | null {
  try {
    new Headers().set(name, value);
    return null;
  } catch {
    return "its name or value has characters that a header can't have";
  }
}
