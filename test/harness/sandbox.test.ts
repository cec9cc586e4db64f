import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { runProgram } from "./run-program.ts";
import { Sandbox } from "./sandbox.ts";
import { startApp } from "./start-app.ts";

test("a program runs in the sandbox's project with the sandbox's home only", async () => {
  using sandbox = new Sandbox();
  const { stdout, stderr, code } = await runProgram({
    sandbox,
    program: "/bin/sh",
    args: ["-c", "pwd; cat; env; echo oops >&2; exit 4"],
    stdin: "from stdin\n",
  });
  assert.equal(code, 4);
  assert.equal(stderr, "oops\n");
  assert.ok(stdout.startsWith(`${sandbox.project}\nfrom stdin\n`));
  const folders = [...stdout.matchAll(/^(?:HOME|XDG_\w+|CRUSH_GLOBAL_\w+)=(.*)$/gmu)].map((match) => match[1] ?? "");
  assert.equal(folders.length, 8);
  assert.ok(folders.every((folder) => folder.startsWith(sandbox.root)));
});

test("a sandbox leaves nothing behind, not even what a program made read-only", async () => {
  const sandbox = new Sandbox();
  sandbox.writeFile("deep/inside/file.txt", "text");
  await runProgram({ sandbox, program: "/bin/chmod", args: ["-R", "a-w", "deep"] });
  sandbox[Symbol.dispose]();
  assert.equal(existsSync(sandbox.root), false);
});

test("a program that hangs is ended, and its result says so", async () => {
  using sandbox = new Sandbox();
  const result = await runProgram({ sandbox, program: "/bin/sleep", args: ["60"], deadlineMs: 100 });
  assert.equal(result.signal, "SIGKILL");
});

test("the launcher runs in a terminal and without one", async () => {
  using sandbox = new Sandbox();
  await using app = startApp({ sandbox, args: ["--version"] });
  await app.waitFor(/version \d/u);
  assert.deepEqual(await app.exited, { code: 0, signal: null });
  const { stdout } = await runProgram({ sandbox, args: ["--version"] });
  assert.match(stdout, /version \d/u);
});
