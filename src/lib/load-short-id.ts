import type { ShortId } from "./short-id.ts";

let loaded: Promise<ShortId> | undefined;

/** Loads the hash (5 ms: keep it off the way to the first paint). The function that it resolves to is synchronous. */
export function loadShortId(): Promise<ShortId> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<ShortId> {
  const { default: bundle } = await import("hash-wasm/dist/xxhash3.umd.min.js");
  const hasher = await bundle.createXXHash3();
  return (id) => hasher.init().update(id).digest();
}
