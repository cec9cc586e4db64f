/** Draws a virtual terminal's screen as a picture, for the documents. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { encodePalettePng } from "./palette-png.ts";
import type { Cell, CellColor, VirtualTerminal } from "./virtual-terminal.ts";

const require = createRequire(import.meta.url);

/**
 * DejaVu Sans Mono advances 1233 of 2048 units. Cells of whole pixels make equal glyphs equal in the picture, which then
 * packs small; a cell is a little lower than the font's line (2384 units), so that frames close without a gap.
 */
const fontFamily = "DejaVu Sans Mono";
const cellWidthPx = 8;
const cellHeightPx = 15;
const fontSizePx = (cellWidthPx * 2048) / 1233;
const baselinePx = 12;
const paddingPx = 8;

/** Of a terminal that did not say which background it has. */
const darkBackground = "#16181d";

interface Canvas {
  readonly foreground: string;
  readonly background: string;
}

function canvasOf(background: string | null): Canvas {
  const isDark = background === null || background === darkBackground;
  return isDark ? { foreground: "#d8dee9", background: darkBackground } : { foreground: "#24262d", background };
}

const ansiColors = [
  ["#2b303b", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#c8ccd4"],
  ["#5c6370", "#ff7b86", "#b5e08f", "#ffd68a", "#7fc4ff", "#dd9bf2", "#7fdbe6", "#ffffff"],
].flat();

/** The 6 × 6 × 6 cube and the greys of the 256-colour palette. */
function paletteColor(index: number): string {
  const ansi = ansiColors[index];
  if (ansi !== undefined) return ansi;
  if (index >= 232) return rgb([8, 8, 8].map((value) => value + (index - 232) * 10));
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return rgb([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}

function rgb(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function colorOf(color: CellColor, otherwise: string): string {
  if (color === null) return otherwise;
  return typeof color === "number" ? paletteColor(color) : color;
}

function colorsOf(cell: Cell, canvas: Canvas): Canvas {
  const foreground = colorOf(cell.foreground, canvas.foreground);
  const background = colorOf(cell.background, canvas.background);
  return cell.isInverse ? { foreground: background, background: foreground } : { foreground, background };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function cellMarkup(cell: Cell, place: { readonly x: number; readonly y: number }, canvas: Canvas): string {
  const { foreground, background } = colorsOf(cell, canvas);
  const width = cellWidthPx * cell.width;
  const parts: string[] = [];
  if (background !== canvas.background) {
    const size = `width="${width}" height="${cellHeightPx}"`;
    parts.push(`<rect x="${place.x}" y="${place.y}" ${size} fill="${background}"/>`);
  }
  if (cell.text.trim() !== "") {
    const style = [
      cell.isBold ? ' font-weight="bold"' : "",
      cell.isItalic ? ' font-style="italic"' : "",
      cell.isUnderlined ? ' text-decoration="underline"' : "",
      cell.isDim ? ' opacity="0.6"' : "",
    ].join("");
    const at = `x="${place.x}" y="${place.y + baselinePx}"`;
    parts.push(`<text ${at} fill="${foreground}"${style}>${escaped(cell.text)}</text>`);
  }
  return parts.join("");
}

/** Each cell is placed on its own, so that nothing shifts where a glyph is wider than its cell. */
export function screenSvg(terminal: VirtualTerminal): string {
  const { columns, rows } = terminal.size;
  const width = columns * cellWidthPx + 2 * paddingPx;
  const height = rows * cellHeightPx + 2 * paddingPx;
  const canvas = canvasOf(terminal.background);
  const backgrounds: string[] = [];
  const glyphs: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (const [column, cell] of terminal.cells(row).entries()) {
      const place = { x: paddingPx + column * cellWidthPx, y: paddingPx + row * cellHeightPx };
      const markup = cellMarkup(cell, place, canvas);
      const glyphAt = markup.indexOf("<text");
      backgrounds.push(glyphAt < 0 ? markup : markup.slice(0, glyphAt));
      if (glyphAt >= 0) glyphs.push(markup.slice(glyphAt));
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${fontFamily}"`,
    ` font-size="${fontSizePx.toFixed(3)}"><rect width="${width}" height="${height}" fill="${canvas.background}"/>`,
    ...backgrounds,
    ...glyphs,
    "</svg>",
  ].join("");
}

function fontFile(name: string): Uint8Array {
  return readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
}

let isReady = false;

/** The screen as PNG. Characters that DejaVu Sans lacks (CJK, emoji) are left out. */
export async function screenPng(terminal: VirtualTerminal): Promise<Uint8Array> {
  if (!isReady) await initWasm(readFileSync(require.resolve("@resvg/resvg-wasm/index_bg.wasm")));
  isReady = true;
  const names = [
    "DejaVuSansMono",
    "DejaVuSansMono-Bold",
    "DejaVuSansMono-Oblique",
    "DejaVuSansMono-BoldOblique",
    "DejaVuSans",
  ];
  const picture = new Resvg(screenSvg(terminal), {
    font: { fontBuffers: names.map(fontFile), defaultFontFamily: fontFamily, loadSystemFonts: false },
  });
  const { width, height, pixels } = picture.render();
  return encodePalettePng({ width, height, rgba: pixels });
}
