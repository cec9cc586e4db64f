import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { isPlainGit } from "./plain-git.ts";

const top = mkdtempSync(path.join(realpathSync(tmpdir()), "plain-"));
after(() => rmSync(top, { recursive: true }));

const usual = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = false
\tlogallrefupdates = true
[remote "origin"]
\turl = git@example.com:a/pager.git
\tfetch = +refs/heads/*:refs/remotes/origin/*
[branch "main"]
\tremote = origin
\tmerge = refs/heads/main
[user]
\tname = Ed Itor
`;

let count = 0;
function repository(files: Readonly<Record<string, string>>): string {
  count += 1;
  const directory = path.join(top, String(count));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return directory;
}

describe("a repository that names no programs", () => {
  it("is one with a usual configuration", () => {
    assert.ok(isPlainGit(repository({ ".git/config": usual })));
    assert.ok(
      isPlainGit(repository({ ".git/config": `${usual}[core]\n\tfsmonitor = true\n\tuntrackedCache = true\n` })),
    );
    assert.ok(isPlainGit(repository({ "a.txt": "" })));
  });

  it("is none that could run one", () => {
    for (const lines of [
      "[core]\n\tfsmonitor = ./evil",
      "[core] FsMonitor=./evil",
      '[core]\r\n  fsmonitor = "./evil"\r\n',
      "[diff]\n\texternal = ./evil",
      '[diff "x"]\n\ttextconv = ./evil',
      '[diff "x"]\n\tcommand = ./evil',
      '[filter "x"]\n\tclean = ./evil',
      '[filter "x"]\n\tprocess = ./evil',
      "[include]\n\tpath = ../evil.config",
      '[includeIf "gitdir:/"]\n\tpath = ../evil.config',
      "[core]\n\tpager = ./evil",
      "[core]\n\tsshCommand = ./evil",
      "[core]\n\thooksPath = evil",
      "[gpg]\n\tprogram = ./evil",
      "[extensions]\n\tworktreeConfig = true",
      "[core]\n\tworktree = /",
    ]) {
      assert.equal(isPlainGit(repository({ ".git/config": `${usual}${lines}\n` })), false, lines);
    }
  });

  it("is none that is arranged in an unusual way", () => {
    assert.equal(isPlainGit(repository({ ".git": "gitdir: ./hidden\n" })), false);
    assert.equal(isPlainGit(repository({ ".git": "nonsense" })), false);
    assert.equal(isPlainGit(repository({ ".git/config": usual, ".git/commondir": "../x" })), false);
    assert.equal(isPlainGit(repository({ HEAD: "ref: x", "objects/x": "", "refs/x": "" })), false);
    assert.ok(isPlainGit(repository({ ".git": "gitdir: /elsewhere/.git/worktrees/x\n" })));
  });
});
