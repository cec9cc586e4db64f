import path from "node:path";
import { journalText } from "../agent/journal-text.ts";
import type { Config } from "../config/config.ts";
import { toFileError } from "../lib/file-error.ts";
import { silentLog } from "../lib/log.ts";
import { JournalDirectory } from "../store/journal.ts";
import { isLogMissing } from "../store/missing-log.ts";
import { writeProblem } from "../store/open-for-reading.ts";
import { setTextAside } from "../store/set-aside.ts";

/**
 * Says that the database's log is missing, and puts what the journals hold where a person can read it: the turns that
 * name them may be lost with the log, and a journal that no turn names is removed. To be called before SQLite opens the
 * database, after which nothing tells any more. Null: the log is there, or none is needed. Throws AppError where the text can't be kept.
 */
export function noteMissingLog({ dataDirectory }: Pick<Config, "dataDirectory">, nowMs: number): string | null {
  const database = path.join(dataDirectory, "crush.db");
  if (!isLogMissing(database)) return null;
  const said = `${database}-wal is missing: what was written last, before the program or the machine broke off, may be lost`;
  const text = writeProblem(database) === null ? textOfJournals(dataDirectory) : "";
  if (text === "") return `${said}.`;
  try {
    return `${said}. The text that was streaming then is kept in ${setTextAside(database, text, nowMs)}`;
  } catch (error) {
    throw toFileError(error, `keep what had streamed when ${database}-wal was lost`);
  }
}

function textOfJournals(dataDirectory: string): string {
  const journals = new JournalDirectory(dataDirectory, silentLog);
  const texts = journals.list().flatMap((id) => {
    const journal = journals.read(id);
    const text = journalText(journal?.lines ?? []);
    return journal === null || text === "" ? [] : [`${new Date(journal.writtenAtMs).toISOString()}\n\n${text}\n`];
  });
  return texts.join("\n");
}
