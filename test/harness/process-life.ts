import { existsSync, readFileSync } from "node:fs";
import { setTimeout as passed } from "node:timers/promises";

const deadlineMs = 5_000;

/** Whether a process of that id runs; one that is dead and not yet waited for does not. */
export function processRuns(pid: string): boolean {
  try {
    process.kill(Number(pid), 0);
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}

/** For one that was killed: it ends when the kernel next gets to it, not when the signal is sent. Rejects after 5 s. */
export async function untilDead(pid: string): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (processRuns(pid)) {
    if (performance.now() > endMs) throw new Error(`process ${pid} still runs`);
    await passed(2);
  }
}
