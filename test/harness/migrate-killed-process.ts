/**
 * A program of its own for tests: `migrate-killed-process.ts <database> <statement>` opens the database as the store does,
 * and is killed before that statement of the upgrade. Prints "done" where there were fewer.
 */
import { silentLog } from "../../src/lib/log.ts";
import type { SqlValue } from "../../src/store/handle.ts";
import { migrate } from "../../src/store/migrate.ts";
import { Connection } from "../../src/store/sqlite.ts";

const [file = "", killAt = "0"] = process.argv.slice(2);
let statements = 0;

class MortalConnection extends Connection {
  override execute(sql: string): void {
    countDown();
    super.execute(sql);
  }

  override run(sql: string, parameters?: readonly SqlValue[]): number {
    countDown();
    return super.run(sql, parameters);
  }
}

function countDown(): void {
  statements += 1;
  if (statements === Number(killAt)) process.kill(process.pid, "SIGKILL");
}

const connection = new MortalConnection(file, { isReadOnly: false });
migrate(connection, { path: file, log: silentLog, nowMs: 1 });
connection.close();
process.stdout.write("done\n");
