import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { TestContext } from "node:test";

export interface HeldLock {
  /** Commits, and resolves when the process has ended. */
  release(): Promise<void>;
  /** Ends the process in the middle of its transaction, as a crash would. */
  kill(): Promise<void>;
}

/** Another process holds the database's write lock, having run `statements`, when this resolves. */
export async function holdLock(t: TestContext, file: string, statements = ""): Promise<HeldLock> {
  const script = fileURLToPath(new URL("hold-lock-process.ts", import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, script, file, statements], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  t.after(() => {
    child.kill("SIGKILL");
  });
  const [output] = (await Promise.race([once(child.stdout, "data"), exit])) as [unknown];
  if (!String(output).includes("locked")) throw new Error(`the lock could not be taken: ${String(output)}`);
  return {
    release: async () => {
      child.stdin.end();
      await exit;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exit;
    },
  };
}
