import type { SessionEvent } from "../../schema/session-event.ts";
import { noUsage } from "../../schema/usage.ts";
import { type Change, notify } from "../change.ts";
import { costText } from "../format.ts";
import type { UiState } from "../state.ts";

type BudgetWarned = Extract<SessionEvent, { type: "budget-warned" }>;
type SessionMade = Extract<SessionEvent, { type: "session-made" }>;

const whose = { session: "this session’s budget", day: "today’s budget", project: "the project’s budget" } as const;

function budgetNotice(state: UiState, { scope, spentUsd, limitUsd }: BudgetWarned): Change {
  const limit = limitUsd === null ? "" : ` of ${costText(limitUsd, noUsage)}`;
  const text = `${costText(spentUsd, noUsage)}${limit} of ${whose[scope]} is spent`;
  return notify(state, { tone: "warning", text, hint: "/budget shows and sets budgets" });
}

/** The person stays where they are. */
function madeNotice(state: UiState, { title, isStarted }: SessionMade): Change {
  const what = isStarted ? "works in the background" : "is ready, its prompt waits there";
  return notify(state, { tone: "info", text: `New session “${title}” ${what}`, hint: "ctrl+s goes there" });
}

/** What is told wherever the person is, and changes nothing else. */
export function noticeOf(state: UiState, event: BudgetWarned | SessionMade): Change {
  return event.type === "budget-warned" ? budgetNotice(state, event) : madeNotice(state, event);
}
