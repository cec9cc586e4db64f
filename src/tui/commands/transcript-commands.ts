import { change } from "../change.ts";
import type { TranscriptOperation } from "../effect.ts";
import { always, type Command, type KeyBinding } from "./command.ts";

interface Motion {
  readonly operation: TranscriptOperation;
  readonly title: string;
  readonly bindings: readonly KeyBinding[];
}

const inTranscript = (...keys: readonly string[]): KeyBinding => ({ context: "transcript", keys });

const motions: readonly Motion[] = [
  { operation: "line-down", title: "Scroll down a line", bindings: [inTranscript("j", "down")] },
  { operation: "line-up", title: "Scroll up a line", bindings: [inTranscript("k", "up")] },
  { operation: "message-down", title: "Next message", bindings: [inTranscript("J", "shift+down")] },
  { operation: "message-up", title: "Previous message", bindings: [inTranscript("K", "shift+up")] },
  {
    operation: "page-down",
    title: "A page down",
    bindings: [inTranscript("f", "pageDown"), { context: "global", keys: ["pageDown"] }],
  },
  {
    operation: "page-up",
    title: "A page up",
    bindings: [inTranscript("b", "pageUp"), { context: "global", keys: ["pageUp"] }],
  },
  { operation: "half-down", title: "Half a page down", bindings: [inTranscript("d")] },
  { operation: "half-up", title: "Half a page up", bindings: [inTranscript("u")] },
  { operation: "top", title: "To the beginning", bindings: [inTranscript("g", "home")] },
  { operation: "bottom", title: "To the end", bindings: [inTranscript("G", "end")] },
  { operation: "expand", title: "Unfold or fold", bindings: [inTranscript("space", "enter")] },
  { operation: "copy", title: "Copy the message", bindings: [inTranscript("c", "y")] },
];

export const transcriptCommands: readonly Command[] = motions.map(({ operation, title, bindings }) => ({
  id: `transcript-${operation}`,
  title,
  group: "Transcript",
  bindings,
  isInPalette: false,
  unavailable: always,
  run: (state) => change(state, { type: "transcript", operation }),
}));
