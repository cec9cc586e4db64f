/**
 * A program of its own for bench/store: `store-writer.ts <database> <seconds>` writes messages into a session of its own, one
 * a transaction, and says each one once its transaction is acknowledged.
 */
import { writeSync } from "node:fs";
import { insertMessage } from "../src/store/messages.ts";
import { insertSession } from "../src/store/sessions.ts";
import { Store } from "../src/store/store.ts";

const [file = "", seconds = "1"] = process.argv.slice(2);
const store = await Store.open(file);
const title = `writer ${String(process.pid)}`;
const { id: sessionId } = await store.transact((tx) => insertSession(tx, { title }));
const endMs = performance.now() + Number(seconds) * 1000;
for (let number = 0; performance.now() < endMs; number += 1) {
  const text = `row ${String(number)} of ${title} ${"x".repeat(number % 900)}`;
  const role = number % 2 === 0 ? "user" : "assistant";
  const message = await store.transact((tx) => insertMessage(tx, { sessionId, role, parts: [{ type: "text", text }] }));
  writeSync(1, `${message.id} ${text}\n`);
}
await store.close();
