import assert from "node:assert/strict";
import { test } from "node:test";
import { Editor } from "./editor.ts";
import { must } from "../lib/assert.ts";
import { parseKeyPress } from "./key-press.ts";
import { lineText } from "./spans.ts";
import { noneTheme } from "./theme-none.ts";

const keys: Readonly<Record<string, string>> = {
  enter: "\r",
  "shift+enter": "\u001b[13;2u",
  backspace: "\u007f",
  left: "\u001b[D",
  up: "\u001b[A",
  down: "\u001b[B",
  tab: "\t",
  escape: "\u001b",
  "ctrl+c": "\u0003",
  "ctrl+a": "\u0001",
  "ctrl+e": "\u0005",
  "ctrl+k": "\u000b",
  "ctrl+w": "\u0017",
  "ctrl+y": "\u0019",
  undo: "\u001f",
};

function press(editor: Editor, ...names: readonly string[]): boolean[] {
  return names.map((name) => editor.handleKey(must(parseKeyPress(keys[name] ?? name), name)));
}

function type(editor: Editor, text: string): void {
  for (const character of text) press(editor, character);
}

function shown(editor: Editor, width = 20): string[] {
  return editor.render({ width, height: 6 }, noneTheme).lines.map(lineText);
}

test("typing, line breaks and deleting", () => {
  const editor = new Editor();
  type(editor, "hello");
  press(editor, "shift+enter");
  type(editor, "wörld 日本");
  press(editor, "backspace");
  assert.equal(editor.getText(), "hello\nwörld 日");
  assert.deepEqual(shown(editor), ["hello", "wörld 日"]);
  assert.deepEqual(editor.render({ width: 20, height: 6 }, noneTheme).cursor, { row: 1, column: 8 });
});

test("a backslash before Enter is a line break, Enter alone is not its own", () => {
  const editor = new Editor();
  type(editor, "one\\");
  assert.deepEqual(press(editor, "enter"), [true]);
  type(editor, "two");
  assert.equal(editor.getText(), "one\ntwo");
  assert.deepEqual(press(editor, "enter", "tab", "escape", "ctrl+c"), [false, false, false, false]);
  assert.equal(editor.getText(), "one\ntwo");
});

test("kill, yank and undo", () => {
  const editor = new Editor();
  type(editor, "first second");
  press(editor, "ctrl+w");
  assert.equal(editor.getText(), "first ");
  press(editor, "ctrl+y", "ctrl+y");
  assert.equal(editor.getText(), "first secondsecond");
  press(editor, "undo");
  assert.equal(editor.getText(), "first second");
  press(editor, "ctrl+a", "ctrl+k");
  assert.ok(editor.isEmpty);
});

test("earlier prompts come with up, the draft with down", () => {
  const editor = new Editor({ history: ["newest", "older"] });
  press(editor, "up");
  assert.equal(editor.getText(), "newest");
  press(editor, "up");
  assert.equal(editor.getText(), "older");
  press(editor, "down", "down", "down");
  assert.equal(editor.getText(), "");
});

test("a large paste is folded on screen and whole in the text", () => {
  const editor = new Editor();
  const pasted = Array.from({ length: 30_000 }, (_, index) => `line ${index} of a long paste`).join("\n");
  type(editor, "look: ");
  editor.paste(pasted);
  assert.deepEqual(shown(editor, 60), ["look: [paste #1 +30000 lines]"]);
  assert.equal(editor.getText(), `look: ${pasted}`);
});

test("hostile text loses its control characters", () => {
  const editor = new Editor({ history: ["old\u001b]0;x\u0007"] });
  editor.paste("a\u001b[2Jb\u202ec\r\nd");
  assert.equal(editor.getText(), "a[2Jbc\nd");
  editor.setText("x\u001b\u009by\tz");
  assert.equal(editor.getText(), "xy    z");
  editor.setText("");
  press(editor, "up");
  assert.equal(editor.getText(), "old]0;x");
});

test("the cursor stays in sight, what is hidden is counted", () => {
  const editor = new Editor();
  editor.setText(Array.from({ length: 9 }, (_, index) => `row ${index}`).join("\n"));
  for (const height of [3, 6]) {
    const view = editor.render({ width: 20, height }, noneTheme);
    assert.equal(view.lines.length, height);
    assert.equal(view.hiddenAbove, 9 - height);
    assert.equal(view.hiddenBelow, 0);
    assert.equal(lineText(view.lines[view.cursor.row] ?? []), "row 8");
  }
  press(editor, ...Array.from({ length: 8 }, () => "up"));
  const top = editor.render({ width: 20, height: 3 }, noneTheme);
  assert.deepEqual([top.hiddenAbove, top.hiddenBelow, top.cursor.row], [0, 6, 0]);
});

test("long lines wrap and the cursor follows", () => {
  const editor = new Editor();
  type(editor, "several words that do not fit");
  assert.deepEqual(shown(editor), ["several words that", "do not fit"]);
  assert.deepEqual(editor.render({ width: 20, height: 6 }, noneTheme).cursor, { row: 1, column: 10 });
  editor.click({ row: 0, column: 8 });
  assert.deepEqual(editor.render({ width: 20, height: 6 }, noneTheme).cursor, { row: 0, column: 8 });
  type(editor, "X");
  assert.equal(editor.getText(), "several Xwords that do not fit");
});

test("the token before the cursor can be completed", () => {
  const editor = new Editor();
  type(editor, "see @src/ma");
  assert.equal(editor.tokenBeforeCursor(), "@src/ma");
  assert.ok(!editor.isTokenFirst());
  editor.replaceToken("@src/main.ts ");
  assert.equal(editor.getText(), "see @src/main.ts ");
  assert.equal(editor.tokenBeforeCursor(), "");
  editor.setText("/mod");
  assert.ok(editor.isTokenFirst());
});

test("an empty editor shows its placeholder", () => {
  const editor = new Editor({ placeholder: "Ask anything" });
  assert.deepEqual(shown(editor), ["Ask anything"]);
  assert.deepEqual(editor.render({ width: 20, height: 6 }, noneTheme).cursor, { row: 0, column: 0 });
  type(editor, "a");
  assert.deepEqual(shown(editor), ["a"]);
});

test("the cursor comes back where it was, by an index into the whole text", () => {
  const editor = new Editor();
  editor.setText("one\ntwo 漢字\nthree", 6);
  assert.equal(editor.cursor, 6);
  editor.insert("X");
  assert.equal(editor.getText(), "one\ntwXo 漢字\nthree");
  editor.setText("short", 99);
  assert.equal(editor.cursor, null, "at the end, wherever that will be");
});

test("beside a folded paste the cursor counts its whole text", () => {
  const editor = new Editor();
  editor.insert("before ");
  editor.paste("line\n".repeat(20));
  editor.insert("!");
  press(editor, "left");
  assert.equal(editor.cursor, 7 + 100);
  editor.setText(editor.getText(), 3);
  editor.insert("!");
  assert.match(editor.getText(), /^bef!ore line/u);
});

test("a view stays the same one until something changes", () => {
  const editor = new Editor();
  const view = (): unknown => editor.render({ width: 20, height: 6 }, noneTheme);
  const changes: readonly (() => void)[] = [
    () => type(editor, "anvil"),
    () => press(editor, "left"),
    () => {
      editor.paste(" and hammer");
    },
    () => {
      editor.insert("!");
    },
    () => {
      editor.setText("forge", 2);
    },
    () => {
      editor.replaceToken("smithy");
    },
    () => {
      editor.click({ row: 0, column: 1 });
    },
  ];
  for (const change of changes) {
    const before = view();
    assert.equal(view(), before);
    change();
    assert.notDeepEqual(view(), before);
  }
  assert.notEqual(editor.render({ width: 19, height: 6 }, noneTheme), view());
});
