/**
 * A program of its own for tests: `hold-lock-process.ts <database> [<statements>]` begins an immediate transaction, runs
 * the statements in it, prints "locked", and commits when its input ends.
 */
import { DatabaseSync } from "node:sqlite";

const [file = "", statements = ""] = process.argv.slice(2);
const database = new DatabaseSync(file, { timeout: 30_000 });
database.exec("begin immediate");
if (statements !== "") database.exec(statements);
process.stdout.write("locked\n");
process.stdin.resume();
process.stdin.on("end", () => {
  database.exec("commit");
  database.close();
});
