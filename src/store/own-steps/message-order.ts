import type { OwnStep } from "./own-step.ts";

/**
 * Whether a session's rows stand in the order of their times, as long as as many rows are there as were counted: the time
 * of its newest row where they do, -1 where they don't, -2 where the newest has none; null: not looked at yet.
 */
export const messageOrderKnown: OwnStep = {
  version: 11,
  statements: ["alter table x_session_sum add column newest_at INTEGER"],
};
