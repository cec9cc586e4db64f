import { DatabaseSync } from "node:sqlite";

/** Whether somebody is in the middle of a transaction that writes. */
export function isWriteLocked(database: string): boolean {
  const connection = new DatabaseSync(database, { timeout: 0 });
  try {
    connection.exec("begin immediate; rollback");
    return false;
  } catch {
    return true;
  } finally {
    connection.close();
  }
}
