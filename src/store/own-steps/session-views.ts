import type { OwnStep } from "./own-step.ts";

/** How a session was last looked at, as the front end's own text, and when. */
const views = `create table x_view (
  session_id TEXT primary key not null references sessions (id) on delete cascade,
  view TEXT not null,
  shown_at_ms INTEGER not null
)`;

/** What is attached to a draft: base64, a row each, written once however often the draft changes. */
const attachments = `create table x_attachment (
  id TEXT primary key not null,
  session_id TEXT not null references sessions (id) on delete cascade,
  position INTEGER not null,
  path TEXT not null,
  mime_type TEXT not null,
  data TEXT not null
)`;

export const sessionViews: OwnStep = {
  version: 6,
  statements: [
    views,
    "create index x_view_shown_at on x_view (shown_at_ms)",
    attachments,
    "create index x_attachment_session_id on x_attachment (session_id)",
  ],
};
