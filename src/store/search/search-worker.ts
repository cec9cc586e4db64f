/** The thread that a SearchThread starts. It draws nothing, so it may block. */
import { parentPort, workerData } from "node:worker_threads";
import { must } from "../../lib/assert.ts";
import { systemClock } from "../../lib/clock.ts";
import { Store } from "../store.ts";
import { SearchDesk } from "./search-desk.ts";
import type { SearchAnswer, SearchRequest, SearchThreadData } from "./search-messages.ts";

const port = must(parentPort, "the thread that started this one");
const { databasePath, indexPath, isCaughtUp, quietMs } = workerData as SearchThreadData;
const say = (answer: SearchAnswer): void => {
  port.postMessage(answer);
};
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function pause(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}

const store = await Store.open(databasePath);
const desk = new SearchDesk({
  store,
  indexPath,
  isCaughtUp,
  clock: systemClock,
  isGivenUp: ({ givenUp }) => Atomics.load(new Int32Array(givenUp), 0) !== 0,
  pause,
  onTrouble: (reason) => {
    say({ kind: "trouble", reason });
  },
});

async function handle(request: SearchRequest): Promise<void> {
  switch (request.kind) {
    case "catch-up":
      if (await desk.catchUp()) say({ kind: "caught-up" });
      break;
    case "messages-changed":
      if (await desk.messagesChanged(request.messageIds)) say({ kind: "caught-up" });
      break;
    case "find":
      say({
        kind: "found",
        id: request.id,
        result: await desk.find(request, (result) => {
          if (request.wantsFirst === true) say({ kind: "first", id: request.id, result });
        }),
      });
      break;
    case "remove":
      await desk.remove(request.sessionIds);
      say({ kind: "removed", id: request.id });
      break;
    case "close":
      await desk.close();
      await store.close();
      process.exit(0);
      break;
  }
}

let running = 0;
/** Looks in a row at which no request had come since the one before. */
let quietLooks = 0;

function receive(request: SearchRequest): void {
  quietLooks = -1;
  running += 1;
  handle(request)
    .catch((error: unknown) => {
      const reason = reasonOf(error);
      say("id" in request ? { kind: "failed", id: request.id, reason } : { kind: "trouble", reason });
    })
    .finally(() => {
      running -= 1;
    });
}

let received = 0;

/** A thread costs little while it stays, and each start of one a little for good; after much work it costs a lot. */
const quietLooksMax = 12;

setInterval(() => {
  quietLooks = running === 0 ? quietLooks + 1 : -1;
  if (quietLooks < (desk.hasWrittenMuch ? 1 : quietLooksMax)) return;
  say({ kind: "at-rest", received, isCaughtUp: desk.isCaughtUp });
}, quietMs);

port.on("message", (request: SearchRequest) => {
  received += 1;
  receive(request);
});
