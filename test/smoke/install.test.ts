import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { LauncherFixture, root } from "./launcher-fixture.ts";

const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };

function assertRuns({ exitCode, stdout, stderr }: ReturnType<LauncherFixture["run"]>): void {
  assert.equal(exitCode, 0, stderr);
  assert.ok(stdout.includes(manifest.version), stdout);
}

function assertDone({ exitCode, stderr }: ReturnType<LauncherFixture["run"]>): void {
  assert.equal(exitCode, 0, stderr);
}

test("bin/crush runs the program from another folder and through a link whose path holds a space", () => {
  using fixture = new LauncherFixture();
  const launcher = path.join(root, "bin/crush");
  assertRuns(fixture.run(launcher, ["--version"]));
  assertRuns(fixture.run(fixture.link(launcher, "a folder/my crush"), ["--version"]));
});

test("the compiled program has what the source has: version, catalogue, schema, threads; nothing of the folder reaches it", () => {
  using fixture = new LauncherFixture();
  fixture.addPackageOf(["bin", "src", "docs", "package.json", "tsconfig.json", "node_modules"]);
  const compiled = path.join(fixture.folder, "package/dist/crush");
  assert.equal(fixture.run(process.execPath, [path.join(fixture.folder, "package/bin/compile.ts")]).stderr, "");
  fixture.write("project/bunfig.toml", 'preload = ["./evil.ts"]\n');
  fixture.write("project/.env", "PLANTED=1\n");
  fixture.write("project/evil.ts", 'console.log("PLANTED CODE RAN");\n');
  const cwd = path.join(fixture.folder, "project");
  const run = (...args: readonly string[]): ReturnType<LauncherFixture["run"]> => fixture.run(compiled, args, { cwd });
  assertRuns(run("--version"));
  assert.match(run("models", "claude").stdout, /^anthropic\/claude/mu);
  assert.equal(run("schema").stdout, readFileSync(path.join(root, "docs/schema.json"), "utf8"));
  fixture.write("project/words.txt", "a walnut\n");
  const practise = (prompt: string): ReturnType<LauncherFixture["run"]> =>
    run("run", "-m", "practice/practice", prompt);
  assert.match(practise("search for walnut").stdout, /words\.txt/u, "the packaged ripgrep is not found");
  const { exitCode, stdout, stderr } = practise("run the command echo planted-$PLANTED-end");
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /planted--end/u);
  assert.doesNotMatch(stdout + stderr, /PLANTED CODE RAN/u);
  // Each of these needs a thread: the backup's, the search's and the removal's.
  assertDone(run("db", "backup", path.join(fixture.folder, "copy.db")));
  assert.match(run("session", "search", "walnut").stdout, /search for walnut/u);
  assertDone(run("session", "prune", "--older-than", "0d", "--yes"));
  assert.equal(run("session", "list").stdout, "");
});

test("npm i -g installs both commands, without network and without changing the clone", () => {
  using fixture = new LauncherFixture();
  const prefix = path.join(fixture.folder, "a prefix");
  mkdirSync(prefix);
  const before = execFileSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" });
  const { exitCode, stderr } = fixture.run("npm", ["install", "--global", ".", "--prefix", prefix, "--offline"], {
    cwd: root,
  });
  assert.equal(exitCode, 0, stderr);
  for (const name of ["crush", "crush-ts"]) assertRuns(fixture.run(path.join(prefix, "bin", name), ["--version"]));
  assert.equal(execFileSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" }), before);
});

test("npm start passes arguments after two dashes on", () => {
  using fixture = new LauncherFixture();
  assertRuns(fixture.run("npm", ["--prefix", root, "start", "--", "--version"]));
});

test("the packed package holds what it needs to run, and no tests", () => {
  using fixture = new LauncherFixture();
  const { stdout, stderr } = fixture.run("npm", ["pack", "--dry-run", "--json", "--offline"], { cwd: root });
  const [pack] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  assert.ok(pack !== undefined, stderr);
  const files = pack.files.map((file) => file.path);
  for (const needed of [
    "bin/crush",
    "bin/runtime.sh",
    "bin/engine-options.sh",
    "src/main.ts",
    "tsconfig.json",
    "LICENSE",
  ]) {
    assert.ok(files.includes(needed), `${needed} is missing: name it in package.json, files`);
  }
  assert.deepEqual(
    files.filter((file) => /\.test\.ts$|^test\/|^tools\/|^bench\//u.test(file)),
    [],
  );
  assert.ok(existsSync(path.join(root, "package.json")));
});
