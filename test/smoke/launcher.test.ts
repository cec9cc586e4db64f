import assert from "node:assert/strict";
import { mkdirSync, utimesSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { LauncherFixture, type Report } from "./launcher-fixture.ts";

function installed(): { fixture: LauncherFixture; launcher: string } {
  const fixture = new LauncherFixture();
  const launcher = fixture.addPackage("the package");
  fixture.addBun("the package/node_modules");
  return { fixture, launcher };
}

test("the launcher passes arguments and the current folder on", () => {
  const { fixture, launcher } = installed();
  using _ = fixture;
  mkdirSync(path.join(fixture.folder, "a project"));
  const cwd = path.join(fixture.folder, "a project");
  const args = ["run", "two words", "", "*", "$HOME", "--flag=a\nb", "--version", "--", "-x"];
  const report = fixture.report(launcher, args, { cwd });
  assert.deepEqual({ args: report.args, cwd: report.cwd, calledAs: report.calledAs }, { args, cwd, calledAs: "crush" });
});

test("the launcher runs through links: absolute, relative, chained, to its folder, by PATH", () => {
  const { fixture, launcher } = installed();
  using _ = fixture;
  const absolute = fixture.link(launcher, "some links/crush-ts");
  const relative = fixture.link("../some links/crush-ts", "more/nested");
  const chained = fixture.link("more/nested", "chained");
  const folderLink = fixture.link(path.dirname(launcher), "linked bin");
  for (const command of [absolute, relative, chained, path.join(folderLink, "crush"), "./chained"]) {
    assert.deepEqual(fixture.report(command, ["x"]).args, ["x"], command);
  }
  const searchPath = `${path.join(fixture.folder, "some links")}:${process.env["PATH"] ?? ""}`;
  const { calledAs } = fixture.report("/bin/sh", ["-c", "crush-ts x"], { environment: { PATH: searchPath } });
  assert.equal(calledAs, "crush-ts");
});

test("the launcher finds the runtime when install scripts were blocked", () => {
  using fixture = new LauncherFixture();
  const launcher = fixture.addPackage("package");
  fixture.addBlockedBun("package/node_modules");
  assert.deepEqual(fixture.report(launcher, ["x"]).args, ["x"]);
});

test("the launcher finds the runtime beside the package when it is a dependency", () => {
  using fixture = new LauncherFixture();
  const launcher = fixture.addPackage("project/node_modules/crush-ts");
  fixture.addBun("project/node_modules");
  assert.deepEqual(fixture.report(launcher, ["x"]).args, ["x"]);
});

test("files in the current folder do not reach the runtime", () => {
  const { fixture, launcher } = installed();
  using _ = fixture;
  const evil = 'process.stdout.write("PLANTED CODE RAN");\nexport default 1;\n';
  fixture.write("hostile/evil.ts", evil);
  fixture.write("hostile/.env", "PLANTED=yes\n");
  fixture.write("hostile/bunfig.toml", 'preload = ["./evil.ts"]\n');
  fixture.write(
    "hostile/tsconfig.json",
    '{ "compilerOptions": { "baseUrl": ".", "paths": { "*": ["./evil.ts"] } } }\n',
  );
  fixture.write("hostile/package.json", '{ "name": "x", "imports": { "node:fs": "./evil.ts" } }\n');
  const cwd = path.join(fixture.folder, "hostile");
  const unprotected = fixture.run(process.execPath, [path.join(fixture.folder, "the package/src/main.ts")], { cwd });
  assert.match(unprotected.stdout, /PLANTED CODE RAN/u);
  const { stdout } = fixture.run(launcher, ["x"], { cwd });
  assert.doesNotMatch(stdout, /PLANTED CODE RAN/u);
  assert.equal(fixture.report(launcher, ["x"], { cwd }).planted, null);
});

test("the launcher prefers the compiled program, in a clone only where no source is newer", () => {
  const { fixture, launcher } = installed();
  using _ = fixture;
  const source = path.join(fixture.folder, "the package/src/main.ts");
  fixture.addScript("the package/dist/crush", '#!/bin/sh\necho "compiled, called as $CRUSH_CALLED_AS: $*"\n');
  const used = (): string => {
    const { stdout } = fixture.run(launcher, ["a b"]);
    return stdout.startsWith("{") ? `source: ${(JSON.parse(stdout) as Report).args.join()}` : stdout.trimEnd();
  };
  const [compiled, fromSource] = ["compiled, called as crush: a b", "source: a b"];
  const nowSeconds = Date.now() / 1000;
  utimesSync(source, nowSeconds + 60, nowSeconds + 60);
  assert.equal(used(), compiled, "nobody edits an installed package");
  mkdirSync(path.join(fixture.folder, "the package/.git"));
  assert.equal(used(), fromSource, "the source was edited");
  for (const file of ["src", "src/main.ts", "package.json"]) {
    utimesSync(path.join(fixture.folder, "the package", file), nowSeconds - 60, nowSeconds - 60);
  }
  assert.equal(used(), compiled, "nothing was edited since");
});

test("npm start returns to the folder and the environment that npm was called in", () => {
  const { fixture } = installed();
  using _ = fixture;
  const root = path.join(fixture.folder, "the package");
  mkdirSync(path.join(fixture.folder, "caller"));
  const caller = path.join(fixture.folder, "caller");
  const npmFolders = [`${root}/node_modules/.bin`, `${fixture.folder}/node_modules/.bin`, "/opt/npm/node-gyp-bin"];
  const own = ["/opt/other/node_modules/.bin", "/usr/bin", "/bin"];
  const report = fixture.report(path.join(root, "bin/npm-start"), ["two words", "*"], {
    cwd: root,
    environment: {
      PATH: [...npmFolders, ...own].join(":"),
      INIT_CWD: caller,
      npm_config_prefix: "/opt",
      npm_lifecycle_event: "start",
    },
  });
  assert.deepEqual(
    { args: report.args, cwd: report.cwd, path: report.path, npmVariables: report.npmVariables },
    { args: ["two words", "*"], cwd: caller, path: own.join(":"), npmVariables: [] },
  );
});

test("without dependencies the launcher says what to run", () => {
  using fixture = new LauncherFixture();
  const launcher = fixture.addPackage("package");
  const { exitCode, stderr } = fixture.run(launcher, []);
  assert.equal(exitCode, 1);
  assert.equal(
    stderr,
    `crush: its dependencies are not installed; run: (cd '${path.dirname(path.dirname(launcher))}' && npm ci)\n`,
  );
});

test("without a runtime for the machine a new enough Node runs the program, an older one does not", () => {
  using fixture = new LauncherFixture();
  const launcher = fixture.addPackage("package");
  fixture.write("package/node_modules/bun/package.json", "{}\n");
  const searchPath = fixture.addPath("programs", ["uname", "readlink"]);
  const withNode = (version: string): ReturnType<LauncherFixture["run"]> => {
    fixture.addScript(
      "programs/node",
      `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else echo "ran $*"; fi\n`,
    );
    return fixture.run(launcher, ["a b"], { environment: { PATH: searchPath } });
  };
  for (const version of ["v24.15.0", "v24.16.1", "v26.0.0", "v25.1.0-nightly"]) {
    assert.match(withNode(version).stdout, /^ran .*package\/src\/main\.ts a b\n$/u, version);
  }
  for (const version of ["v20.20.2", "v24.14.9", "v22.30.0", "unknown"]) {
    const { exitCode, stderr } = withNode(version);
    assert.equal(exitCode, 1, version);
    assert.match(
      stderr,
      /^crush: no runtime for .* npm ci --include=optional\), or put Node 24\.15 or newer on PATH\n$/u,
    );
  }
});
