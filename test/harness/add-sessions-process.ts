/** A program of its own for tests: `add-sessions-process.ts <database> <count>` adds that many sessions, one a transaction. */
import { insertSession } from "../../src/store/sessions.ts";
import { Store } from "../../src/store/store.ts";

const [file = "", count = "0"] = process.argv.slice(2);
const store = await Store.open(file);
for (let number = 0; number < Number(count); number += 1) {
  await store.transact((tx) => insertSession(tx, { title: `${String(process.pid)} ${String(number)}` }));
}
await store.close();
