import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const folder = path.resolve(import.meta.dirname, "..", "goldens");

/**
 * Compares a text with the stored one. `UPDATE_GOLDENS=1` stores what is there now: read the difference before it is
 * committed.
 */
export function checkGolden(name: string, text: string): void {
  const file = path.join(folder, `${name}.txt`);
  const actual = `${text.trimEnd()}\n`;
  if (process.env["UPDATE_GOLDENS"] === "1") {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, actual);
  }
  assert.ok(existsSync(file), `no golden ${name}: run the test with UPDATE_GOLDENS=1, then read the file`);
  assert.equal(actual, readFileSync(file, "utf8"), `the screen differs from test/goldens/${name}.txt`);
}
