import { imageTypeOf } from "../lib/image-type.ts";
import { longerSideOf, sideMax } from "./image-limits.ts";
import type { BinaryPart, RequestMessage, ToolResultPart } from "../schema/message.ts";
import type { ToolResultContent, UserContent } from "../schema/model-request.ts";

export interface ImageSupport {
  readonly supportsImages: boolean;
}

/** The summary that a history starts at, as the person's words. */
export function summaryContent(row: RequestMessage): UserContent[] {
  return textContent(row.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n"));
}

/** What the person said, attached and ran. */
export function userContent(row: RequestMessage, support: ImageSupport): UserContent[] {
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
  const { path, mimeType } = part;
  const image = sendableImage(part.data);
  const leftOut = (why: string): UserContent => ({
    kind: "text",
    text: `(attachment ${path}, ${mimeType}: left out, ${why})`.toWellFormed(),
  });
  if (image.kind === "image") {
    return support.supportsImages
      ? { kind: "media", mimeType: image.mimeType, data: image.data, name: path.toWellFormed() }
      : leftOut("this model takes no images");
  }
  if (image.kind === "too-large") return leftOut("no model takes an image of this size");
  const text = attachedText(part);
  if (text === null) return leftOut("it is neither text nor an image that models take");
  return { kind: "text", text: `<attachment name=${JSON.stringify(path)}>\n${text}\n</attachment>`.toWellFormed() };
}

/** What Anthropic takes of one image; others take more. */
const imageBytesMax = 5 * 1024 * 1024;
const headLength = 24;

type SendableImage =
  | { readonly kind: "image"; readonly mimeType: string; readonly data: string }
  | { readonly kind: "too-large" | "none" };

/** By the bytes alone: an image under a wrong name, or none under an image's, makes providers refuse the session for good. */
function sendableImage(data: string): SendableImage {
  if (data === "") return { kind: "none" };
  const mimeType = imageTypeOf(Buffer.from(data.slice(0, headLength), "base64"));
  if (mimeType === undefined) return { kind: "none" };
  const bytes = Buffer.from(data, "base64");
  return bytes.length > imageBytesMax || longerSideOf(bytes) > sideMax
    ? { kind: "too-large" }
    : { kind: "image", mimeType, data: bytes.toString("base64") };
}

/** Null where it is no text: JSON, for one, is text under another name. */
function attachedText({ mimeType, data }: BinaryPart): string | null {
  const bytes = Buffer.from(data, "base64");
  if (mimeType.startsWith("text/")) return bytes.toString("utf8");
  const isNone = bytes.length === 0 || bytes.subarray(0, 5).toString("latin1") === "%PDF-";
  if (isNone) return null;
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
  const image = sendableImage(part.data);
  const isSent = image.kind === "image" && support.supportsImages;
  const texts = part.content.trim() === "" ? [] : [part.content.toWellFormed()];
  if (image.kind === "image" && !isSent) texts.push("(image left out: this model takes none)");
  if (image.kind === "too-large") texts.push("(image left out: no model takes one of this size)");
  if (image.kind === "none" && part.data !== "") {
    texts.push(`(${part.mimeType} left out: it is no image that models take)`.toWellFormed());
  }
  return {
    toolCallId,
    toolName,
    text: texts.length === 0 && !isSent ? "(no output)" : texts.join("\n"),
    isError: part.isError,
    ...(isSent ? { media: { mimeType: image.mimeType, data: image.data } } : {}),
  };
}
