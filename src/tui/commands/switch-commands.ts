import { firstSessions } from "../update/update-picker.ts";
import type { SessionId } from "../../schema/ids.ts";
import { wantingAttention } from "../attention.ts";
import { type Change, change } from "../change.ts";
import { passingDialogs } from "../dialogs/own-dialogs.ts";
import { stepThrough } from "../recent-sessions.ts";
import { deskOf, type UiState } from "../state.ts";
import type { Command } from "./command.ts";

const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

function open(state: UiState, sessionId: SessionId): Change {
  if (sessionId !== state.session?.id) return change(state, { type: "open-session", sessionId });
  return change({ ...state, dialogs: state.dialogs.filter(({ kind }) => !passingDialogs.has(kind)) });
}

function numberCommand(number: (typeof numbers)[number]): Command {
  return {
    id: `session-${number}`,
    title: `The session with the number ${number}`,
    group: "Session",
    bindings: [{ context: "global", keys: [`alt+${number}`] }],
    isInPalette: false,
    unavailable: ({ recent }) => ((recent.numbered[number - 1] ?? null) === null ? "no session has this number" : null),
    run: (state) => {
      const sessionId = state.recent.numbered[number - 1];
      return sessionId === undefined || sessionId === null ? change(state) : open(state, sessionId);
    },
  };
}

function stepped(state: UiState, step: 1 | -1): Change {
  if (state.session === null) return change(state);
  const next = stepThrough(state.recent, { step, shown: state.session.id, nowMs: state.nowMs });
  return next === null ? change(state) : open({ ...state, recent: next.recent }, next.sessionId);
}

function stepUnavailable({ recent, session }: UiState): string | null {
  return recent.order.some((id) => id !== session?.id) ? null : "no other session was shown yet";
}

/** By its number, else by a part of its title, the latest first. */
function findRecent(state: UiState, words: string): SessionId | undefined {
  const numbered = /^[1-9]$/u.test(words) ? state.recent.numbered[Number(words) - 1] : undefined;
  const wanted = words.toLowerCase();
  const others = state.recent.order.filter((id) => id !== state.session?.id);
  return numbered ?? others.find((id) => deskOf(state, id).title.toLowerCase().includes(wanted));
}

/** Ways to another session. Their keys work over dialogs that stay with theirs, and in those that are only looked at. */
export const switchCommands: readonly Command[] = [
  {
    id: "next-attention",
    title: "Next session that asks, failed, ended, paused",
    group: "Session",
    bindings: [{ context: "global", keys: ["alt+a"] }],
    isInPalette: true,
    word: "attention",
    unavailable: (state) => (wantingAttention(state).length === 0 ? "no other session wants attention" : null),
    run: (state) => {
      const [next] = wantingAttention(state);
      return next === undefined ? change(state) : open(state, next.sessionId);
    },
  },
  {
    id: "made-session",
    title: "To the session that the agent made last",
    group: "Session",
    bindings: [{ context: "global", keys: ["alt+g"] }],
    isInPalette: true,
    word: "made",
    unavailable: ({ recent }) => (recent.made.length === 0 ? "none was made that you have not seen" : null),
    run: (state) => {
      const newest = state.recent.made.at(-1);
      return newest === undefined ? change(state) : open(state, newest);
    },
  },
  {
    id: "last-session",
    title: "Back through the sessions shown lately",
    group: "Session",
    bindings: [{ context: "global", keys: ["alt+."] }],
    isInPalette: true,
    word: "back",
    unavailable: stepUnavailable,
    run: (state) => stepped(state, 1),
  },
  {
    id: "later-session",
    title: "Forth through the sessions shown lately",
    group: "Session",
    bindings: [{ context: "global", keys: ["alt+,"] }],
    isInPalette: false,
    unavailable: stepUnavailable,
    run: (state) => stepped(state, -1),
  },
  {
    id: "switch-session",
    title: "Switch to a session by its number or title",
    group: "Session",
    bindings: [],
    isInPalette: true,
    word: "switch",
    argument: "[session]",
    unavailable: stepUnavailable,
    run: (state, argument) => {
      if (argument === "") return stepped(state, 1);
      const found = findRecent(state, argument);
      return found === undefined ? change(state, { type: "read-sessions", limit: firstSessions }) : open(state, found);
    },
  },
  ...numbers.map(numberCommand),
];

const overDialogs: readonly string[] = [...switchCommands.map(({ id }) => id), "new-session", "sessions"];

/** True where the command's key leads away although a dialog is open. */
export function worksOverDialogs(command: Command): boolean {
  return overDialogs.includes(command.id);
}
