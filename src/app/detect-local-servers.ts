import { isJsonObject } from "../lib/json.ts";
import type { JsonValue } from "../lib/json.ts";
import type { LocalServer } from "./app.ts";
import { type LocalServerCandidate, localServerCandidates, localServerSettings } from "./local-servers.ts";

/** Longer than any server on this machine needs to list its models; short enough to wait for. */
const detectTimeoutMs = 500;

/** Model servers that answer on this machine with at least one model; never throws. */
export async function detectLocalServers(
  candidates: readonly LocalServerCandidate[] = localServerCandidates,
  timeoutMs: number = detectTimeoutMs,
): Promise<readonly LocalServer[]> {
  const found = await Promise.all(candidates.map(async (candidate) => probe(candidate, timeoutMs)));
  return found.filter((server) => server !== null);
}

/** All three list their models in the form of OpenAI's API. */
async function probe(candidate: LocalServerCandidate, timeoutMs: number): Promise<LocalServer | null> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${candidate.address}/v1/models`, { signal, redirect: "error" });
    if (!response.ok) return null;
    const modelIds = modelIdsOf((await response.json()) as JsonValue);
    if (modelIds.length === 0) return null;
    return { provider: localServerSettings(candidate, modelIds), address: candidate.address };
  } catch {
    // Nobody listens there, or it is no model server: not found.
    return null;
  }
}

function modelIdsOf(answer: JsonValue): string[] {
  const data = isJsonObject(answer) && Array.isArray(answer["data"]) ? answer["data"] : [];
  return data.flatMap((entry) => {
    const id = isJsonObject(entry) ? entry["id"] : undefined;
    return typeof id === "string" && id !== "" ? [id] : [];
  });
}
