/** House rules that no linter has. Each message names the fix. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const root = path.resolve(import.meta.dirname, "..");

test("the lock file holds no registry address", () => {
  const lock = readFileSync(path.join(root, "package-lock.json"), "utf8");
  assert.ok(
    !lock.includes('"resolved": "http'),
    "run npm install with omit-lockfile-registry-resolved=true (see .npmrc)",
  );
});
