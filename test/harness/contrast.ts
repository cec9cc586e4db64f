/** How well a colour can be told from another. */
import assert from "node:assert/strict";
import type { Color } from "../../src/term/span-line.ts";

/** Relative luminance as WCAG 2 defines it. */
function luminance(color: Color): number {
  assert.ok(typeof color === "string", "themes use 24-bit colours");
  const value = Number.parseInt(color.slice(1), 16);
  const [red = 0, green = 0, blue = 0] = [value >> 16, (value >> 8) & 0xff, value & 0xff].map((byte) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** As WCAG 2 has it, in [1, 21]. */
export function contrast(one: Color, other: Color): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}
