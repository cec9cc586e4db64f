import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeConfig } from "../../../test/harness/fake-facts.ts";
import { lineText, lineWidth } from "../../term/spans.ts";
import { LateModules } from "../../term/late-modules.ts";
import { themes } from "../../term/themes.ts";
import { allCommands } from "../commands/all-commands.ts";
import { dialogKeyEntries } from "../commands/dialog-keys.ts";
import { createDisplayRenderer } from "../display-renderer.ts";
import { helpDialog } from "./help.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";

async function start(t: TestContext, keys: Readonly<Record<string, string>> = {}): Promise<ScreenProgram> {
  const app = new FakeApp({ config: fakeConfig({ keys }) });
  app.addSession("Anvil");
  app.addSession("Jig");
  return startScreenProgram(t, { app, size: { columns: 80, rows: 24 } });
}

test("f1 in the list of sessions lists all its keys, as they are bound, and goes back to it", async (t) => {
  const running = await start(t, { "sessions.pin": "f9" });
  await running.press("ctrl+s");
  assert.match(running.rows.at(-1) ?? "", /f1 all keys *$/u, "not all keys have room");
  await running.press("f1");
  assert.match(running.text, /In the list of sessions/u);
  const seen = new Set(running.rows);
  await running.press("end");
  for (const row of running.rows) seen.add(row);
  const text = [...seen].join("\n");
  for (const what of [
    /ctrl\+f {2}alt\+f +Fork/u,
    /ctrl\+o {2}alt\+o +Open in the background/u,
    /ctrl\+y {2}alt\+c +Copy the id/u,
    /ctrl\+b {2}alt\+→ +Show or hide child sessions/u,
    /ctrl\+z {2}alt\+z +Take the last sorting back/u,
    /f9 +Pin/u,
    /↑ {2}ctrl\+p +One up/u,
    /is:pinned/u,
  ]) {
    assert.match(text, what);
  }
  assert.doesNotMatch(text, /Send the prompt/u);
  await running.press("escape");
  assert.match(running.text, /─ Sessions/u);
  assert.doesNotMatch(running.text, /─ Help/u);
  await running.press("f1", "f1");
  assert.doesNotMatch(running.text, /─ Help/u, "the same key closes it");
});

test("the help of a dialog is of what it does now", async (t) => {
  const running = await start(t);
  await running.press("ctrl+s", "ctrl+x", "f1");
  assert.match(running.text, /In the question before a delete/u);
  assert.match(running.text, /y +Delete/u);
  assert.doesNotMatch(running.text, /Fork/u);
  await running.press("escape", "n", "escape", "ctrl+p", "ctrl+g");
  assert.match(running.text, /In the palette/u);
  await running.press("escape");
  assert.match(running.text, /─ Commands/u);
});

test("a key of the dialog's own is not the help, nor one that types", async (t) => {
  const running = await start(t, { help: "f2 ctrl+r" });
  await running.press("ctrl+s", "ctrl+r");
  assert.match(running.text, /New title/u);
  await running.press("escape");
  assert.match(running.rows.at(-1) ?? "", /f2 all keys *$/u);
});

test("without a key for it no help is offered", async (t) => {
  const running = await start(t, { help: "" });
  await running.press("ctrl+s");
  assert.doesNotMatch(running.rows.at(-1) ?? "", /all keys/u);
});

test("no sentence of the help is cut, however narrow the screen is", async (t) => {
  const running = await start(t, { models: "ctrl+shift+pagedown ctrl+alt+shift+pageup", yolo: "f9" });
  const about = dialogKeyEntries.map(({ id }) => id);
  const { state } = running.program;
  for (const columns of [114, 74, 54, 34]) {
    for (const dialog of [
      { kind: "help", scroll: 0, about: null },
      { kind: "help", scroll: 0, about },
    ] as const) {
      const view = helpDialog.view(dialog, {
        state,
        theme: themes.none,
        area: { columns, rows: 20 },
        renderDisplay: createDisplayRenderer(new LateModules(() => undefined)),
      });
      const widest = Math.max(...view.body.map(lineWidth));
      assert.ok(widest <= view.width, `${widest} of ${view.width} columns`);
      const words = view.body.map(lineText).join(" ").replaceAll(/\s+/gu, " ");
      const wanted =
        dialog.about === null ? allCommands.map(({ title }) => title) : dialogKeyEntries.map(({ what }) => what);
      for (const sentence of wanted) assert.ok(words.includes(sentence), `${columns}: ${sentence}`);
    }
  }
});
