import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { root } from "./launcher-fixture.ts";

function isNewEnough(node: string): boolean {
  const { stdout, status } = spawnSync(node, ["--version"], { encoding: "utf8" });
  const [, major = "0", minor = "0"] = /^v(\d+)\.(\d+)\./u.exec(stdout ?? "") ?? [];
  return status === 0 && (Number(major) > 24 || (Number(major) === 24 && Number(minor) >= 15));
}

/** The Node that npm brought for this platform (tools/node), else one on PATH, if it is new enough. */
function findNode(): string | undefined {
  const names = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];
  const brought = names
    .map((name) => path.join(root, "node_modules", name, "bin/node"))
    .filter((file) => existsSync(file));
  return [...brought, "node"].find(isNewEnough);
}

const node = findNode();

test("the program runs on Node 24.15 or newer", (t) => {
  if (node === undefined) {
    t.skip("no Node 24.15 or newer: npm brought none for this platform, and there is none on PATH");
    return;
  }
  const folder = mkdtempSync(path.join(tmpdir(), "crush-node-"));
  try {
    const { status, stdout, stderr } = spawnSync(node, [path.join(root, "src/main.ts"), "--version"], {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", HOME: folder },
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /\d+\.\d+\.\d+/u);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
