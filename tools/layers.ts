/**
 * The dependency rule, in one table. `tools/dependency-rule.ts` checks the code against it.
 * A layer is a folder of `src/`; `main` is the composition root `src/main.ts`.
 */
export type LayerName =
  | "lib"
  | "schema"
  | "store"
  | "providers"
  | "tools"
  | "permissions"
  | "importers"
  | "config"
  | "agent"
  | "app"
  | "term"
  | "tui"
  | "cli"
  | "server";

export interface Layer {
  /** Layers that may be imported, besides the layer itself. */
  readonly imports: readonly LayerName[];
  /** The one file that other layers may import; absent: every file of the layer. */
  readonly contract?: string;
  /** Node's built-in modules that may be imported; absent: all of them. */
  readonly builtins?: readonly string[];
}

const base = ["lib", "schema"] as const;

export const layers: Readonly<Record<LayerName, Layer>> = {
  lib: { imports: [] },
  schema: { imports: ["lib"] },
  store: { imports: base },
  providers: { imports: base, contract: "provider.ts" },
  tools: { imports: base, contract: "tool.ts" },
  permissions: { imports: base },
  importers: { imports: base, contract: "importer.ts" },
  config: { imports: base },
  // The disk, the terminal and the clock reach the agent as ports only.
  agent: { imports: [...base, "permissions", "providers", "tools"], builtins: ["path", "util", "events"] },
  app: { imports: [...base, "agent", "store", "providers", "tools", "permissions", "importers", "config"] },
  term: { imports: ["lib"] },
  tui: { imports: [...base, "app", "term", "permissions", "config"] },
  cli: { imports: [...base, "app", "term", "permissions", "config"] },
  server: { imports: [...base, "app", "permissions", "config"] },
};

/** Packages that any layer may import: the validator, and what only tests use. */
export const sharedPackages: readonly string[] = ["valibot", "fast-check", "@xterm/headless"];
