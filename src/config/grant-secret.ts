import { randomHex } from "../lib/random-hex.ts";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const secretLength = 64;

/**
 * The secret by which this person's own grants are known again, from the global data directory (0600); made where there
 * is none yet. Throws the system's error where it can be neither read nor made.
 */
export function grantSecret(globalDataDirectory: string): string {
  const file = path.join(globalDataDirectory, "grant-secret");
  if (!existsSync(file)) makeSecret(file);
  return readFileSync(file, "utf8");
}

/** Whole or not at all, and the first of two processes wins. */
function makeSecret(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomHex(12)}`;
  writeFileSync(draft, randomHex(secretLength), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
