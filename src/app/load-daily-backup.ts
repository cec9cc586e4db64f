import type { keepDailyBackup } from "./daily-backup.ts";

export async function loadDailyBackup(): Promise<typeof keepDailyBackup> {
  return (await import("./daily-backup.ts")).keepDailyBackup;
}
