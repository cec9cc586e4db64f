/**
 * Stands between a terminal and a program, as a connection does: `relay-program.ts <file for the pid> <command…>`. Stopped
 * with SIGSTOP it reads nothing any more, and the program's terminal fills up.
 */
import { writeFileSync } from "node:fs";
import { must } from "../../src/lib/assert.ts";
import { spawnInPty } from "./spawn-in-pty.ts";

const [pidFile = "", ...command] = process.argv.slice(2);
const { stdin, stdout } = process;
const environment = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);
const program = spawnInPty({
  command,
  cwd: process.cwd(),
  environment,
  columns: must(stdout.columns, "a terminal"),
  rows: must(stdout.rows, "a terminal"),
  onData: (bytes) => {
    stdout.write(bytes);
  },
});
writeFileSync(pidFile, String(program.pid));
stdin.setRawMode(true);
stdin.on("data", (bytes: Buffer) => {
  program.write(bytes.toString("utf8"));
});
const { code } = await program.exited;
process.exit(code ?? 1);
