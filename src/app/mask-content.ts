import { maskSecrets } from "../lib/mask-secrets.ts";
import type { BinaryPart, Part } from "../schema/message.ts";
import type { ModelBlock, ModelMessage, ModelRequest, UserContent } from "../schema/model-request.ts";
import type { ModelEvent, ProviderFactory } from "../providers/provider.ts";

type Secrets = readonly string[];

/** A part without the secrets in it; the same part where it holds none. */
export function maskPart(part: Part, secrets: Secrets): Part {
  const mask = (text: string): string => maskSecrets(text, secrets);
  switch (part.type) {
    case "text":
      return { ...part, text: mask(part.text) };
    case "reasoning": {
      const thinking = mask(part.thinking);
      // A signature does not hold for other words.
      return thinking === part.thinking ? part : { ...part, thinking, signature: "", thoughtSignature: "" };
    }
    case "tool_call":
      return { ...part, input: mask(part.input) };
    case "tool_result":
      return { ...part, content: mask(part.content), metadata: mask(part.metadata) };
    case "shell_command":
      return { ...part, command: mask(part.command), output: mask(part.output) };
    case "finish":
      return {
        ...part,
        ...(part.message === undefined ? {} : { message: mask(part.message) }),
        ...(part.details === undefined ? {} : { details: mask(part.details) }),
      };
    case "binary":
      return maskAttachment(part, secrets);
    default:
      return part;
  }
}

/** Attached text is looked into, whatever its kind is called; pictures and other bytes stay. */
export function maskAttachment(part: BinaryPart, secrets: Secrets): BinaryPart {
  const bytes = Buffer.from(part.data, "base64");
  const text = bytes.toString("utf8");
  const masked = maskSecrets(text, secrets);
  if (masked === text) return part;
  return { ...part, data: Buffer.from(masked, "utf8").toString("base64") };
}

export function maskBlock(block: ModelBlock, secrets: Secrets): ModelBlock {
  if (block.kind === "tool-call") return { ...block, input: maskSecrets(block.input, secrets) };
  const text = maskSecrets(block.text, secrets);
  return text === block.text ? block : { kind: block.kind, text };
}

function maskUserContent(content: UserContent, secrets: Secrets): UserContent {
  return content.kind === "text" ? { ...content, text: maskSecrets(content.text, secrets) } : content;
}

function maskMessage(message: ModelMessage, secrets: Secrets): ModelMessage {
  switch (message.role) {
    case "user":
      return { ...message, content: message.content.map((content) => maskUserContent(content, secrets)) };
    case "assistant":
      return { ...message, blocks: message.blocks.map((block) => maskBlock(block, secrets)) };
    default:
      return {
        ...message,
        results: message.results.map((result) => ({ ...result, text: maskSecrets(result.text, secrets) })),
      };
  }
}

function maskRequest(request: ModelRequest, secrets: Secrets): ModelRequest {
  return {
    ...request,
    system: maskSecrets(request.system, secrets),
    messages: request.messages.map((message) => maskMessage(message, secrets)),
  };
}

function maskEvent(event: ModelEvent, secrets: Secrets): ModelEvent {
  if (event.type !== "failure") return event;
  const { message, details } = event.failure;
  const failure = { ...event.failure, message: maskSecrets(message, secrets) };
  return {
    ...event,
    failure: details === undefined ? failure : { ...failure, details: maskSecrets(details, secrets) },
  };
}

/**
 * Providers that are sent no secret, whatever a request was built from (rows that another program wrote, context files,
 * what git says), and whose failures quote none.
 */
export function maskedProviders(createProvider: ProviderFactory, secrets: () => Secrets): ProviderFactory {
  return (settings) => {
    const provider = createProvider(settings);
    return {
      async *stream(request, signal) {
        for await (const event of provider.stream(maskRequest(request, secrets()), signal)) {
          yield maskEvent(event, secrets());
        }
      },
    };
  };
}
