/** Runs the named benchmarks, or all of them one after the other: side by side they would disturb each other. */
import { spawnSync } from "node:child_process";
import { availableParallelism, loadavg } from "node:os";
import path from "node:path";

const names = ["start", "run", "stream", "switch", "idle", "lock", "journal", "store", "search"];
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
    const { status } = spawnSync(process.execPath, [file], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
}
