import assert from "node:assert/strict";
import { test } from "node:test";
import { isTypingKey, parseKeyName } from "./key-name.ts";

const names = [
  ["ctrl+s", "ctrl+s"],
  ["Ctrl+Shift+P", "ctrl+shift+p"],
  ["shift+ctrl+p", "ctrl+shift+p"],
  ["alt-enter", "alt+enter"],
  ["Control+PgUp", "ctrl+pageUp"],
  ["F5", "f5"],
  ["esc", "escape"],
  ["G", "G"],
  ["shift+g", "G"],
  ["/", "/"],
  ["-", "-"],
  ["+", "+"],
  ["ctrl++", "ctrl++"],
  ["ctrl+-", "ctrl+-"],
  ["alt+1", "alt+1"],
  ["é", "é"],
] as const;

test("keys are read as people write them", () => {
  for (const [text, name] of names) assert.equal(parseKeyName(text), name, text);
});

test("what is no key is refused", () => {
  for (const text of ["", "ctrl+", "hyper+x", "ctrl+nothing", "f13", "save"]) {
    assert.equal(parseKeyName(text), null, text);
  }
});

test("keys that type are told from those that do not", () => {
  for (const name of ["a", "G", "/", "space", "é"]) assert.ok(isTypingKey(name), name);
  for (const name of ["ctrl+a", "enter", "f1", "alt+1", "up"]) assert.ok(!isTypingKey(name), name);
});
