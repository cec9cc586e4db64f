import type { BinaryPart, Message, ToolResultPart } from "../schema/message.ts";
import type { ToolResultContent, UserContent } from "../schema/model-request.ts";

export interface ImageSupport {
  readonly supportsImages: boolean;
}

/** The summary that a history starts at, as the person's words. */
export function summaryContent(row: Message): UserContent[] {
  return textContent(row.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n"));
}

/** What the person said, attached and ran. */
export function userContent(row: Message, support: ImageSupport): UserContent[] {
  return row.parts.flatMap((part): UserContent[] => {
    switch (part.type) {
      case "text":
        return textContent(part.text);
      case "binary":
        return [attachmentContent(part, support)];
      case "image_url":
        return textContent(`Image: ${part.url}`);
      case "shell_command":
        return textContent(
          `I ran this command myself:\n$ ${part.command}\n${part.output}\n(exit code ${String(part.exitCode)})`,
        );
      default:
        return [];
    }
  });
}

/** Half a surrogate pair, as a text cut by its length leaves one, makes some providers refuse the whole request. */
function textContent(text: string): UserContent[] {
  return text.trim() === "" ? [] : [{ kind: "text", text: text.toWellFormed() }];
}

function attachmentContent(part: BinaryPart, support: ImageSupport): UserContent {
  const { path, mimeType, data } = part;
  const text = attachedText(part);
  if (text !== null) return { kind: "text", text: `<attachment name=${JSON.stringify(path)}>\n${text}\n</attachment>` };
  if (!isMedia(mimeType)) return { kind: "text", text: `(attachment ${path}, ${mimeType}: left out, it is no text)` };
  if (!support.supportsImages) {
    return { kind: "text", text: `(attachment ${path}, ${mimeType}: left out, this model takes no images)` };
  }
  return { kind: "media", mimeType, data, name: path };
}

/** Kinds that providers take as they are. */
function isMedia(mimeType: string): boolean {
  return /^(?:image|audio|video)\//u.test(mimeType) || mimeType === "application/pdf";
}

/** Null where it is no text: JSON, for one, is text under another name. */
function attachedText({ mimeType, data }: BinaryPart): string | null {
  if (isMedia(mimeType)) return null;
  const bytes = Buffer.from(data, "base64");
  if (mimeType.startsWith("text/")) return bytes.toString("utf8");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

/** A result for the call of this id and name in the request. */
export function resultContent(
  part: ToolResultPart,
  call: Pick<ToolResultContent, "toolCallId" | "toolName">,
  support: ImageSupport,
): ToolResultContent {
  const { toolCallId, toolName } = call;
  const media = part.data !== "" && part.mimeType !== "" ? { mimeType: part.mimeType, data: part.data } : undefined;
  const isSent = media !== undefined && support.supportsImages;
  const texts = part.content.trim() === "" ? [] : [part.content.toWellFormed()];
  if (media !== undefined && !isSent) texts.push("(image left out: this model takes none)");
  return {
    toolCallId,
    toolName,
    text: texts.length === 0 && !isSent ? "(no output)" : texts.join("\n"),
    isError: part.isError,
    ...(isSent ? { media } : {}),
  };
}
