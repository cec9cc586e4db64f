import type { streamModel } from "./stream-model.ts";
import type { OpenWireCall, WireFamily } from "./wire-call.ts";

export interface LoadedFamily {
  readonly streamModel: typeof streamModel;
  readonly open: OpenWireCall;
}

const openers: Readonly<Record<WireFamily, () => Promise<OpenWireCall>>> = {
  "openai-chat": async () => (await import("./openai-chat/open-chat-call.ts")).openChatCall,
  anthropic: async () => (await import("./anthropic/open-anthropic-call.ts")).openAnthropicCall,
  "openai-responses": async () => (await import("./openai-responses/open-responses-call.ts")).openResponsesCall,
  google: async () => (await import("./google/open-google-call.ts")).openGoogleCall,
};

/** What a family's requests need, loaded at the first one: nothing of it is needed to show the first screen. */
export async function loadWireFamily(family: WireFamily): Promise<LoadedFamily> {
  const [stream, open] = await Promise.all([import("./stream-model.ts"), openers[family]()]);
  return { streamModel: stream.streamModel, open };
}
