import type { ModelMessage, ToolResultContent, UserContent } from "./model-request.ts";

/** Why these bytes are left out, the end of a sentence for the model; null where they are sent. */
export type ReasonToLeaveOut = (media: { readonly mimeType: string; readonly data: string }) => string | null;

/** The conversation with words in place of the media that are left out; asked of each in turn, oldest first. */
export function leaveOutMedia(messages: readonly ModelMessage[], reasonFor: ReasonToLeaveOut): readonly ModelMessage[] {
  return messages.map((message): ModelMessage => {
    if (message.role === "user") {
      return { ...message, content: message.content.map((content) => attachment(content, reasonFor)) };
    }
    if (message.role === "assistant") return message;
    return { ...message, results: message.results.map((result) => toolResult(result, reasonFor)) };
  });
}

function attachment(content: UserContent, reasonFor: ReasonToLeaveOut): UserContent {
  const reason = content.kind === "text" ? null : reasonFor(content);
  if (content.kind === "text" || reason === null) return content;
  return { kind: "text", text: `(attachment ${content.name}, ${content.mimeType}: left out, ${reason})` };
}

function toolResult(result: ToolResultContent, reasonFor: ReasonToLeaveOut): ToolResultContent {
  const { media, ...rest } = result;
  const reason = media === undefined ? null : reasonFor(media);
  if (reason === null) return result;
  return { ...rest, text: [rest.text, `(image left out: ${reason})`].filter((text) => text !== "").join("\n") };
}
