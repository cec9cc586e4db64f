/**
 * Benchmarks run on a copy of the runtime. Otherwise the program under test would share its runtime's pages with the
 * benchmark and the model server, and be counted a third of them: someone who runs it alone has nobody to share with.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const marker = "CRUSH_BENCH_RUNTIME";

/** Runs `bench` on a copy of the runtime and ends the process with its exit code: 1 where a goal was missed. */
export async function runOnOwnRuntime(bench: () => Promise<boolean>): Promise<void> {
  if (process.env[marker] === process.execPath) {
    process.exitCode = (await bench()) ? 0 : 1;
    return;
  }
  const folder = mkdtempSync(path.join(tmpdir(), "crush-bench-"));
  try {
    const copy = path.join(folder, "bench-runtime");
    copyFileSync(process.execPath, copy);
    chmodSync(copy, 0o700);
    const { status } = spawnSync(copy, process.argv.slice(1), {
      stdio: "inherit",
      env: { ...process.env, [marker]: copy },
    });
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
