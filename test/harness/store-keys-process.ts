/** A process of its own that stores keys: `store-keys-process.ts <global data directory> <name> <count>`. */
import { storeKey } from "../../src/config/key-store.ts";

const [directory = "", name = "", count = "0"] = process.argv.slice(2);
for (let index = 0; index < Number(count); index += 1) await storeKey(directory, `${name}-${index}`, `key-${index}`);
