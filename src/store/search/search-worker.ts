/** The thread that a SearchThread starts. It draws nothing, so it may block. */
import { parentPort, workerData } from "node:worker_threads";
import { must } from "../../lib/assert.ts";
import { systemClock } from "../../lib/clock.ts";
import { Store } from "../store.ts";
import { SearchDesk } from "./search-desk.ts";
import { searchAsGuest } from "./search-as-guest.ts";
import type { FoundHits, SearchAnswer, SearchRequest, SearchThreadData } from "./search-messages.ts";

type FindRequest = Extract<SearchRequest, { kind: "find" }>;

const port = must(parentPort, "the thread that started this one");
const { databasePath, indexPath, isCaughtUp, isGuest, quietMs } = workerData as SearchThreadData;
const say = (answer: SearchAnswer): void => {
  port.postMessage(answer);
};
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function pause(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}

const isGivenUp = ({ givenUp }: FindRequest): boolean => Atomics.load(new Int32Array(givenUp), 0) !== 0;

interface Opened {
  readonly store: Store;
  readonly desk: SearchDesk;
}

let opening: Promise<Opened> | null = null;
let desk: SearchDesk | null = null;
/** Another program holds the database, and is waited for. */
let isLocked = false;
let isClosing = false;

/** Nothing has been begun that would have to come to its end. */
function endWhereLocked(): void {
  if (isClosing && isLocked) process.exit(0);
}

async function open(): Promise<Opened> {
  try {
    const store = await Store.open(databasePath, {
      onLocked: () => {
        isLocked = true;
        endWhereLocked();
      },
    });
    const onTrouble = (reason: string): void => {
      say({ kind: "trouble", reason });
    };
    desk = new SearchDesk({ store, indexPath, isCaughtUp, clock: systemClock, isGivenUp, pause, onTrouble });
    return { store, desk };
  } catch (error) {
    // The next request tries again.
    opening = null;
    throw error;
  } finally {
    isLocked = false;
  }
}

async function opened(): Promise<Opened> {
  opening ??= open();
  return opening;
}

async function find(request: FindRequest): Promise<FoundHits | null> {
  if (isGuest) return searchAsGuest({ databasePath, indexPath }, request, () => !isGivenUp(request));
  return (await opened()).desk.find(request, (result) => {
    if (request.wantsFirst === true) say({ kind: "first", id: request.id, result });
  });
}

async function close(): Promise<void> {
  isClosing = true;
  endWhereLocked();
  // What could not be opened was told to whoever asked for it.
  const left = await opening?.catch(() => null);
  await left?.desk.close();
  await left?.store.close();
  process.exit(0);
}

async function handle(request: SearchRequest): Promise<void> {
  switch (request.kind) {
    case "catch-up":
      if (await (await opened()).desk.catchUp()) say({ kind: "caught-up" });
      break;
    case "messages-changed":
      if (await (await opened()).desk.messagesChanged(request.messageIds)) say({ kind: "caught-up" });
      break;
    case "find":
      say({ kind: "found", id: request.id, result: await find(request) });
      break;
    case "remove":
      await (await opened()).desk.remove(request.sessionIds);
      say({ kind: "removed", id: request.id });
      break;
    case "close":
      await close();
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
  if (quietLooks < (desk?.hasWrittenMuch === true ? 1 : quietLooksMax)) return;
  say({ kind: "at-rest", received, isCaughtUp: desk?.isCaughtUp ?? isCaughtUp });
}, quietMs);

port.on("message", (request: SearchRequest) => {
  received += 1;
  receive(request);
});
