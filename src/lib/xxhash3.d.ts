/** The one hash that is needed of hash-wasm: its main file holds all of them and takes three times as long to load. */
declare module "hash-wasm/dist/xxhash3.umd.min.js" {
  import type { createXXHash3 } from "hash-wasm";

  const bundle: { readonly createXXHash3: typeof createXXHash3 };
  export = bundle;
}
