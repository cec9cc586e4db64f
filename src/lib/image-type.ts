import path from "node:path";

export type ImageMimeType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

const byExtension: Readonly<Record<string, ImageMimeType>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
};

function startsWith(bytes: Uint8Array, text: string, offset = 0): boolean {
  return Buffer.from(text, "latin1").equals(bytes.subarray(offset, offset + text.length));
}

/** By its first bytes: providers refuse an image whose bytes are not what its type says. */
export function imageTypeOf(bytes: Uint8Array): ImageMimeType | undefined {
  if (startsWith(bytes, "\u0089PNG\r\n\u001A\n")) return "image/png";
  if (startsWith(bytes, "\u00FF\u00D8\u00FF")) return "image/jpeg";
  if (startsWith(bytes, "GIF8")) return "image/gif";
  return startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8) ? "image/webp" : undefined;
}

export function isImageName(file: string): boolean {
  return Object.hasOwn(byExtension, path.extname(file).toLowerCase());
}
