import type { PartlyKnownCost } from "../schema/cost.ts";
import { costWords, dollars } from "../schema/cost-text.ts";
import type { Usage } from "../schema/usage.ts";

/** 950, 1.2k, 34k, 1.5M. */
export function tokenCount(count: number): string {
  if (count < 1000) return String(count);
  if (count < 10_000) return `${(count / 1000).toFixed(1)}k`;
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  return `${(count / 1_000_000).toFixed(count < 9_950_000 ? 1 : 0)}M`;
}

/**
 * US$; an unknown price is said to be unknown, never $0: `≥` where some requests' is. `~` where the tokens were estimated.
 */
export function costText(cost: PartlyKnownCost, usage: Pick<Usage, "isEstimated">): string {
  return costWords(cost, {
    unknown: "cost unknown",
    dollars: (usd) => `${usage.isEstimated ? "~" : ""}${dollars(usd)}`,
  });
}

/** 850 ms, 12 s, 3 min 05 s, 2 h 10 min. */
export function durationText(durationMs: number): string {
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : elapsedText(durationMs);
}

/** As `durationText` for a clock that is looked at: whole seconds. */
export function elapsedText(durationMs: number): string {
  const seconds = Math.floor(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Since `thenSeconds` (Unix): now, 5 min, 3 h, 2 d, 6 w, 1 y. */
export function ageText(thenSeconds: number, nowMs: number): string {
  const age = Math.max(0, Math.floor(nowMs / 1000) - thenSeconds);
  if (age < minute) return "now";
  if (age < hour) return `${Math.floor(age / minute)} min`;
  if (age < day) return `${Math.floor(age / hour)} h`;
  if (age < 14 * day) return `${Math.floor(age / day)} d`;
  if (age < 365 * day) return `${Math.floor(age / (7 * day))} w`;
  return `${Math.floor(age / (365 * day))} y`;
}

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** The size of what standard padded base64 stands for. */
export function base64Bytes(data: string): number {
  const padding = data.endsWith("==") ? 2 : data.endsWith("=") ? 1 : 0;
  return Math.floor((data.length * 3) / 4) - padding;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Below the project as a relative path, below the home as `~/…`, else absolute. */
export function shortPath(
  path: string,
  place: { readonly projectRoot: string; readonly homeDirectory: string },
): string {
  if (path === place.projectRoot) return ".";
  if (path.startsWith(`${place.projectRoot}/`)) return path.slice(place.projectRoot.length + 1);
  return homePath(path, place.homeDirectory);
}

/** `~/forge` for what lies in the home folder. */
export function homePath(path: string, homeDirectory: string): string {
  const isInside = homeDirectory !== "" && path.startsWith(`${homeDirectory}/`);
  return isInside ? `~${path.slice(homeDirectory.length)}` : path;
}
