/** Runs the named benchmarks, or all of them one after the other: side by side they would disturb each other. */
import { spawnSync } from "node:child_process";
import { availableParallelism, loadavg } from "node:os";
import path from "node:path";

const names = ["start", "run", "stream", "switch", "idle", "lock", "journal", "store", "search"];
/** They call parts of the program in a process of their own, whose engine is told the same as the program's. */
const ofParts: ReadonlySet<string> = new Set(["journal", "store", "search"]);
const engineOptions = path.join(import.meta.dirname, "../bin/engine-options.sh");
const chosen = process.argv.length > 2 ? process.argv.slice(2) : names;
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no such benchmark: ${unknown.join(", ")}; there are ${names.join(", ")}\n`);
  process.exitCode = 2;
} else {
  const load = loadavg()[0] ?? 0;
  process.stdout.write(`load ${load.toFixed(1)} on ${availableParallelism()} processors\n`);
  if (load > 0.5) process.stdout.write("this machine is busy: times will be longer than they are\n");
  for (const name of chosen) {
    const file = path.join(import.meta.dirname, `${name}.ts`);
    const command = [process.execPath, file];
    const asProgram = ["sh", "-c", '. "$0"; exec "$@"', engineOptions, ...command];
    const [program = "", ...parameters] = ofParts.has(name) ? asProgram : command;
    const { status } = spawnSync(program, parameters, { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
}
