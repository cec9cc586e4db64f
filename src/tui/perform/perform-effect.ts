import type { Effect } from "../effect.ts";
import { budgetHandlers } from "./perform-budget.ts";
import type { EffectHandlers, PerformContext } from "./perform-context.ts";
import { deletionHandlers } from "./perform-deletion.ts";
import { modelHandlers } from "./perform-model.ts";
import { pickerHandlers } from "./perform-picker.ts";
import { projectHandlers } from "./perform-project.ts";
import { promptHandlers } from "./perform-prompt.ts";
import { queueHandlers } from "./perform-queue.ts";
import { sessionHandlers, turnHandlers } from "./perform-session.ts";
import { transcriptHandlers } from "./perform-transcript.ts";

type ScreenEffect = "start-timer" | "run-command" | "notify-outside" | "redraw" | "suspend" | "quit";

const screenHandlers: EffectHandlers<ScreenEffect> = {
  "start-timer": ({ timer, delayMs, isWork }, context) => {
    context.startTimer(timer, { delayMs, isWork });
  },
  "run-command": ({ command, argument }, context) => {
    context.dispatch({ type: "command", command, argument });
  },
  "notify-outside": ({ text }, { app, screen }) => {
    const { notifications } = app.config.options;
    if (notifications === "bell") screen.ringBell();
    else if (notifications === "osc") screen.showNotification(text);
  },
  redraw: (_effect, { screen }) => {
    screen.repaint();
  },
  suspend: (_effect, { screen }) => {
    screen.suspend();
  },
  quit: (_effect, context) => {
    context.quit();
  },
};

const handlers: EffectHandlers<Effect["type"]> = {
  ...sessionHandlers,
  ...turnHandlers,
  ...pickerHandlers,
  ...projectHandlers,
  ...deletionHandlers,
  ...budgetHandlers,
  ...modelHandlers,
  ...promptHandlers,
  ...transcriptHandlers,
  ...queueHandlers,
  ...screenHandlers,
};

/** Does what an update wanted. A promise where it takes time; throws, or rejects with, AppError for the person. */
export function performEffect(effect: Effect, context: PerformContext): void | Promise<void> {
  const handle = handlers[effect.type] as (effect: Effect, context: PerformContext) => void | Promise<void>;
  return handle(effect, context);
}
