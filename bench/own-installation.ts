/**
 * The program installed a second time, with a copy of the runtime. Memory pages of one binary are counted in parts where
 * several processes run it: the benchmark itself, the model server, whatever else runs on this machine. Someone who
 * runs the program alone has nobody to share with.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { repositoryRoot } from "../test/harness/sandbox.ts";

export class OwnInstallation implements Disposable {
  readonly launcher: string;
  readonly runtime: string;
  readonly #root: string;

  constructor() {
    this.#root = mkdtempSync(path.join(tmpdir(), "crush-bench-"));
    const inRoot = (...names: readonly string[]): string => path.join(this.#root, ...names);
    cpSync(path.join(repositoryRoot, "bin"), inRoot("bin"), { recursive: true });
    for (const name of ["src", "docs", "package.json", "tsconfig.json"]) {
      symlinkSync(path.join(repositoryRoot, name), inRoot(name));
    }
    const modules = path.join(repositoryRoot, "node_modules");
    mkdirSync(inRoot("node_modules", "bun", "bin"), { recursive: true });
    for (const name of readdirSync(modules)) {
      if (name !== "bun") symlinkSync(path.join(modules, name), inRoot("node_modules", name));
    }
    const { status } = spawnSync(process.execPath, [path.join(repositoryRoot, "bin", "compile.ts")], {
      stdio: "inherit",
    });
    assert.equal(status, 0, "the program could not be compiled");
    cpSync(path.join(repositoryRoot, "dist"), inRoot("dist"), { recursive: true });
    this.launcher = inRoot("bin", "crush");
    this.runtime = inRoot("node_modules", "bun", "bin", "bun.exe");
    copyFileSync(process.execPath, this.runtime);
    chmodSync(this.runtime, 0o700);
    // The launcher takes two names of one file for an installed runtime.
    linkSync(this.runtime, inRoot("node_modules", "bun", "bin", "bunx.exe"));
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}
