import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { type RecordedChange, ToolProject } from "../../../test/tools/tool-project.ts";

function git(project: ToolProject, ...words: string[]): void {
  const identity = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
  execFileSync("git", [...identity, ...words], {
    cwd: project.root,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: project.home, GIT_CONFIG_NOSYSTEM: "1" },
    stdio: "ignore",
  });
}

function repository(files: Readonly<Record<string, string>>): ToolProject {
  const project = new ToolProject();
  for (const [name, content] of Object.entries(files)) project.write(name, content);
  git(project, "init");
  git(project, "add", "-A");
  git(project, "commit", "-m", "first");
  return project;
}

function change(project: ToolProject, name: string, texts: Omit<RecordedChange, "path">): RecordedChange {
  return { path: project.path(name), ...texts };
}

async function changesOf(project: ToolProject, command: string): Promise<readonly RecordedChange[]> {
  project.files.changes.length = 0;
  const result = await project.call("bash", { command });
  assert.equal(result.isError, false);
  return project.files.changes;
}

describe("changes by commands", () => {
  it("are found for files that git knew to be clean", async () => {
    await using project = repository({ "kept.txt": "kept\n", "a.txt": "one\n", "gone.txt": "bye\n" });
    const changes = await changesOf(project, "echo two >> a.txt; rm gone.txt; echo new > n.txt; touch kept.txt");
    assert.deepEqual(changes, [
      change(project, "a.txt", { before: "one\n", after: "one\ntwo\n" }),
      change(project, "gone.txt", { before: "bye\n", after: null }),
      change(project, "n.txt", { before: null, after: "new\n" }),
    ]);
  });

  it("are told from what the person had changed before", async () => {
    await using project = repository({ "a.txt": "one\n", "b.txt": "one\n" });
    project.write("a.txt", "the person's\n");
    project.write("untracked.txt", "the person's\n");
    const changes = await changesOf(project, "echo more >> a.txt; rm untracked.txt");
    assert.deepEqual(changes, [
      change(project, "a.txt", { before: "the person's\n", after: "the person's\nmore\n" }),
      change(project, "untracked.txt", { before: "the person's\n", after: null }),
    ]);
    assert.deepEqual(await changesOf(project, "cat a.txt"), []);
  });

  it("are found where the command commits, restores or switches", async () => {
    await using project = repository({ "a.txt": "one\n", "b.txt": "one\n" });
    const commit = "git -c user.name=T -c user.email=t@example.com commit -qam second";
    assert.deepEqual(await changesOf(project, `git checkout -qb side; echo two > a.txt; ${commit}`), [
      change(project, "a.txt", { before: "one\n", after: "two\n" }),
    ]);
    assert.deepEqual(await changesOf(project, "git checkout -q main"), [
      change(project, "a.txt", { before: "two\n", after: "one\n" }),
    ]);
    project.write("b.txt", "changed\n");
    assert.deepEqual(await changesOf(project, "git checkout -q -- b.txt"), [
      change(project, "b.txt", { before: "changed\n", after: "one\n" }),
    ]);
  });

  it("are found for files that the session knows, ignored by git or outside of it", async () => {
    await using project = repository({ ".gitignore": "*.local\n" });
    const ignored = project.write("settings.local", "a\n");
    const outside = path.join(project.outside, "x.txt");
    writeFileSync(outside, "x\n");
    await project.files.recordRead(ignored);
    await project.files.recordRead(outside);
    const changes = await changesOf(project, `echo b > settings.local; rm ${outside}; echo c > unknown.local`);
    assert.deepEqual(changes, [
      { path: outside, before: "x\n", after: null },
      { path: ignored, before: "a\n", after: "b\n" },
    ]);
  });

  it("are found without git for what the session knows", async () => {
    await using project = new ToolProject();
    await project.files.recordRead(project.write("a.txt", "a\n"));
    project.write("b.txt", "b\n");
    const changes = await changesOf(project, "echo more >> a.txt; echo more >> b.txt");
    assert.deepEqual(changes, [change(project, "a.txt", { before: "a\n", after: "a\nmore\n" })]);
  });

  it("are found before the first commit, in a failing and in a canceled command", async () => {
    await using project = new ToolProject();
    git(project, "init");
    assert.deepEqual(await changesOf(project, "echo x > a.txt; exit 1"), [
      change(project, "a.txt", { before: null, after: "x\n" }),
    ]);
    project.files.changes.length = 0;
    await project.call("bash", { command: "echo y > a.txt; sleep 60", timeout: 2 });
    assert.deepEqual(project.files.changes, [change(project, "a.txt", { before: "x\n", after: "y\n" })]);
  });

  it("are found by their true names, however hostile", async () => {
    await using project = repository({ "a.txt": "a\n" });
    const names = ["new\nline", "quo\"te'", "-dash", "ta\tb", "ümlaut", "back\\slash", " space ", "$(touch x)"];
    for (const name of names) project.write(name, "old\n");
    git(project, "add", "-A");
    git(project, "commit", "-m", "names");
    const changes = await changesOf(project, "for f in *; do echo new > \"./$f\"; done; printf x > $'bad\\xff'");
    assert.deepEqual(
      new Set(changes.map(({ path: file, before, after }) => `${path.basename(file)}|${before}|${after}`)),
      new Set(["a.txt|a\n|new\n", ...names.map((name) => `${name}|old\n|new\n`)]),
    );
    assert.deepEqual(
      project.files.untracked.map((file) => path.basename(file)),
      ["bad\u{FFFD}"],
    );
  });

  it("are listed by name only where they are binary, large or many", async () => {
    await using project = repository({ "a.txt": "a\n" });
    const command = "printf 'a\\0b' > binary; head -c 2000000 /dev/zero | tr '\\0' x > large; ln -s a.txt link";
    assert.deepEqual(await changesOf(project, command), []);
    const names = (): string[] => project.files.untracked.map((file) => path.basename(file)).toSorted();
    assert.deepEqual(names(), ["binary", "large", "link"]);
    project.files.untracked.length = 0;
    const many = await changesOf(project, "for i in $(seq 1000 1249); do echo $i > n$i; done");
    assert.equal(many.length, 200);
    assert.equal(project.files.untracked.length, 50);
  });

  it("are found without git where the repository would make it run a program", async () => {
    await using project = repository({ "a.txt": "one\n", evil: "#!/bin/sh\ntouch sprung\ncat\n" });
    chmodSync(project.path("evil"), 0o700);
    project.write(".gitattributes", "* filter=a]b\n");
    project.write(".git/config", '[core]\n\tbare = false\n[filter "a]b"] clean = ./evil\n');
    utimesSync(project.path("a.txt"), 1, 1);
    await changesOf(project, "true");
    assert.equal(existsSync(project.path("sprung")), false);
  });

  it("are found in a partial clone, which fetches nothing for it", async () => {
    await using project = repository({ "a.txt": "one\n", HEAD: "words\n", evil: "#!/bin/sh\ntouch sprung\n" });
    chmodSync(project.path("evil"), 0o700);
    for (const [key, value] of [
      ["core.repositoryFormatVersion", "1"],
      ["remote.origin.url", "ext::./evil"],
      ["remote.origin.promisor", "true"],
      ["remote.origin.partialclonefilter", "blob:none"],
      ["protocol.ext.allow", "always"],
      ["alias.st", "status"],
    ] as const) {
      git(project, "config", key, value);
    }
    assert.deepEqual(await changesOf(project, "echo new > n.txt"), [
      change(project, "n.txt", { before: null, after: "new\n" }),
    ]);
    rmSync(project.path(".git/objects"), { recursive: true });
    mkdirSync(project.path(".git/objects"));
    utimesSync(project.path("a.txt"), 1, 1);
    await changesOf(project, "true");
    assert.equal(existsSync(project.path("sprung")), false);
  });

  it("leave out our own files and git's", async () => {
    await using project = repository({ "a.txt": "a\n" });
    const changes = await changesOf(project, "mkdir -p .crush; echo x > .crush/y; git config a.b c; seq 1 20000");
    assert.deepEqual(changes, []);
    assert.deepEqual(project.files.untracked, []);
  });

  it("are found when a job that went to the background is looked at, without what is known by then", async () => {
    await using project = repository({ "a.txt": "a\n", "b.txt": "b\n" });
    const command =
      "echo early > a.txt; while ! [ -e .git/go ]; do sleep 0.02; done; echo late > n.txt; echo late > a.txt";
    const started = await project.call("bash", { command, auto_background_after: 2 });
    const job = { shell_id: started.metadata?.["shell_id"] ?? "", wait: true };
    assert.deepEqual(project.files.changes, [change(project, "a.txt", { before: "a\n", after: "early\n" })]);
    await project.call("view", { file_path: "b.txt" });
    await project.call("edit", { file_path: "b.txt", old_string: "b", new_string: "B" });
    project.files.changes.length = 0;
    project.write(".git/go", "");
    await project.call("job_output", job);
    assert.deepEqual(project.files.changes, [
      change(project, "a.txt", { before: "early\n", after: "late\n" }),
      change(project, "n.txt", { before: null, after: "late\n" }),
    ]);
    project.files.changes.length = 0;
    await project.call("job_output", job);
    assert.deepEqual(project.files.changes, []);
  });

  it("run nothing that the repository's configuration names", async () => {
    await using project = repository({ "a.txt": "a\n" });
    project.write("evil.sh", '#!/bin/sh\ntouch "$(dirname "$0")/EVIL"\n');
    execFileSync("chmod", ["+x", project.path("evil.sh")]);
    git(project, "config", "core.fsmonitor", project.path("evil.sh"));
    await project.files.recordRead(project.path("a.txt"));
    const changes = await changesOf(project, "echo b > a.txt; echo c > unknown.txt");
    assert.deepEqual(changes, [change(project, "a.txt", { before: "a\n", after: "b\n" })]);
    assert.ok(!existsSync(project.path("EVIL")));
  });
});
