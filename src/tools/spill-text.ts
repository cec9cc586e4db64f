import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ToolContext } from "./tool.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import { randomHex } from "../lib/random-hex.ts";

/** Keeps a text that is too long for the model in a file of its own, 0600; gives the file's path. */
export async function spillText(name: string, text: string, context: ToolContext): Promise<string> {
  await mkdir(context.spillDirectory, { recursive: true, mode: 0o700 });
  const file = path.join(context.spillDirectory, `${name}-${randomHex(16)}.txt`);
  await writeFile(file, maskSecrets(text, context.secrets), { mode: 0o600, flag: "wx" });
  return file;
}
