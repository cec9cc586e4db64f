import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { isPlainGit, isPlainWithoutFetching } from "./plain-git.ts";

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

  it("is one whose programs no command that only reads runs", () => {
    for (const lines of [
      "[alias]\n\tst = !./any status",
      "[credential]\n\thelper = !f() { echo password=x; }; f",
      '[credential "https://example.com"]\n\thelper = store',
      '[url "git@example.com:"]\n\tinsteadOf = https://example.com/',
      '[gitflow "branch"]\n\tmaster = main',
      "[git-town]\n\tmain-branch = main",
      "[git-p4]\n\tclient = x",
      '[svn-remote "svn"]\n\turl = https://example.com/svn',
      '[mergetool "x"]\n\tcmd = ./any',
      "[i18n]\n\tcommitEncoding = latin1",
      "[protocol]\n\tversion = 2",
      "[uploadpack]\n\tallowFilter = true",
      "[interactive]\n\tsingleKey = true",
      "[pretty]\n\tx = %h %s",
      "[sendemail]\n\tto = a@example.com",
      "[gitreview]\n\tremote = origin",
      '[gpg "ssh"]\n\tallowedSignersFile = .signers',
    ]) {
      assert.ok(isPlainGit(repository({ ".git/config": `${usual}${lines}\n` })), lines);
    }
  });

  it("is a partial clone only where nothing is fetched", () => {
    const promisor = '[remote "origin"]\n\tpromisor = true\n\tpartialclonefilter = blob:none\n';
    const partial = repository({ ".git/config": `${usual}${promisor}` });
    assert.deepEqual([isPlainGit(partial), isPlainWithoutFetching(partial)], [false, true]);
    const filtered = repository({ ".git/config": `${usual}${promisor}[filter "x"]\n\tclean = ./evil\n` });
    assert.equal(isPlainWithoutFetching(filtered), false);
  });

  it("is one with a file HEAD beside a repository that git takes", () => {
    const git = { ".git/HEAD": "ref: refs/heads/main\n", ".git/objects/x": "", ".git/refs/x": "" };
    assert.ok(isPlainGit(repository({ HEAD: "words", ".git/config": usual, ...git })));
    assert.ok(isPlainGit(repository({ HEAD: "words", ".git": "gitdir: /elsewhere/.git/worktrees/x\n" })));
    assert.equal(isPlainGit(repository({ HEAD: "words", ".git/config": usual, ...git, ".git/HEAD": "x" })), false);
  });

  it("is none that could run one", () => {
    for (const lines of [
      "[core]\n\tfsmonitor = ./evil",
      "[core] FsMonitor=./evil",
      '[core]\r\n  fsmonitor = "./evil"\r\n',
      "[diff]\n\texternal = ./evil",
      "[diff]\n\tsubmodule = diff",
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
      '[gpg "ssh"]\n\tprogram = ./evil',
      "[extensions]\n\tworktreeConfig = true",
      "[core]\n\tworktree = /",
      '[a][filter "x"] clean = ./evil',
      '[filter "a]b"] clean = ./evil',
      '[filter "a\\"]b"] clean = ./evil',
      "[filter.x]\n\tclean = ./evil",
      "[core]\r\n\tfsmonitor = ./evil\r\n",
      "[core] # \\\n\tfsmonitor = ./evil",
      "[core]\n\talternateRefsCommand = ./evil",
      "[extensions]\n\tpartialClone = o",
      '[remote "o"]\n\tpromisor = true',
      '[remote "o"]\n\tuploadpack = ./evil',
      '[merge "x"]\n\tdriver = ./evil',
      '[lfs "extension.x"]\n\tclean = ./evil',
      "[diff\n\texternal = ./evil",
      "[unknown]\n\tkey = value",
    ]) {
      assert.equal(isPlainGit(repository({ ".git/config": `${usual}${lines}\n` })), false, lines);
    }
  });

  it("is none that is arranged in an unusual way", () => {
    assert.equal(isPlainGit(repository({ ".git": "gitdir: ./hidden\n" })), false);
    assert.equal(isPlainGit(repository({ ".git": "nonsense" })), false);
    assert.equal(isPlainGit(repository({ HEAD: "ref: x", "a.txt": "" })), false);
    assert.equal(isPlainGit(repository({ ".git/config": usual, ".git/commondir": "../x" })), false);
    assert.equal(isPlainGit(repository({ HEAD: "ref: x", "objects/x": "", "refs/x": "" })), false);
    assert.equal(isPlainGit(repository({ HEAD: "ref: x", ".git/config": usual, config: "" })), false);
    assert.equal(isPlainGit(repository({ ".git": "gitdir: ../x\n/../inside\n" })), false);
    assert.ok(isPlainGit(repository({ ".git": "gitdir: /elsewhere/.git/worktrees/x\n" })));
  });
});

/** Each makes git run `./evil` when it is asked for the status or a commit; `git` is the repository's directory. */
const traps: Readonly<Record<string, (directory: string, git: string) => void>> = {
  "two headers on a line": (_directory, git) => {
    writeFileSync(path.join(git, "config"), '[core]\n\tbare = false\n[a][filter "x"] clean = ./evil\n');
  },
  "a bracket in a header": (directory, git) => {
    writeFileSync(path.join(git, "config"), '[core]\n\tbare = false\n[filter "a]b"] clean = ./evil\n');
    writeFileSync(path.join(directory, ".gitattributes"), "* filter=a]b\n");
  },
  "a link in the path of the repository": (directory, git) => {
    writeFileSync(path.join(git, "config"), '[core]\n\tbare = false\n[filter "x"]\n\tclean = ./evil\n');
    mkdirSync(path.join(directory, "a/b"), { recursive: true });
    symlinkSync("a/b", path.join(directory, "link"));
    renameSync(git, path.join(directory, "hidden"));
    writeFileSync(git, "gitdir: link/../../hidden\n");
  },
  "an object that is fetched": (_directory, git) => {
    writeFileSync(
      path.join(git, "config"),
      `[core]\n\trepositoryformatversion = 1\n[extensions]\n\tpartialClone = o\n[remote "o"]\n\tpromisor = true\n\turl = .\n\tuploadpack = ./evil\n`,
    );
    rmSync(path.join(git, "objects"), { recursive: true });
    mkdirSync(path.join(git, "objects"));
  },
  "a top that is the repository": (directory, git) => {
    for (const name of ["HEAD", "index", "objects", "refs"]) {
      renameSync(path.join(git, name), path.join(directory, name));
    }
    writeFileSync(path.join(directory, "config"), '[diff "x"]\n\ttextconv = ./evil\n');
    mkdirSync(path.join(directory, "info"));
    writeFileSync(path.join(directory, "info/attributes"), "* diff=x\n");
  },
};

describe("a repository that makes git run a program", () => {
  for (const [name, set] of Object.entries(traps)) {
    it(`is not plain: ${name}`, () => {
      const directory = repository({ "a.txt": "one\n", ".gitattributes": "* filter=x\n", evil: "" });
      const sprung = path.join(directory, "sprung");
      writeFileSync(path.join(directory, "evil"), `#!/bin/sh\ntouch "${sprung}"\nexit 1\n`);
      chmodSync(path.join(directory, "evil"), 0o700);
      const git = (...words: readonly string[]): void => {
        const environment = { PATH: process.env["PATH"], HOME: top, GIT_CONFIG_NOSYSTEM: "1" };
        execFileSync("git", words, { cwd: directory, env: environment, stdio: "ignore" });
      };
      git("init", "-q");
      git("add", ".");
      git("-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "-qm", "first");
      set(directory, path.join(directory, ".git"));
      utimesSync(path.join(directory, "a.txt"), 1, 1);
      assert.equal(isPlainGit(directory), false);
      if (name !== "an object that is fetched") assert.equal(isPlainWithoutFetching(directory), false);
      // The trap is a real one.
      for (const word of ["status", "show"]) {
        try {
          git(word);
        } catch (error) {
          assert.match(String(error), /git/);
        }
      }
      assert.ok(existsSync(sprung));
    });
  }
});
