import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { diskPaths } from "../../lib/disk-paths.ts";
import { whyNotReadOnly } from "./prove-read-only.ts";

const top = mkdtempSync(path.join(realpathSync(tmpdir()), "git-command-"));
after(() => rmSync(top, { recursive: true }));

const root = path.join(top, "project");
const inner = path.join(root, "inner");
const sprung = path.join(top, "sprung");
const environment = {
  PATH: process.env["PATH"],
  HOME: top,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@b",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@b",
};

function git(directory: string, ...words: readonly string[]): void {
  execFileSync("git", words, { cwd: directory, env: environment, stdio: "ignore" });
}

/** A repository with another one inside, whose configuration names a program, in two commits. */
function buildTrap(): void {
  mkdirSync(inner, { recursive: true });
  git(root, "init", "-q");
  git(inner, "init", "-q");
  for (const text of ["one", "two"]) {
    writeFileSync(path.join(inner, "file"), text);
    git(inner, "add", "file");
    git(inner, "commit", "-qm", text);
    git(root, "add", "inner");
    git(root, "commit", "-qm", text);
  }
  const program = path.join(top, "program");
  writeFileSync(program, `#!/bin/sh\ntouch '${sprung}'\nexit 1\n`);
  chmodSync(program, 0o700);
  git(inner, "config", "core.fsmonitor", program);
  git(inner, "config", "diff.external", program);
}

buildTrap();

function reason(command: string): string | undefined {
  return whyNotReadOnly(command, { directory: root, projectRoot: root, paths: diskPaths });
}

function springs(command: string): boolean {
  rmSync(sprung, { force: true });
  spawnSync("sh", ["-c", command], { cwd: root, env: environment, stdio: "ignore" });
  return existsSync(sprung);
}

describe("git with a repository inside the repository", () => {
  for (const command of [
    "git status",
    "git status --porcelain -- inner",
    "git diff",
    "git diff HEAD --stat",
    "git describe --always --dirty",
    "git diff-files",
    "git diff-index HEAD",
    "git log -p --submodule=diff",
    "git show --submodule=diff",
    "git status --ignore-submodules=all --no-ignore-submodules",
    "git status --ignore-submodules=all --ignore-=none",
    "git diff -G --ignore-submodules=all",
  ]) {
    it(`asks for ${command}, which runs what that one names`, () => {
      assert.equal(springs(command), true);
      assert.notEqual(reason(command), undefined);
    });
  }

  it("asks where the option stands behind the paths", () => {
    assert.notEqual(reason("git status -- --ignore-submodules=all"), undefined);
  });

  for (const command of [
    "git status --ignore-submodules=all --short",
    "git diff --ignore-submodules HEAD",
    "git log -p",
    "git show",
    "git ls-files -m",
    "git branch -a",
    "git stash list",
    "git grep two",
  ]) {
    it(`allows ${command}, which runs nothing of it`, () => {
      assert.equal(springs(command), false);
      assert.equal(reason(command), undefined);
    });
  }

  it("asks for what git has given up, which an alias may stand for", () => {
    assert.notEqual(reason("git whatchanged"), undefined);
  });

  it("allows the state of one that is not there, and asks where its repository comes", () => {
    renameSync(path.join(inner, ".git"), path.join(top, "away"));
    assert.equal(reason("git status"), undefined);
    writeFileSync(path.join(inner, ".git"), "gitdir: ../../away");
    assert.equal(springs("git status"), true);
    assert.notEqual(reason("git status"), undefined);
  });
});
