import { imageSizeOf } from "../lib/image-size.ts";
import { leaveOutMedia } from "../schema/leave-out-media.ts";
import type { ModelMessage } from "../schema/model-request.ts";

/** What Anthropic takes in one request, in pixels of the longer side; others take more. */
export const sideMax = 8_000;
/** With more images than this each may be no larger than that. */
const manyImages = 20;
const sideMaxOfMany = 2_000;

/** In base64, of which the header nearly always is in the first part. */
const headLength = 128 * 1024;

/** In pixels; 0 where the header does not tell. */
export function longerSideOf(bytes: Uint8Array): number {
  const size = imageSizeOf(bytes);
  return size === undefined ? 0 : Math.max(size.width, size.height);
}

/** The conversation without the oldest large images, where there are more images than large ones may be among. */
export function withinImageLimits(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  let tooMany = imageCount(messages) - manyImages;
  if (tooMany <= 0) return messages;
  return leaveOutMedia(messages, ({ data }) => {
    if (tooMany <= 0 || !isLarge(data)) return null;
    tooMany -= 1;
    return "the request holds too many images for one of this size";
  });
}

function imageCount(messages: readonly ModelMessage[]): number {
  let count = 0;
  for (const message of messages) {
    if (message.role === "user") for (const content of message.content) count += content.kind === "media" ? 1 : 0;
    if (message.role === "tool") for (const result of message.results) count += result.media === undefined ? 0 : 1;
  }
  return count;
}

function isLarge(data: string): boolean {
  const side = longerSideOf(Buffer.from(data.slice(0, headLength), "base64"));
  const isKnown = side > 0 || data.length <= headLength;
  return (isKnown ? side : longerSideOf(Buffer.from(data, "base64"))) > sideMaxOfMany;
}
