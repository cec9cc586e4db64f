import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast } from "../../test/harness/contrast.ts";
import type { Color, Style } from "./span-line.ts";
import { themes } from "./themes.ts";
import type { Theme, ThemeName } from "./theme.ts";

function isStyle(value: object): value is Style {
  return !("text" in value) && !Object.values(value).some((member) => typeof member === "object");
}

/** Every style of a theme with its dotted name. */
function stylesOf(part: object, name = ""): [string, Style][] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]): [string, Style][] => {
    if (typeof value !== "object" || value === null) return [];
    const inner = name === "" ? key : `${name}.${key}`;
    return isStyle(value) ? [[inner, value]] : stylesOf(value, inner);
  });
}

/** What is there to be overlooked, and no word: rules, frames, tracks, numbers beside the text. */
const quiet = /(?:faint|frame|frameFocused|rule|Track|Thumb|Bar|Border|codeFrame|lineNumber)$/u;

function tooFaint(theme: Theme, options: { readonly background: Color; readonly least: number }): string[] {
  return stylesOf(theme).flatMap(([name, style]) => {
    if (options.least < 7 && quiet.test(name)) return [];
    if (style.foreground === undefined) return [];
    const ratio = contrast(style.foreground, style.background ?? options.background);
    return ratio < options.least ? [`${theme.name} ${name}: ${ratio.toFixed(1)}`] : [];
  });
}

const backgrounds: readonly (readonly [ThemeName, Color, number])[] = [
  ["dark", "#16181d", 4.5],
  ["light", "#ffffff", 4.5],
  ["high-contrast-dark", "#000000", 7],
  ["high-contrast-light", "#ffffff", 7],
];

for (const [name, background, least] of backgrounds) {
  test(`every text of the theme ${name} stands out by ${least} : 1`, () => {
    assert.deepEqual(tooFaint(themes[name], { background, least }), []);
  });
}

/** What rows of lists are written in. */
const inLists = [
  "text",
  "muted",
  "strong",
  "accent",
  "success",
  "warning",
  "error",
  "info",
  "helpKey",
  "matched",
] as const;

for (const [name, , least] of backgrounds) {
  test(`in the chosen row of a list every text of the theme ${name} can be read`, () => {
    const theme = themes[name];
    const hidden = inLists.flatMap((part) => {
      const { foreground, background } = { ...theme.selected, ...theme[part] };
      assert.ok(foreground !== undefined && background !== undefined, part);
      const ratio = contrast(foreground, background);
      return ratio < least ? [`${part}: ${ratio.toFixed(1)}`] : [];
    });
    assert.deepEqual(hidden, []);
  });
}

test("the theme none has no colour at all", () => {
  for (const [name, style] of stylesOf(themes.none)) {
    assert.equal(style.foreground ?? style.background, undefined, name);
  }
});
