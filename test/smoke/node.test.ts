import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { findNode, noNodeReason } from "../../tools/find-node.ts";
import { root } from "./launcher-fixture.ts";

const node = findNode(root);

test("the program runs on Node 24.15 or newer", (t) => {
  if (node === undefined) {
    t.skip(noNodeReason);
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
