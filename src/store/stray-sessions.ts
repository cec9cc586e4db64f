/** Sessions whose parent leads to no top-level session. Nobody would see them: they count as top-level themselves. */

/** Ids of sub-agents' sessions are made of those of messages and calls: only a person's are UUIDs. */
export const isPersons = "id glob '????????-????-????-????-????????????'";

/** The sessions above which they stand themselves. */
export const circular = `(
  with recursive above(id, ancestor) as (
    select s.id, s.parent_session_id from sessions s join sessions p on p.id = s.parent_session_id
    where p.parent_session_id <> ''
    union
    select a.id, p.parent_session_id from above a join sessions p on p.id = a.ancestor
    where p.parent_session_id <> '' and a.ancestor <> a.id
  )
  select id from above where ancestor = id
)`;

/** A person's conversations whose parent is gone. What sub-agents of a deleted session left is nobody's any more. */
export const orphaned = `(
  select id from sessions c where parent_session_id <> '' and ${isPersons}
    and not exists (select 1 from sessions p where p.id = c.parent_session_id)
)`;

/** All of them, by walking over all sessions: for who mends them. */
export const strays = `(select id from ${circular} union all select id from ${orphaned})`;

/** Longer circles are the doctor's to find. */
const circleLengthMax = 100;

/**
 * For conditions of statements; `table`: how the statement calls sessions. Asked of one row at a time, and walks up from it
 * only where a person's conversation has a parent, which none has that is in order.
 */
export function isStray(table: string): string {
  return `(${table}.parent_session_id <> '' and ${table}.${isPersons} and (
    not exists (select 1 from sessions above where above.id = ${table}.parent_session_id)
    or ${table}.id in (
      with recursive ancestors(id) as (
        select ${table}.parent_session_id
        union select above.parent_session_id from sessions above join ancestors a on above.id = a.id
        where above.parent_session_id <> '' limit ${String(circleLengthMax)}
      )
      select id from ancestors
    )
  ))`;
}

/** The same of those that have no parent, or are strays. Old files hold `title-<session id>` rows; they have a parent. */
export function isTopLevel(table: string): string {
  return `(coalesce(${table}.parent_session_id, '') = '' or ${isStray(table)})`;
}
