import type { OwnStep } from "./own-step.ts";

/**
 * Sessions in the making: their rows are copied in small transactions, the session's own row goes last. `owner_id` is that
 * of the process that copies, "" once it was given up. Without a foreign key: there is no session yet.
 */
const copies = `create table x_copy (
  session_id TEXT primary key not null,
  owner_id TEXT not null,
  begun_at_ms INTEGER not null
)`;

export const sessionCopies: OwnStep = { version: 14, statements: [copies] };
