import { isJsonObject } from "../lib/json.ts";
import type { JsonValue } from "../lib/json.ts";
import type { ProviderType } from "../schema/model.ts";
import type { LocalServer } from "./app.ts";
import { localProvider } from "./provider-settings.ts";

/** Longer than any server on this machine needs to list its models; short enough to wait for. */
const detectTimeoutMs = 500;

interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly type: ProviderType;
  /** Default ports of the three programs' own documentation. */
  readonly address: string;
}

const candidates: readonly Candidate[] = [
  { id: "ollama", name: "Ollama", type: "ollama", address: "http://127.0.0.1:11434" },
  { id: "lmstudio", name: "LM Studio", type: "lmstudio", address: "http://127.0.0.1:1234" },
  { id: "llamacpp", name: "llama.cpp", type: "llamacpp", address: "http://127.0.0.1:8080" },
];

/** Model servers that answer on this machine with at least one model; never throws. */
export async function detectLocalServers(): Promise<readonly LocalServer[]> {
  const found = await Promise.all(candidates.map(async (candidate) => probe(candidate)));
  return found.filter((server) => server !== null);
}

/** All three list their models in the form of OpenAI's API. */
async function probe(candidate: Candidate): Promise<LocalServer | null> {
  try {
    const signal = AbortSignal.timeout(detectTimeoutMs);
    const response = await fetch(`${candidate.address}/v1/models`, { signal, redirect: "error" });
    if (!response.ok) return null;
    const modelIds = modelIdsOf((await response.json()) as JsonValue);
    const { address, ...server } = candidate;
    return modelIds.length === 0
      ? null
      : { provider: localProvider({ ...server, baseUrl: `${address}/v1` }, modelIds), address };
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
