import type { Clock } from "../lib/clock.ts";
import type { BackupUseCases } from "./backups.ts";

/** The start itself, and what the person does first, come before it. */
const firstDelayMs = 10_000;
const delayMs = 60 * 60 * 1000;

/** Takes the day's backup when it is due, as long as the program runs, until the returned function is called. */
export function keepBackups(backups: Pick<BackupUseCases, "keepDaily">, clock: Clock): () => void {
  let cancel = clock.after(firstDelayMs, run);
  let isStopped = false;
  function run(): void {
    void backups.keepDaily().then(() => {
      if (!isStopped) cancel = clock.after(delayMs, run);
    });
  }
  return () => {
    isStopped = true;
    cancel();
  };
}
