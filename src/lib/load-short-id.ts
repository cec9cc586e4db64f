import type { ShortId } from "./short-id.ts";

/** Those that are asked for again and again; a list of 10,000 sessions keeps its own. */
const knownMax = 500;

let loaded: Promise<ShortId> | undefined;

/** Loads the hash (5 ms: keep it off the way to the first paint). The function that it resolves to is synchronous. */
export function loadShortId(): Promise<ShortId> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<ShortId> {
  const { default: bundle } = await import("hash-wasm/dist/xxhash3.umd.min.js");
  const hasher = await bundle.createXXHash3();
  const known = new Map<string, string>();
  return (id) => {
    let hash = known.get(id);
    if (hash === undefined) {
      hash = hasher.init().update(id).digest();
      if (known.size < knownMax) known.set(id, hash);
    }
    return hash;
  };
}
