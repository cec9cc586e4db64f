/**
 * Runs a shell script with mounts that only it sees: a disk that is full, a folder that is read-only even for root.
 * Linux only, and not in every container.
 */
import { spawnSync } from "node:child_process";
import { repositoryRoot, type Sandbox } from "./sandbox.ts";
import { type RunningApp, startApp } from "./start-app.ts";
import { type RunResult, runProgram } from "./run-program.ts";

const unshare = ["--map-root-user", "--mount", "/bin/sh", "-eu", "-c"];

/** Why there can be no private mounts here; null where there can. */
export function privateMountProblem(): string | null {
  if (process.platform !== "linux") return "mounts need Linux";
  const { status } = spawnSync("unshare", [...unshare, "mount -t tmpfs -o size=1m none /mnt"], { stdio: "ignore" });
  return status === 0 ? null : "this machine allows no private mounts (unshare)";
}

/** In the script `$PROGRAM` is the launcher; the working directory is the project. */
export function runWithMounts(sandbox: Sandbox, script: string): Promise<RunResult> {
  return runProgram({
    sandbox,
    program: "unshare",
    args: [...unshare, script],
    environment: { PROGRAM: `${repositoryRoot}/bin/crush` },
    deadlineMs: 55_000,
  });
}

/** The same in a virtual terminal. */
export function startWithMounts(sandbox: Sandbox, script: string): RunningApp {
  return startApp({
    sandbox,
    program: "unshare",
    args: [...unshare, script],
    environment: { PROGRAM: `${repositoryRoot}/bin/crush` },
  });
}
