import { dailyTotals } from "./own-steps/daily-totals.ts";
import { deletions } from "./own-steps/deletions.ts";
import { firstTables } from "./own-steps/first-tables.ts";
import { leftFragments } from "./own-steps/left-fragments.ts";
import { messageOrderKnown } from "./own-steps/message-order.ts";
import { organisedSessions } from "./own-steps/organised-sessions.ts";
import { sessionNumberKeys } from "./own-steps/number-keys.ts";
import { openQuestions } from "./own-steps/open-questions.ts";
import type { OwnStep } from "./own-steps/own-step.ts";
import { promptQueue } from "./own-steps/prompt-queue.ts";
import { runningTurns } from "./own-steps/running-turns.ts";
import { sessionCopies } from "./own-steps/session-copies.ts";
import { sessionViews } from "./own-steps/session-views.ts";
import { sessionBudgets } from "./own-steps/session-budgets.ts";
import { sessionSums } from "./own-steps/session-sums.ts";
import { turnQuestions } from "./own-steps/turn-questions.ts";
import { unseenEnds } from "./own-steps/unseen-ends.ts";

export const ownVersionTable = `create table if not exists x_schema (
  version INTEGER primary key not null,
  applied_at_ms INTEGER not null
)`;

/** Append-only, a file each in `own-steps/`: a step that has been released never changes. */
export const ownSteps: readonly OwnStep[] = [
  firstTables,
  runningTurns,
  sessionSums,
  organisedSessions,
  deletions,
  sessionViews,
  dailyTotals,
  promptQueue,
  turnQuestions,
  sessionBudgets,
  messageOrderKnown,
  openQuestions,
  leftFragments,
  sessionCopies,
  sessionNumberKeys,
  unseenEnds,
];

export const ownTables: readonly string[] = ownSteps.flatMap(({ statements }) =>
  statements.flatMap((statement) => /^create table (\w+)/u.exec(statement)?.[1] ?? []),
);
