import { isModelProblem } from "../../app/app.ts";
import { change, notify, openDialog } from "../change.ts";
import { isBusy, shownDesk, type UiState } from "../state.ts";
import { fieldWith } from "../text-field.ts";
import { firstSessions } from "../update/update-picker.ts";
import { always, type Command, needsSession } from "./command.ts";

function compactUnavailable(state: UiState): string | null {
  if (state.session === null) return needsSession(state);
  if (isBusy(shownDesk(state))) return "a turn is running";
  if (isModelProblem(state.session.model)) return "no model can be used";
  return state.session.details.session.messageCount === 0 ? "nothing has been said yet" : null;
}

function forkUnavailable(state: UiState): string | null {
  if (state.session === null) return needsSession(state);
  return state.session.details.session.messageCount === 0 ? "nothing has been said yet" : null;
}

export const sessionCommands: readonly Command[] = [
  {
    id: "sessions",
    title: "Sessions: find, open, sort, fork, delete",
    group: "Session",
    bindings: [{ context: "global", keys: ["ctrl+s"] }],
    isInPalette: true,
    word: "sessions",
    unavailable: always,
    run: (state) => change(state, { type: "read-sessions", limit: firstSessions }),
  },
  {
    id: "projects",
    title: "Other projects: go to one of their sessions",
    group: "Session",
    bindings: [],
    isInPalette: true,
    word: "projects",
    unavailable: always,
    run: (state) => change(state, { type: "read-projects" }),
  },
  {
    id: "new-session",
    title: "New session",
    group: "Session",
    bindings: [{ context: "global", keys: ["ctrl+n"] }],
    isInPalette: true,
    word: "new",
    argument: "[task]",
    unavailable: always,
    run: (state, argument) => change(state, { type: "new-session", prompt: argument }),
  },
  {
    id: "rename-session",
    title: "Rename this session",
    group: "Session",
    bindings: [],
    isInPalette: true,
    word: "rename",
    argument: "[title]",
    unavailable: needsSession,
    run: (state, argument) => {
      if (state.session === null) return change(state);
      const { id, details } = state.session;
      if (argument !== "") return change(state, { type: "rename-session", sessionId: id, title: argument });
      return change(openDialog(state, { kind: "rename", field: fieldWith(details.session.title) }));
    },
  },
  {
    id: "fork-session",
    title: "Fork: go on in a copy of this session",
    group: "Session",
    bindings: [],
    isInPalette: true,
    word: "fork",
    unavailable: forkUnavailable,
    run: (state) =>
      state.session === null
        ? change(state)
        : change(state, { type: "fork-session", sessionId: state.session.id, target: {}, isOpened: true }),
  },
  {
    id: "fork-at-message",
    title: "Fork at the message in focus",
    group: "Session",
    bindings: [],
    isInPalette: true,
    word: "fork-here",
    unavailable: forkUnavailable,
    run: (state) => change(state, { type: "fork-at-focus" }),
  },
  {
    id: "compact-session",
    title: "Compact: go on from a summary of this session",
    group: "Session",
    bindings: [],
    isInPalette: true,
    word: "compact",
    unavailable: compactUnavailable,
    run: (state) =>
      state.session === null ? change(state) : change(state, { type: "compact", sessionId: state.session.id }),
  },
  {
    id: "budget",
    title: "Budget: what is spent, and what may be, in US$",
    group: "Session",
    bindings: [],
    isInPalette: true,
    word: "budget",
    argument: "[amount]",
    unavailable: needsSession,
    run: (state, argument) =>
      state.session === null ? change(state) : change(state, { type: "budget", sessionId: state.session.id, argument }),
  },
  {
    id: "details",
    title: "Details: messages, tokens, cost, files",
    group: "Session",
    bindings: [
      { context: "transcript", keys: ["ctrl+d"] },
      { context: "editor", keys: ["ctrl+d"], when: (state) => state.editor.text === "" },
    ],
    isInPalette: true,
    word: "info",
    unavailable: needsSession,
    run: (state) => change(openDialog(state, { kind: "details", scroll: 0 }), { type: "read-session" }),
  },
  {
    id: "todos",
    title: "Todos and waiting prompts",
    group: "Session",
    bindings: [{ context: "global", keys: ["ctrl+t"] }],
    isInPalette: true,
    word: "todos",
    unavailable: needsSession,
    run: (state) => change(openDialog(state, { kind: "todos", selected: 0 })),
  },
  {
    id: "take-over",
    title: "Take the session from a silent window",
    group: "Session",
    bindings: [],
    isInPalette: true,
    word: "take-over",
    unavailable: (state) => (shownDesk(state).silentOwner === null ? "no other window has it without answering" : null),
    run: (state) =>
      state.session === null ? change(state) : change(state, { type: "take-over", sessionId: state.session.id }),
  },
  {
    id: "models",
    title: "Models: choose one, enter a key",
    group: "Model",
    bindings: [{ context: "global", keys: ["ctrl+l"] }],
    isInPalette: true,
    word: "models",
    unavailable: always,
    run: (state) => change(state, { type: "read-providers", purpose: "models" }),
  },
  {
    id: "first-start",
    title: "Set up: a key, a local server, practice model",
    group: "Model",
    bindings: [],
    isInPalette: true,
    word: "setup",
    unavailable: needsSession,
    run: (state) => change(state, { type: "read-providers", purpose: "onboarding" }),
  },
  {
    id: "yolo",
    title: "Yolo: run tools without asking, on or off",
    group: "Program",
    bindings: [{ context: "global", keys: ["ctrl+y"] }],
    isInPalette: true,
    word: "yolo",
    unavailable: always,
    run: (state) => {
      const isOn = !state.isYolo;
      const text = isOn ? "Yolo is on: tools run without asking" : "Yolo is off: tools ask again";
      const noticed = notify({ ...state, isYolo: isOn }, { tone: isOn ? "warning" : "info", text });
      return change(noticed.state, { type: "set-yolo", isOn }, ...noticed.effects);
    },
  },
  {
    id: "grants",
    title: "Permissions given: list and revoke",
    group: "Program",
    bindings: [],
    isInPalette: true,
    word: "permissions",
    unavailable: needsSession,
    run: (state) => change(state, { type: "read-grants" }),
  },
  {
    id: "trust",
    title: "Trust: what this project's config would do",
    group: "Program",
    bindings: [],
    isInPalette: true,
    word: "trust",
    unavailable: (state) =>
      state.setting.untrusted.length === 0 ? "nothing of the project's config is ignored" : null,
    run: (state) => change(openDialog(state, { kind: "trust", scroll: 0 })),
  },
];
