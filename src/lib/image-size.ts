import { imageTypeOf } from "./image-type.ts";

export interface ImageSize {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * From the header of a PNG, JPEG, GIF or WebP file, or the beginning of one; undefined where that does not tell. A rotation
 * that a JPEG asks for is not applied.
 */
export function imageSizeOf(bytes: Uint8Array): ImageSize | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (imageTypeOf(bytes)) {
    case "image/png":
      return file.length < 24 ? undefined : { width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
    case "image/gif":
      return file.length < 10 ? undefined : { width: file.readUInt16LE(6), height: file.readUInt16LE(8) };
    case "image/webp":
      return file.length < 30 ? undefined : webpSize(file);
    case "image/jpeg":
      return jpegSize(file);
    default:
      return undefined;
  }
}

function webpSize(file: Buffer): ImageSize | undefined {
  switch (file.toString("latin1", 12, 16)) {
    case "VP8 ":
      return { width: file.readUInt16LE(26) % 0x4000, height: file.readUInt16LE(28) % 0x4000 };
    case "VP8L": {
      const bits = file.readUInt32LE(21);
      return { width: (bits % 0x4000) + 1, height: (Math.floor(bits / 0x4000) % 0x4000) + 1 };
    }
    case "VP8X":
      return { width: file.readUIntLE(24, 3) + 1, height: file.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}

/** Segments of a JPEG that begin a frame, among them those that have the size; the others of the range are tables. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const startOfScan = 0xda;

function jpegSize(file: Buffer): ImageSize | undefined {
  let at = 2;
  while (at + 9 <= file.length && file[at] === 0xff) {
    const marker = file.readUInt8(at + 1);
    if (isFrame(marker)) return { width: file.readUInt16BE(at + 7), height: file.readUInt16BE(at + 5) };
    if (marker === startOfScan) return undefined;
    // Any number of these bytes may fill the space before a marker.
    at += marker === 0xff ? 1 : 2 + file.readUInt16BE(at + 2);
  }
  return undefined;
}
