/** How the screen looks: by the terminal's background, by choice, and without colours. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { must } from "../../src/lib/assert.ts";
import { themes } from "../../src/term/themes.ts";
import type { Theme } from "../../src/term/theme.ts";
import { Sandbox } from "../harness/sandbox.ts";
import { answerPermission, choosePracticeModel, quit } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";

const trueColor = { TERM: "xterm-256color", COLORTERM: "truecolor" };

/** The title of the open dialog tells the theme. */
function isInTheme(app: RunningApp, title: string, theme: Theme): boolean {
  const place = app.terminal.find(title);
  if (place === null) return false;
  const cell = app.terminal.cell({ row: place.row, column: place.column + 2 });
  return cell.foreground === (theme.frameTitle.foreground ?? null);
}

async function untilTheme(app: RunningApp, title: string, theme: Theme): Promise<void> {
  await app.waitUntil(() => isInTheme(app, title, theme), { what: `${title} in ${theme.name}` });
}

test("the screen follows the terminal's background", async () => {
  for (const [background, theme] of [
    ["#fdf6e3", themes.light],
    ["#101018", themes.dark],
  ] as const) {
    using sandbox = new Sandbox();
    await using app = startApp({ sandbox, background, environment: trueColor });
    await untilTheme(app, "─ Welcome", theme);
    assert.ok(isInTheme(app, "─ Welcome", theme), theme.name);
    await choosePracticeModel(app);
    await quit(app);
  }
});

test("/theme shows each theme before it is kept, and the next start has it", async () => {
  using sandbox = new Sandbox();
  await using app = startApp({ sandbox, environment: trueColor, background: "#101018" });
  await choosePracticeModel(app);
  app.type("/theme");
  await app.waitFor("/theme");
  app.press("enter");
  await untilTheme(app, "─ Theme", themes.dark);
  app.press("down", "down");
  await untilTheme(app, "─ Theme", themes.light);
  app.press("down");
  await untilTheme(app, "─ Theme", themes["high-contrast-dark"]);
  app.press("escape");
  await app.waitUntilGone("─ Theme");
  app.press("ctrl+g");
  await untilTheme(app, "─ Help", themes.dark);
  app.press("escape");
  await app.waitUntilGone("─ Help");
  app.type("/theme high-contrast");
  await app.waitFor("/theme high-contrast");
  app.press("enter");
  await app.waitFor("Theme: high-contrast");
  await quit(app);
  const kept: unknown = JSON.parse(readFileSync(path.join(sandbox.globalData, "crush.json"), "utf8"));
  assert.match(JSON.stringify(kept), /"theme":"high-contrast"/u);
  await using again = startApp({ sandbox, environment: trueColor, background: "#ffffff" });
  await again.waitFor("ready");
  again.press("ctrl+g");
  await untilTheme(again, "─ Help", themes["high-contrast-light"]);
  again.press("escape");
  await again.waitUntilGone("─ Help");
  await quit(again);
});

test("without colours every state has a sign or a word", async () => {
  using sandbox = new Sandbox();
  await using app = startApp({ sandbox, environment: { NO_COLOR: "1" } });
  await choosePracticeModel(app);
  app.type("list files");
  app.press("enter");
  await app.waitFor("✓ List");
  app.type("create a.txt with hello");
  app.press("enter");
  await app.waitFor("─ Permission");
  assert.match(app.screen, /\? (?:Write|waiting for you)/u);
  await answerPermission(app, "d");
  await app.waitFor(/✗ Write/u);
  app.press("/");
  app.type("theme");
  await app.waitFor("NO_COLOR is set");
  const row = must(app.terminal.find("› /theme"), "the chosen row").row;
  assert.ok(
    app.terminal.cells(row).some((cell) => cell.isInverse),
    "the chosen row is inverted",
  );
  app.press("escape");
  await app.waitUntilGone("─ Commands");
  await quit(app);
});
