import { change, openDialog, withDesk } from "../change.ts";
import { shownDesk, type UiState } from "../state.ts";
import { emptyField } from "../text-field.ts";
import { submitPrompt } from "../update/submit-prompt.ts";
import { always, type Command, needsSession } from "./command.ts";

function isEmptyEditor(state: UiState): boolean {
  return state.editor.text === "";
}

export const promptCommands: readonly Command[] = [
  {
    id: "send",
    title: "Send the prompt, or queue it while a turn runs",
    group: "Prompt",
    bindings: [{ context: "editor", keys: ["enter"] }],
    isInPalette: false,
    unavailable: needsSession,
    run: (state) => submitPrompt(state),
  },
  {
    id: "steer",
    title: "Tell the running turn, before its next step",
    group: "Prompt",
    bindings: [{ context: "editor", keys: ["alt+s"] }],
    isInPalette: false,
    unavailable: (state) =>
      shownDesk(state).activity.kind === "turn" ? needsSession(state) : "no turn runs: enter sends",
    run: (state) => (state.editor.text.trim() === "" ? change(state) : submitPrompt(state, "steering")),
  },
  {
    id: "newline",
    title: "New line (also: \\ and enter)",
    group: "Prompt",
    bindings: [{ context: "editor", keys: ["shift+enter", "ctrl+j", "alt+enter"] }],
    isInPalette: false,
    unavailable: always,
    run: (state) => change(state, { type: "editor", operation: { kind: "insert", text: "\n" } }),
  },
  {
    id: "external-editor",
    title: "Write the prompt in $EDITOR",
    group: "Prompt",
    bindings: [{ context: "editor", keys: ["ctrl+o"] }],
    isInPalette: true,
    word: "editor",
    unavailable: (state) => (state.setting.editor === null ? "neither VISUAL nor EDITOR is set" : needsSession(state)),
    run: (state) => change(state, { type: "open-external-editor" }),
  },
  {
    id: "attach-file",
    title: "Attach a file or an image",
    group: "Prompt",
    bindings: [{ context: "editor", keys: ["ctrl+f"] }],
    isInPalette: true,
    word: "attach",
    argument: "[path]",
    unavailable: needsSession,
    run: (state, argument) =>
      argument === ""
        ? change(openDialog(state, { kind: "attach", field: emptyField }))
        : change(state, { type: "attach-file", path: argument, pastedText: null }),
  },
  {
    id: "paste-image",
    title: "Paste an image from the clipboard",
    group: "Prompt",
    bindings: [{ context: "editor", keys: ["ctrl+v"] }],
    isInPalette: true,
    word: "paste-image",
    unavailable: needsSession,
    run: (state) => change(state, { type: "paste-clipboard-image" }),
  },
  {
    id: "remove-attachment",
    title: "Remove an attachment",
    group: "Prompt",
    bindings: [{ context: "editor", keys: ["ctrl+r"] }],
    isInPalette: true,
    word: "detach",
    unavailable: (state) => (shownDesk(state).attachments.length === 0 ? "nothing is attached" : needsSession(state)),
    run: (state) => {
      if (state.session === null) return change(state);
      const { attachments } = shownDesk(state);
      if (attachments.length === 1) return change(withDesk(state, state.session.id, { attachments: [] }));
      return change(openDialog(state, { kind: "attachments", selected: attachments.length - 1 }));
    },
  },
  {
    id: "palette",
    title: "Commands",
    group: "Program",
    bindings: [
      { context: "global", keys: ["ctrl+p"] },
      { context: "editor", keys: ["/"], when: isEmptyEditor },
    ],
    isInPalette: false,
    unavailable: always,
    run: (state) => change(openDialog(state, { kind: "palette", filter: emptyField, selected: 0 })),
  },
];
