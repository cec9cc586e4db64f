import { closeSync, openSync, readSync, statSync, truncateSync, writeSync } from "node:fs";
import { usedColumns } from "./crush-schema.ts";
import { Connection, sqliteResultCode } from "./sqlite.ts";

/** Of a database file: sqlite.org/fileformat.html, 1.3. */
const headerSize = 100;
const magic = "SQLite format 3\0";
/** Crush's and ours first. */
const pageSizes: readonly number[] = [4096, 512, 1024, 2048, 8192, 16_384, 32_768, 65_536];

/**
 * Gives a damaged database the header without which SQLite opens nothing. What is left of a page that was cut through
 * goes: SQLite would take zeros for the rest. A file that is no database is none afterwards either.
 */
export function mendHeader(path: string): void {
  const header = readHeader(path);
  if (header === null) return;
  if (isSound(header)) header.write(magic, "latin1");
  else newHeader(likeliestPageSize(path)).copy(header);
  writeHeader(path, header);
  truncateSync(path, statSync(path).size - (statSync(path).size % pageSizeIn(header)));
}

function readHeader(path: string): Buffer | null {
  const descriptor = openSync(path, "r");
  try {
    const header = Buffer.alloc(headerSize);
    return readSync(descriptor, header) < headerSize ? null : header;
  } finally {
    closeSync(descriptor);
  }
}

function writeHeader(path: string, header: Buffer): void {
  const descriptor = openSync(path, "r+");
  try {
    writeSync(descriptor, header, 0, headerSize, 0);
  } finally {
    closeSync(descriptor);
  }
}

function pageSizeIn(header: Buffer): number {
  const stored = header.readUInt16BE(16);
  return stored === 1 ? 65_536 : stored;
}

/** What follows the first 16 bytes is a header's. */
function isSound(header: Buffer): boolean {
  const within = (value: number, max: number): boolean => value >= 1 && value <= max;
  return (
    pageSizes.includes(pageSizeIn(header)) &&
    within(header.readUInt8(18), 2) &&
    within(header.readUInt8(19), 2) &&
    header.subarray(21, 24).equals(Buffer.from([64, 32, 32])) &&
    within(header.readUInt32BE(44), 4) &&
    within(header.readUInt32BE(56), 3)
  );
}

/** With a log, in UTF-8, without the number of pages: SQLite goes by the file then. */
function newHeader(pageSize: number): Buffer {
  const header = Buffer.alloc(headerSize);
  header.write(magic, "latin1");
  header.writeUInt16BE(pageSize === 65_536 ? 1 : pageSize, 16);
  Buffer.from([2, 2, 0, 64, 32, 32]).copy(header, 18);
  header.writeUInt32BE(4, 44);
  header.writeUInt32BE(1, 56);
  return header;
}

/** With which most of the tables are found where the schema says. */
function likeliestPageSize(path: string): number {
  const found = pageSizes.map((pageSize) => {
    writeHeader(path, newHeader(pageSize));
    return { pageSize, tables: readableTables(path) };
  });
  return found.reduce((best, each) => (each.tables > best.tables ? each : best)).pageSize;
}

function readableTables(path: string): number {
  const connection = new Connection(path, { isReadOnly: true, isDamaged: true });
  try {
    return Object.keys(usedColumns).filter((table) => canRead(connection, table)).length;
  } finally {
    connection.close();
  }
}

function canRead(connection: Connection, table: string): boolean {
  try {
    connection.get(`select 1 from ${table} limit 1`);
    return true;
  } catch (error) {
    if (sqliteResultCode(error) === undefined) throw error;
    return false;
  }
}
