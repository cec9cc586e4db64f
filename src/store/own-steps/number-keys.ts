import type { OwnStep } from "./own-step.ts";

/** Which sessions the front end's number keys lead to. */
const numberKeys = `create table x_number_key (
  number INTEGER primary key not null,
  session_id TEXT not null references sessions (id) on delete cascade
)`;

export const sessionNumberKeys: OwnStep = {
  version: 15,
  statements: [numberKeys, "create index x_number_key_session_id on x_number_key (session_id)"],
};
