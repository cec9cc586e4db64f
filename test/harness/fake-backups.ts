import type { BackupUseCases, DailyBackup, DatabaseCopy } from "../../src/app/backups.ts";
import type { SessionId } from "../../src/schema/ids.ts";

/** Copies that a test lays there. */
export class FakeBackups implements BackupUseCases {
  sizeBytes = 0;
  copies: readonly DatabaseCopy[] = [];

  databaseBytes(): number {
    return this.sizeBytes;
  }

  list(): readonly DatabaseCopy[] {
    return this.copies;
  }

  holding(_sessionIds: readonly SessionId[]): readonly DatabaseCopy[] {
    return this.copies;
  }

  remove(copies: readonly DatabaseCopy[]): Promise<void> {
    this.copies = this.copies.filter((copy) => !copies.includes(copy));
    return Promise.resolve();
  }

  keepDaily(): Promise<DailyBackup> {
    return Promise.resolve("recent");
  }
}
