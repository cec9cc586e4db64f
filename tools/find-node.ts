import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

export const noNodeReason = "no Node 24.15 or newer: npm brought none for this platform, and there is none on PATH";

function isNewEnough(node: string): boolean {
  const { stdout, status } = spawnSync(node, ["--version"], { encoding: "utf8" });
  const [, major = "0", minor = "0"] = /^v(\d+)\.(\d+)\./u.exec(stdout ?? "") ?? [];
  return status === 0 && (Number(major) > 24 || (Number(major) === 24 && Number(minor) >= 15));
}

/** The Node that npm brought for this platform (tools/node), else one on PATH, if it is new enough. */
export function findNode(root: string): string | undefined {
  const names = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];
  const brought = names
    .map((name) => path.join(root, "node_modules", name, "bin/node"))
    .filter((file) => existsSync(file));
  return [...brought, "node"].find(isNewEnough);
}
