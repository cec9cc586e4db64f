/** Composition root: the only file that may import every layer. */
import { readFileSync } from "node:fs";

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
  throw new Error("package.json has no version");
}

if (process.argv.includes("--version")) process.stdout.write(`crush-ts version ${version()}\n`);
