/** Everything that a person would miss: to prove that a refused command touched nothing. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Sandbox } from "./sandbox.ts";

const firstBytes = "SQLite format 3\u0000";

function isDatabase(file: string): boolean {
  return readFileSync(file).subarray(0, firstBytes.length).toString("latin1") === firstBytes;
}

function hashOf(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

/** Every row of every table: the file's bytes may change where nothing that matters does. */
function databaseContent(file: string): Record<string, string[]> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
    const entries = tables.map(({ name }) => {
      const rows = database.prepare(`SELECT * FROM "${String(name)}"`).all();
      return [String(name), rows.map((row) => JSON.stringify(row)).toSorted()] as const;
    });
    return Object.fromEntries(entries);
  } finally {
    database.close();
  }
}

/** The write-ahead log and the locks beside a database belong to it; the program's log is not data. */
function isBesides(name: string): boolean {
  return /(?:-wal|-shm|-journal|\.lock(?:-ts)?)$/u.test(name) || name.includes(`${path.sep}logs${path.sep}`);
}

/** When a project was last looked at is no data of anybody's. */
function contentOf(file: string): Uint8Array | string {
  if (isDatabase(file)) return JSON.stringify(databaseContent(file));
  const bytes = readFileSync(file);
  return path.basename(file) === "projects.json" ? bytes.toString().replaceAll(/"last_accessed":.*/gu, "") : bytes;
}

/** A line a file of the project and of the person's global folders; databases by their rows. */
export function dataSnapshot(sandbox: Sandbox): string[] {
  const folders = [sandbox.project, sandbox.globalConfig, sandbox.globalData];
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => path.join(folder, name))
      .filter((file) => statSync(file).isFile() && !isBesides(file))
      .toSorted()
      .map((file) => `${path.relative(sandbox.root, file)} ${hashOf(contentOf(file))}`),
  );
}
