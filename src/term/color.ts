import type { Color, Style } from "./span-line.ts";

/** What the terminal can show; `none` keeps bold, underline and inverse, as NO_COLOR asks. */
export type ColorDepth = "none" | "16" | "256" | "truecolor";

/** From the environment's NO_COLOR, COLORTERM, TERM and the like; each may be absent. */
export function detectColorDepth(environment: Readonly<Record<string, string | undefined>>): ColorDepth {
  const { NO_COLOR: noColor, COLORTERM: colorTerm = "", TERM: term = "", TERM_PROGRAM: program = "" } = environment;
  if ((noColor !== undefined && noColor !== "") || term === "dumb") return "none";
  if (/truecolor|24bit/i.test(colorTerm)) return "truecolor";
  if (/-direct$|^(xterm-)?(kitty|ghostty|wezterm|alacritty|foot)/.test(term)) return "truecolor";
  if (/^(iTerm\.app|WezTerm|vscode|ghostty)$/.test(program)) return "truecolor";
  if (environment["WT_SESSION"] !== undefined) return "truecolor";
  if (term.includes("256") || program === "Apple_Terminal") return "256";
  return "16";
}

type Rgb = readonly [number, number, number];

/** The 16 first colours as xterm draws them: used to find the nearest only, since each terminal has its own. */
const ansiColors: readonly Rgb[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];
const cubeLevels = [0, 95, 135, 175, 215, 255] as const;

function rgbOf(color: Color): Rgb {
  if (typeof color === "string") {
    const value = Number.parseInt(color.slice(1), 16);
    return [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
  }
  if (color < 16) return ansiColors[color] ?? [0, 0, 0];
  if (color >= 232) return [8 + (color - 232) * 10, 8 + (color - 232) * 10, 8 + (color - 232) * 10];
  const index = color - 16;
  const level = (position: number) => cubeLevels[position] ?? 0;
  return [level(Math.floor(index / 36)), level(Math.floor(index / 6) % 6), level(index % 6)];
}

/** Weighted by how the eye sees differences. */
function distance([red1, green1, blue1]: Rgb, [red2, green2, blue2]: Rgb): number {
  return 2 * (red1 - red2) ** 2 + 4 * (green1 - green2) ** 2 + 3 * (blue1 - blue2) ** 2;
}

function nearest(rgb: Rgb, first: number, last: number): number {
  let best = first;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let index = first; index <= last; index++) {
    const candidate = distance(rgb, rgbOf(index));
    if (candidate < bestDistance) {
      best = index;
      bestDistance = candidate;
    }
  }
  return best;
}

const nearestCache = new Map<string, number>();

function nearestIndex(color: Color, depth: "16" | "256"): number {
  const key = `${depth}${color}`;
  const known = nearestCache.get(key);
  if (known !== undefined) return known;
  const index = depth === "256" ? nearest(rgbOf(color), 16, 255) : nearest(rgbOf(color), 0, 15);
  nearestCache.set(key, index);
  return index;
}

/** SGR parameters of a colour; `base` is 30 for the foreground, 40 for the background. */
function colorParameters(color: Color, base: 30 | 40, depth: Exclude<ColorDepth, "none">): string {
  if (typeof color === "string" && depth === "truecolor") return `${base + 8};2;${rgbOf(color).join(";")}`;
  const isFine = typeof color === "string" || color > 15;
  const index =
    isFine && (depth === "16" || typeof color === "string")
      ? nearestIndex(color, depth === "16" ? "16" : "256")
      : color;
  if (typeof index === "string") return "";
  if (index < 8) return String(base + index);
  return index < 16 ? String(base + 52 + index) : `${base + 8};5;${index}`;
}

function computedSequence(style: Style, depth: ColorDepth): string {
  const parameters = ["0"];
  if (style.bold === true) parameters.push("1");
  if (style.dim === true) parameters.push("2");
  if (style.italic === true) parameters.push("3");
  if (style.underline === true) parameters.push("4");
  if (style.inverse === true) parameters.push("7");
  if (style.strikethrough === true) parameters.push("9");
  if (depth !== "none") {
    if (style.foreground !== undefined) parameters.push(colorParameters(style.foreground, 30, depth));
    if (style.background !== undefined) parameters.push(colorParameters(style.background, 40, depth));
  }
  return `\u001b[${parameters.length === 1 ? "" : parameters.join(";")}m`;
}

/** The sequence that sets exactly this style (links apart), whatever was set before. */
export function createStyleSequences(depth: ColorDepth): (style: Style) => string {
  const cache = new WeakMap<Style, string>();
  return (style) => {
    let sequence = cache.get(style);
    if (sequence === undefined) {
      sequence = computedSequence(style, depth);
      cache.set(style, sequence);
    }
    return sequence;
  };
}

/** Relative lightness of a colour, 0 (black) to 1 (white). */
export function luminance(color: Color): number {
  const [red, green, blue] = rgbOf(color);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
