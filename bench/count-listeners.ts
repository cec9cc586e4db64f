/**
 * Preloaded before the program (`--expose-gc --preload`): on SIGUSR2 it writes how many listeners there are, by kind, to the
 * file that `LISTENERS_FILE` names. Counted are those of event emitters and event targets (abort signals) that are alive
 * after garbage was collected, and the watchers of the project's own events. Of the main thread alone.
 */
import assert from "node:assert/strict";
import { EventEmitter, getEventListeners } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";
import { EventHub } from "../src/app/event-hub.ts";
import { SessionFinder } from "../src/app/search-sessions.ts";
import { Store } from "../src/store/store.ts";

type Method = (this: object, ...parameters: unknown[]) => unknown;

/** What was ever listened to, and for which events; held weakly. */
const targets = new Set<WeakRef<object>>();
const eventsOf = new WeakMap<object, Set<string | symbol>>();
/** Who is watched by means of our own, held weakly, with how many watch. */
const watched = new Set<WeakRef<object>>();
const watchersOf = new WeakMap<object, Map<string, number>>();

function replaceMethod(owner: object, name: string, replacement: (original: Method) => Method): void {
  const original: unknown = Reflect.get(owner, name);
  assert(typeof original === "function", `no method ${name}`);
  const value = replacement(original as Method);
  Object.defineProperty(owner, name, { value, writable: true, enumerable: true, configurable: true });
}

function remember(target: object, event: string | symbol): void {
  const events = eventsOf.get(target);
  if (events !== undefined) {
    events.add(event);
    return;
  }
  eventsOf.set(target, new Set([event]));
  targets.add(new WeakRef(target));
}

/** A call of the method listens to the event that is its first parameter. */
function follow(owner: object, ...names: readonly string[]): void {
  for (const name of names) {
    replaceMethod(owner, name, (original) => {
      return function listen(...parameters) {
        remember(this, parameters[0] as string | symbol);
        return Reflect.apply(original, this, parameters);
      };
    });
  }
}

function changeWatchers(owner: object, kind: string, by: number): void {
  const known = watchersOf.get(owner);
  const counted = known ?? new Map<string, number>();
  counted.set(kind, (counted.get(kind) ?? 0) + by);
  if (known !== undefined) return;
  watchersOf.set(owner, counted);
  watched.add(new WeakRef(owner));
}

/** A call of the method watches until what it returns is called. */
function followWatchers(
  { name: owner, prototype }: { readonly name: string; readonly prototype: object },
  name: string,
): void {
  const kind = `${owner}.${name}`;
  replaceMethod(prototype, name, (original) => {
    return function watch(...parameters) {
      const stop = Reflect.apply(original, this, parameters) as () => void;
      changeWatchers(this, kind, 1);
      const reference = new WeakRef(this);
      let isStopped = false;
      return () => {
        const alive = reference.deref();
        if (!isStopped && alive !== undefined) changeWatchers(alive, kind, -1);
        isStopped = true;
        stop();
      };
    };
  });
}

function watcherCounts(): Map<string, number> {
  const byKind = new Map<string, number>();
  for (const reference of watched) {
    const owner = reference.deref();
    if (owner === undefined) watched.delete(reference);
    else for (const [kind, count] of watchersOf.get(owner) ?? []) byKind.set(kind, (byKind.get(kind) ?? 0) + count);
  }
  return byKind;
}

function counts(): Record<string, number> {
  const byKind = watcherCounts();
  for (const reference of targets) {
    const target = reference.deref();
    if (target === undefined) targets.delete(reference);
    else {
      for (const event of eventsOf.get(target) ?? []) {
        const kind = `${target === process ? "process" : target.constructor.name} ${String(event)}`;
        const count = getEventListeners(target as EventEmitter, event).length;
        if (count > 0) byKind.set(kind, (byKind.get(kind) ?? 0) + count);
      }
    }
  }
  return Object.fromEntries([...byKind].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** A round may spare what still stands on the stack, and what one round frees may have held other things. */
async function collectGarbage(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await pause(20);
    globalThis.gc?.();
  }
  await pause(20);
}

async function writeCounts(file: string): Promise<void> {
  await collectGarbage();
  writeFileSync(`${file}.part`, JSON.stringify(counts()));
  renameSync(`${file}.part`, file);
}

const file = process.env["LISTENERS_FILE"];
if (isMainThread && file !== undefined) {
  process.on("SIGUSR2", () => void writeCounts(file));
  for (const owner of [EventEmitter.prototype, process]) {
    follow(owner, "on", "addListener", "prependListener", "once", "prependOnceListener");
  }
  follow(EventTarget.prototype, "addEventListener");
  followWatchers(EventHub, "watch");
  followWatchers(Store, "subscribe");
  followWatchers(SessionFinder, "onIndexed");
}
