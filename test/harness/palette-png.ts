/** PNG with a palette: a screen has few colours, and its file is a tenth of one in true colour. */
import { crc32, deflateSync } from "node:zlib";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Four bytes a pixel; the fourth, opacity, is not looked at. */
  readonly rgba: Uint8Array;
}

const colorsMax = 256;

function colorAt(rgba: Uint8Array, pixel: number): number {
  const offset = pixel * 4;
  return ((rgba[offset] ?? 0) << 16) | ((rgba[offset + 1] ?? 0) << 8) | (rgba[offset + 2] ?? 0);
}

function distance(left: number, right: number): number {
  const red = (left >> 16) - (right >> 16);
  const green = ((left >> 8) & 255) - ((right >> 8) & 255);
  const blue = (left & 255) - (right & 255);
  return red * red + green * green + blue * blue;
}

/** The most frequent colours, and for every colour the place of the nearest of them. */
function paletteOf(pixels: Pixels): {
  readonly colors: readonly number[];
  readonly places: ReadonlyMap<number, number>;
} {
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < pixels.width * pixels.height; pixel += 1) {
    const color = colorAt(pixels.rgba, pixel);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const byFrequency = [...counts].toSorted(([, left], [, right]) => right - left).map(([color]) => color);
  const colors = byFrequency.slice(0, colorsMax);
  const places = new Map<number, number>();
  for (const color of byFrequency) {
    let nearest = 0;
    for (const [place, candidate] of colors.entries()) {
      if (distance(candidate, color) < distance(colors[nearest] ?? 0, color)) nearest = place;
    }
    places.set(color, nearest);
  }
  return { colors, places };
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

export function encodePalettePng(pixels: Pixels): Uint8Array {
  const { width, height } = pixels;
  const { colors, places } = paletteOf(pixels);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const palette = Buffer.from(colors.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]));
  // Each row begins with its filter: 0, none.
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      rows[row * (width + 1) + 1 + column] = places.get(colorAt(pixels.rgba, row * width + column)) ?? 0;
    }
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("PLTE", palette),
    chunk("IDAT", data),
    chunk("IEND", new Uint8Array()),
  ]);
}
