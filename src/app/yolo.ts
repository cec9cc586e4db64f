import type { Config } from "../config/config.ts";
import type { App } from "./app.ts";
import type { TurnEngine } from "./turn-engine.ts";

/** `--yolo`, and its switch while the program runs. */
export function yoloUseCases(
  config: Pick<Config, "isYolo">,
  readyEngine: () => Pick<TurnEngine, "desk"> | null,
): Pick<App, "setYolo" | "isYolo"> {
  let isOn = config.isYolo;
  return {
    setYolo: (wanted) => {
      isOn = wanted;
      // What is open now asks no more; nobody waits for it.
      if (wanted) void readyEngine()?.desk.reconsider();
    },
    isYolo: () => isOn,
  };
}
