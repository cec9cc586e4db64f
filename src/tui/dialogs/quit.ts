import { line, span, wrapSpans } from "../../term/spans.ts";
import { change, closeDialog } from "../change.ts";
import { plural } from "../format.ts";
import { isAnyAtWork, isBusy, type UiState } from "../state.ts";
import type { QuitDialog } from "./dialog.ts";
import type { DialogKey, DialogModule } from "./dialog-module.ts";

function losses(state: UiState): string {
  const desks = Object.values(state.desks);
  const running = desks.filter(isBusy).length;
  const prompts = desks.flatMap((desk) => desk.queue);
  const waiting = prompts.filter(({ state: standing }) => standing === "waiting").length;
  const parts = [
    ...(running > 0
      ? [`${plural(running, "session")} still at work: stopped, what is there is kept and marked canceled.`]
      : []),
    ...(waiting > 0 ? [`${plural(waiting, "waiting prompt")} will wait in the queue.`] : []),
  ];
  return parts.join(" ");
}

const stay: DialogKey<QuitDialog> = {
  source: "quit.stay",
  label: "stay",
  run: (_dialog, state) => change({ ...closeDialog(state, "quit"), isLeaving: false }),
};

const idleKeys: readonly DialogKey<QuitDialog>[] = [
  { source: "quit.leave", label: "quit", run: (_dialog, state) => change(state, { type: "quit" }) },
  stay,
];

const busyKeys: readonly DialogKey<QuitDialog>[] = [
  { source: "quit.leave", label: "stop and quit", run: (_dialog, state) => change(state, { type: "quit" }) },
  {
    source: "quit.wait",
    label: "quit when done",
    run: (_dialog, state) => change({ ...closeDialog(state, "quit"), isLeaving: true }),
  },
  stay,
];

/** ctrl+c; a second ctrl+c quits as well. With sessions at work they are stopped or waited for. */
export const quitDialog: DialogModule<QuitDialog> = {
  keys: (_dialog, state) => (isAnyAtWork(state) ? busyKeys : idleKeys),
  view: (_dialog, { state, theme, area }) => {
    const width = Math.min(area.columns, 52);
    const loss = losses(state);
    const warning = loss === "" ? [] : wrapSpans([span(loss, theme.warning)], width);
    return { title: "Quit", width, body: [line("Leave Crush?", theme.text), ...warning] };
  },
};
