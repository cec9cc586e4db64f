import { change } from "../change.ts";
import type { TranscriptOperation } from "../effect.ts";
import type { UiState } from "../state.ts";
import { startSearch } from "../update/update-search.ts";
import { always, type Command, type KeyBinding, needsSession } from "./command.ts";

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
  { operation: "prompt-up", title: "Previous prompt", bindings: [inTranscript("[", "alt+up")] },
  { operation: "prompt-down", title: "Next prompt", bindings: [inTranscript("]", "alt+down")] },
  { operation: "search-older", title: "Next match, towards the beginning", bindings: [inTranscript("n")] },
  { operation: "search-newer", title: "Next match, towards the end", bindings: [inTranscript("N")] },
  { operation: "expand", title: "Unfold or fold", bindings: [inTranscript("space", "enter")] },
  { operation: "copy", title: "Copy the message", bindings: [inTranscript("c", "y")] },
  {
    operation: "copy-block",
    title: "Copy a code block (again: the next one)",
    bindings: [inTranscript("C", "Y")],
  },
  {
    operation: "open-file",
    title: "Open a file that the message names in $EDITOR",
    bindings: [inTranscript("o")],
  },
];

const noSearch = (state: UiState): string | null => (state.search === null ? "nothing is being looked for: /" : null);

/** What hinders an operation; the others always work. */
const hindrances: Readonly<Partial<Record<TranscriptOperation, Command["unavailable"]>>> = {
  "search-older": noSearch,
  "search-newer": noSearch,
  "open-file": (state) => (state.setting.editor === null ? "neither VISUAL nor EDITOR is set" : null),
};

const motionCommands = motions.map(({ operation, title, bindings }): Command => {
  return {
    id: `transcript-${operation}`,
    title,
    group: "Transcript",
    bindings,
    isInPalette: false,
    unavailable: hindrances[operation] ?? always,
    run: (state) => change(state, { type: "transcript", operation }),
  };
});

export const transcriptCommands: readonly Command[] = [
  {
    id: "find",
    title: "Find in this session",
    group: "Transcript",
    bindings: [inTranscript("/")],
    isInPalette: true,
    word: "find",
    argument: "[text]",
    unavailable: needsSession,
    run: startSearch,
  },
  {
    id: "long-lines",
    title: "Long lines of code and output: wrapped, or cut",
    group: "Transcript",
    bindings: [inTranscript("w")],
    isInPalette: true,
    word: "wrap",
    unavailable: needsSession,
    run: (state) => change(state, { type: "transcript", operation: "long-lines" }),
  },
  ...motionCommands,
];
