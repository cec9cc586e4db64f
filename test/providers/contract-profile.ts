import { createProvider } from "../../src/providers/all.ts";
import type { Provider } from "../../src/providers/provider.ts";
import type { ProviderSettings } from "../../src/schema/model.ts";
import type { ModelRequest } from "../../src/schema/model-request.ts";
import type { ScriptedUsage } from "../harness/model-servers/script.ts";
import { startModelServer } from "../harness/model-servers/start-model-server.ts";
import type { ModelServer, ModelServerOptions } from "../harness/model-servers/start-model-server.ts";
import { sampleRequest, sampleSettings } from "./sample-request.ts";

/** A wire family, or a dialect of one, and where it cannot do what the others can. */
export interface ContractProfile {
  readonly name: string;
  readonly server: Pick<ModelServerOptions, "family" | "dialect">;
  readonly settings: Partial<ProviderSettings>;
  readonly modelId: string;
  /** The classes of usage that the wire format reports. */
  readonly usage: ScriptedUsage;
  /** The wire format carries arguments as text, so that they can be invalid JSON. */
  readonly hasArgumentText: boolean;
  readonly showsReasoning: boolean;
  /** The server demands a step's reasoning back with its calls. */
  readonly demandsReasoning: boolean;
  readonly request?: Partial<ModelRequest>;
}

export interface ContractRun {
  readonly server: ModelServer;
  readonly provider: Provider;
  readonly request: ModelRequest;
  readonly settings: ProviderSettings;
}

export const contractKey = "sk-contract-0123456789abcdef";

/** Starts the family's server with this script and makes a provider that speaks to it. */
export async function withServer(
  profile: ContractProfile,
  options: Partial<ModelServerOptions> & { readonly settings?: Partial<ProviderSettings> },
  run: (context: ContractRun) => Promise<void>,
): Promise<void> {
  const { settings: changes, ...serverOptions } = options;
  const server = await startModelServer({ ...profile.server, apiKey: contractKey, ...serverOptions });
  try {
    const settings = sampleSettings({ ...profile.settings, baseUrl: server.url, apiKey: contractKey, ...changes });
    const request = sampleRequest({ modelId: profile.modelId, canReason: true, ...profile.request });
    await run({ server, provider: createProvider(settings), request, settings });
  } finally {
    await server.close();
  }
}
