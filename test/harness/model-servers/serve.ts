/**
 * A model server as a process: `serve.ts <options.json>` (ModelServerOptions). Prints `{"url": …}` as its first line,
 * answers `GET /requests` with what it has logged, and ends when its standard input is closed.
 */
import { readFileSync } from "node:fs";
import { startModelServer } from "./start-model-server.ts";
import type { ModelServerOptions } from "./start-model-server.ts";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: serve.ts <options.json>");
const server = await startModelServer(JSON.parse(readFileSync(file, "utf8")) as ModelServerOptions);
process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
process.stdin.resume();
await new Promise<void>((resolve) => {
  process.stdin.once("end", resolve);
  process.stdin.once("close", resolve);
});
await server.close();
