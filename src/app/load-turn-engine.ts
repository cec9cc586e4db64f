import type { Context } from "./context.ts";
import type { TurnEngine, TurnEngineOptions } from "./turn-engine.ts";

/** Tools, prompts and permissions are needed at the first turn, not for the first paint. */
export async function loadTurnEngine(context: Context, options: TurnEngineOptions): Promise<TurnEngine> {
  const { TurnEngine: Engine } = await import("./turn-engine.ts");
  return new Engine(context, options);
}
