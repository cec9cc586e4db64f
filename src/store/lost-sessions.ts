import type { Connection } from "./sqlite.ts";

/** Sessions whose row is lost but which have messages get a new one: a conversation is worth more than its title. */
export function addLostSessions(connection: Connection): void {
  connection.execute(
    `insert into sessions (id, title, message_count, created_at, updated_at)
       select session_id, 'Recovered session', count(*), min(created_at), max(created_at) from messages
       where session_id not in (select id from sessions) group by session_id;
     update sessions set message_count = (select count(*) from messages where session_id = sessions.id)
       where message_count <> (select count(*) from messages where session_id = sessions.id)`,
  );
}
