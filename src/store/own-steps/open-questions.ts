import type { OwnStep } from "./own-step.ts";

/**
 * Questions that turns wait with: may this call do that? `settled` is null while its turn runs; once the turn was settled
 * because its process was gone, the ids of the rows that stand for results since (a JSON array).
 */
const questions = `create table x_ask (
  id TEXT primary key not null,
  session_id TEXT not null references sessions (id) on delete cascade,
  message_id TEXT not null,
  call_id TEXT not null,
  request TEXT not null,
  settled TEXT,
  asked_at_ms INTEGER not null
)`;

export const openQuestions: OwnStep = {
  version: 12,
  statements: [questions, "create index x_ask_session_id on x_ask (session_id)"],
};
