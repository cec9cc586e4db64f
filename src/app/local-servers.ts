import type { ProviderSettings, ProviderType } from "../schema/model.ts";
import { localProvider } from "./provider-settings.ts";

export interface LocalServerCandidate {
  readonly id: string;
  readonly name: string;
  readonly type: ProviderType;
  readonly address: string;
}

/** Default ports of the three programs' own documentation. */
export const localServerCandidates: readonly LocalServerCandidate[] = [
  { id: "ollama", name: "Ollama", type: "ollama", address: "http://127.0.0.1:11434" },
  { id: "lmstudio", name: "LM Studio", type: "lmstudio", address: "http://127.0.0.1:1234" },
  { id: "llamacpp", name: "llama.cpp", type: "llamacpp", address: "http://127.0.0.1:8080" },
];

export function localServerSettings(server: LocalServerCandidate, modelIds: readonly string[]): ProviderSettings {
  const { address, ...facts } = server;
  return localProvider({ ...facts, baseUrl: `${address}/v1` }, modelIds);
}

/** A server that was chosen in an earlier run, at its usual place; whether it is up the first request will tell. */
export function usualLocalServer(providerId: string): ProviderSettings | undefined {
  const server = localServerCandidates.find(({ id }) => id === providerId);
  return server === undefined ? undefined : localServerSettings(server, []);
}
