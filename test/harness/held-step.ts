/** For stories that do something while an answer lasts: it lasts until they are done with it. */
import type { ScriptedStep } from "./model-servers/script.ts";

export interface HeldStep {
  readonly step: ScriptedStep;
  readonly letGo: () => void;
}

/** The step, stopped after so many of its frames until it is let go. */
export function heldStep(step: ScriptedStep, afterFrames = 0): HeldStep {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { step: { ...step, hold: { afterFrames, until: promise } }, letGo: resolve };
}
