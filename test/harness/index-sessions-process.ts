/**
 * A program of its own for tests: `index-sessions-process.ts <database> <index>` brings the index up, and says `ready`.
 * Between two batches it waits for a byte, or for the end of its input.
 */
import { readSync, writeSync } from "node:fs";
import { systemClock } from "../../src/lib/clock.ts";
import { SearchDesk } from "../../src/store/search/search-desk.ts";
import { Store } from "../../src/store/store.ts";

const [databasePath = "", indexPath = ""] = process.argv.slice(2);
const store = await Store.open(databasePath);
const desk = new SearchDesk({
  store,
  indexPath,
  clock: systemClock,
  shardSize: 20_000,
  batchSize: 5_000,
  isGivenUp: () => false,
  // What is told here has been committed.
  pause: async () => {
    writeSync(1, "batch\n");
    readSync(0, new Uint8Array(1));
    return Promise.resolve();
  },
  onTrouble: (reason) => writeSync(1, `trouble: ${reason}\n`),
});
if (await desk.catchUp()) writeSync(1, "ready\n");
await desk.close();
await store.close();
