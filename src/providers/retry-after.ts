import type { JsonObject } from "../lib/json.ts";
import type { ErrorFacts } from "./error-facts.ts";

/** How long the provider asks to wait, in milliseconds; undefined where it does not say. */
export function retryAfterMs({ headers, details, text }: ErrorFacts, nowMs: number): number | undefined {
  const exact = Number(headers["retry-after-ms"] ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return Math.round(exact);
  return fromHeader(headers["retry-after"], nowMs) ?? fromDetails(details) ?? fromText(text);
}

/** RFC 9110: seconds or a date. Fractions are sent though the RFC has none. */
function fromHeader(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds >= 0 ? Math.round(seconds * 1000) : undefined;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

/** google.rpc.RetryInfo: `{"retryDelay": "34.5s"}`. */
function fromDetails(details: readonly JsonObject[]): number | undefined {
  for (const { retryDelay } of details as readonly { retryDelay?: unknown }[]) {
    const seconds = typeof retryDelay === "string" ? /^([\d.]+)s$/u.exec(retryDelay)?.[1] : undefined;
    if (seconds !== undefined) return Math.round(Number(seconds) * 1000);
  }
  return undefined;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** OpenAI: "Please try again in 1.2s." */
function fromText(text: string): number | undefined {
  const match = /try again in ([\d.]+)(ms|s|m)\b/iu.exec(text);
  const factor = unitMs[match?.[2]?.toLowerCase() ?? ""];
  return match === null || factor === undefined ? undefined : Math.round(Number(match[1]) * factor);
}
