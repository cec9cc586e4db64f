import type { Clock } from "../lib/clock.ts";
import type { App } from "./app.ts";

/** The start itself, and what the person does first, come before it. */
const firstDelayMs = 10_000;
const delayMs = 60 * 60 * 1000;
/** While an answer streams: nobody waits for a backup. */
const busyDelayMs = 30_000;
const busyDelaysMax = 20;

/** Takes the day's backup when it is due, as long as the program runs, until the returned function is called. */
export function keepBackups(
  { backups, runningSessions }: Pick<App, "runningSessions"> & { readonly backups: Pick<App["backups"], "keepDaily"> },
  clock: Clock,
): () => void {
  let cancel = clock.after(firstDelayMs, run);
  let isStopped = false;
  let delays = 0;
  function run(): void {
    if (delays < busyDelaysMax && runningSessions().length > 0) {
      delays += 1;
      cancel = clock.after(busyDelayMs, run);
      return;
    }
    delays = 0;
    void backups.keepDaily().then(() => {
      if (!isStopped) cancel = clock.after(delayMs, run);
    });
  }
  return () => {
    isStopped = true;
    cancel();
  };
}
