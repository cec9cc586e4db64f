import { budgetWarnedText, priceMissingHint, priceMissingText } from "../../schema/budget-text.ts";
import type { SessionEvent } from "../../schema/session-event.ts";
import type { SessionId } from "../../schema/ids.ts";
import { type Change, notify, withDesk } from "../change.ts";
import { keyLabelOf } from "../commands/shown-keys.ts";
import { nowMade, numberOf } from "../recent-sessions.ts";
import type { UiState } from "../state.ts";

type BudgetWarned = Extract<SessionEvent, { type: "budget-warned" }>;
type PriceMissing = Extract<SessionEvent, { type: "price-missing" }>;
type GrantLost = Extract<SessionEvent, { type: "grant-lost" }>;
type SessionMade = Extract<SessionEvent, { type: "session-made" }>;

/** Its own number key; where all numbers are taken, the key that goes to the newest. */
function keyToMade(state: UiState, sessionId: SessionId): string {
  const number = numberOf(state.recent, sessionId);
  const own = number === 0 ? "" : keyLabelOf(state, `session-${number}`);
  return own || keyLabelOf(state, "made-session") || keyLabelOf(state, "sessions") || "/made";
}

/** The person stays where they are; one key goes there. */
function madeNotice(state: UiState, { madeId, title, isStarted }: SessionMade): Change {
  const known = withDesk({ ...state, recent: nowMade(state.recent, madeId) }, madeId, { title });
  const what = isStarted ? "works in the background" : "is ready, its prompt waits there";
  const hint = `${keyToMade(known, madeId)} goes there`;
  return notify(known, { tone: "info", text: `New session “${title}” ${what}`, hint });
}

type ToldEvent = BudgetWarned | PriceMissing | GrantLost | SessionMade;

const told: ReadonlySet<SessionEvent["type"]> = new Set([
  "session-made",
  "budget-warned",
  "price-missing",
  "grant-lost",
]);

export function isTold(event: SessionEvent): event is ToldEvent {
  return told.has(event.type);
}

/** What is told wherever the person is, and changes nothing else. */
export function noticeOf(state: UiState, event: ToldEvent): Change {
  if (event.type === "grant-lost") {
    return notify(state, { tone: "warning", text: `Allowed once: ${event.message}`, hint: event.hint });
  }
  if (event.type === "price-missing") {
    return notify(state, { tone: "warning", text: priceMissingText(event.model, event), hint: priceMissingHint });
  }
  if (event.type !== "budget-warned") return madeNotice(state, event);
  return notify(state, { tone: "warning", text: budgetWarnedText(event), hint: "/budget shows and sets budgets" });
}
