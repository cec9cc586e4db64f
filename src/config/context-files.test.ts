import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ConfigPlace } from "../../test/harness/config-place.ts";
import { findContextFiles } from "./context-files.ts";

function names(place: ConfigPlace, cwd = "."): string[] {
  const { project } = findContextFiles(place.load({ cwd: path.join(place.project, cwd) }));
  return project.map((file) => path.relative(place.project, file.path));
}

test("the well-known names count in any case, with their local forms, from the root down", () => {
  using place = new ConfigPlace();
  for (const file of [
    "AGENTS.md",
    "agents.local.md",
    "Crush.md",
    "CLAUDE.local.md",
    "gemini.md",
    ".cursorrules",
    ".cursor/rules/b.mdc",
    ".cursor/rules/a/deep.md",
    ".github/copilot-instructions.md",
    "README.md",
    "MY-AGENTS.md",
    "sub/dir/AGENTS.md",
    "other/AGENTS.md",
  ]) {
    place.write(`project/${file}`, file);
  }
  const atRoot = [
    ".cursor/rules/a/deep.md",
    ".cursor/rules/b.mdc",
    ".cursorrules",
    ".github/copilot-instructions.md",
    "AGENTS.md",
    "CLAUDE.local.md",
    "Crush.md",
    "agents.local.md",
    "gemini.md",
  ];
  assert.deepEqual(names(place).toSorted(), atRoot);
  assert.deepEqual(names(place, "sub/dir").toSorted(), [...atRoot, "sub/dir/AGENTS.md"]);
});

test("configured paths follow, a directory with all its files; nothing twice", () => {
  using place = new ConfigPlace();
  place.write("project/AGENTS.md", "");
  place.write("project/docs/one.md", "");
  place.write("project/docs/two.md", "");
  place.writeGlobal({ options: { context_paths: ["AGENTS.md", "docs", "docs/one.md", "missing.md"] } });
  assert.deepEqual(names(place), ["AGENTS.md", "docs/one.md", "docs/two.md"]);
});

test("the person's own files are told apart", () => {
  using place = new ConfigPlace();
  place.write("home/.config/crush/CRUSH.md", "mine");
  place.write("home/.config/AGENTS.md", "also mine");
  place.write("home/notes.md", "notes");
  const read = (): (string | undefined)[] => findContextFiles(place.load()).global.map((file) => file.read()?.text);
  assert.deepEqual(read(), ["mine", "also mine"]);
  place.writeGlobal({ options: { global_context_paths: ["~/notes.md"] } });
  assert.deepEqual(read(), ["notes"]);
});

test("a directory that holds a whole repository is read up to a bound, and what is left out is told", () => {
  using place = new ConfigPlace();
  for (let count = 0; count < 150; count += 1) place.write(`project/docs/${count}.md`, "x".repeat(10_000));
  symlinkSync("..", path.join(place.project, "docs", "circle"));
  place.writeGlobal({ options: { context_paths: ["docs"] } });
  const { project, skipped } = findContextFiles(place.load());
  assert.equal(project.length, 52);
  assert.ok(skipped.length > 0);
});

test("a file is read up to its bound, and what is no file not at all", () => {
  using place = new ConfigPlace();
  place.write("project/AGENTS.md", "x".repeat(200 * 1024));
  execFileSync("sh", ["-c", "mkfifo CRUSH.md"], { cwd: place.project });
  const { project } = findContextFiles(place.load());
  assert.deepEqual(
    project.map((file) => path.basename(file.path)),
    ["AGENTS.md"],
  );
  const text = project[0]?.read();
  assert.equal(text?.text.length, 128 * 1024);
  assert.equal(text?.isTruncated, true);
});
