import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Sandbox } from "../../test/harness/sandbox.ts";
import { readGitBranch } from "./git-head.ts";
import { readGitFacts } from "./prompt-facts.ts";

interface Repository {
  readonly sandbox: Sandbox;
  readonly git: (...words: readonly string[]) => string;
  readonly write: (name: string, text: string) => void;
}

function makeRepository(sandbox: Sandbox): Repository {
  const git = (...words: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...words], {
      cwd: sandbox.project,
      env: sandbox.environment(),
      encoding: "utf8",
    });
  const write = (name: string, text: string): void => {
    sandbox.writeFile(name, text);
  };
  git("init", "-q", "-b", "trunk");
  write("tracked.txt", "one\n");
  write("other.txt", "one\n");
  git("add", ".");
  git("commit", "-qm", "the first");
  write("tracked.txt", "two\n");
  write("other.txt", "two\n");
  return { sandbox, git, write };
}

test("branch, changes and latest commits are told", async () => {
  using sandbox = new Sandbox();
  makeRepository(sandbox);
  const facts = await readGitFacts(sandbox.project, sandbox.environment());
  assert.equal(facts?.branch, "trunk");
  assert.equal(facts.status, " M other.txt\n M tracked.txt");
  assert.match(facts.recentCommits, /^[0-9a-f]+ the first$/u);
  assert.equal(readGitBranch(sandbox.project), "trunk");
});

test("outside a repository there is nothing to tell", async () => {
  using sandbox = new Sandbox();
  assert.equal(await readGitFacts(sandbox.project, sandbox.environment()), null);
});

/** Each makes git start a program of the repository's choosing when it is only asked for its state. */
const traps: Readonly<Record<string, (repository: Repository, program: string) => void>> = {
  "a file system monitor": ({ git }, program) => git("config", "core.fsmonitor", program),
  "a content filter": ({ git, write }, program) => {
    git("config", "filter.evil.clean", program);
    write(".gitattributes", "*.txt filter=evil\n");
  },
  "a content filter with an equals sign in its name": ({ git, write }, program) => {
    git("config", "filter.e=vil.clean", program);
    write(".gitattributes", "*.txt filter=e=vil\n");
  },
  "a filter process that is required": ({ git, write }, program) => {
    git("config", "filter.evil.process", program);
    git("config", "filter.evil.required", "true");
    write(".gitattributes", "*.txt filter=evil\n");
  },
  "a check of signatures": ({ git, sandbox }, program) => {
    const signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n c2lnbg==\n -----END PGP SIGNATURE-----";
    const signed = git("cat-file", "commit", "HEAD").replace("\n\n", `\n${signature}\n\n`);
    writeFileSync(path.join(sandbox.root, "signed"), signed);
    git("update-ref", "HEAD", git("hash-object", "-t", "commit", "-w", path.join(sandbox.root, "signed")).trim());
    git("config", "log.showSignature", "true");
    git("config", "gpg.program", program);
  },
  "a transport that fetches missing objects": ({ git, sandbox }, program) => {
    const tree = git("rev-parse", "HEAD^{tree}").trim();
    git("config", "core.repositoryFormatVersion", "1");
    git("config", "extensions.partialClone", "evil");
    git("config", "remote.evil.url", `ext::${program}`);
    git("config", "remote.evil.promisor", "true");
    git("config", "protocol.ext.allow", "always");
    rmSync(path.join(sandbox.project, ".git", "objects", tree.slice(0, 2), tree.slice(2)));
  },
};

for (const [name, set] of Object.entries(traps)) {
  test(`${name} of the repository is not run`, async () => {
    using sandbox = new Sandbox();
    const sprung = path.join(sandbox.root, "sprung");
    const program = path.join(sandbox.root, "program");
    writeFileSync(program, `#!/bin/sh\ntouch ${sprung}\ncat\n`);
    chmodSync(program, 0o700);
    set(makeRepository(sandbox), program);
    await readGitFacts(sandbox.project, sandbox.environment());
    assert.equal(existsSync(sprung), false);
  });
}
