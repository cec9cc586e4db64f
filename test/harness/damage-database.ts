/** Breaks databases as disks and people do. The database must be closed. */
import { closeSync, openSync, statSync, truncateSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

const pageSize = 4096;

/** Writes rubbish over the root page of a table; of the list of tables (`sqlite_master`) over the file's header too. */
export function damageDatabase(file: string, pageOf = "messages"): void {
  const database = new DatabaseSync(file);
  database.exec("pragma wal_checkpoint(truncate)");
  const found = database.prepare("select rootpage from sqlite_master where name = ?").get(pageOf);
  const root = Number(found?.["rootpage"] ?? 1);
  database.close();
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, Buffer.alloc(pageSize, 0xa5), 0, pageSize, (root - 1) * pageSize);
  closeSync(descriptor);
}

/** Cuts the file off, at a page. */
export function truncateDatabase(file: string, part: number): void {
  truncateSync(file, Math.max(1, Math.floor((statSync(file).size * part) / pageSize)) * pageSize);
}

/** Writes zeros over the beginning of the file. */
export function zeroHeader(file: string, sizeBytes: number): void {
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, Buffer.alloc(sizeBytes), 0, sizeBytes, 0);
  closeSync(descriptor);
}

/** The number of the last page that holds something of the tables, or the beginning of the list of tables. */
export function lastPageOf(file: string, ...tables: readonly string[]): number {
  const database = new DatabaseSync(file);
  try {
    database.exec("pragma wal_checkpoint(truncate)");
    const last = database.prepare(
      "select max(pageno) as page from dbstat where name in (select value from json_each(?)) or name = 'sqlite_schema' and path = '/000/'",
    );
    return Number(last.get(JSON.stringify(tables))?.["page"]);
  } finally {
    database.close();
  }
}
