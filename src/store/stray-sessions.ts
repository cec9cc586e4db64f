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

/** For conditions of statements: `id in ${strays}`. Read once a statement, and only where one meets a session with a parent. */
export const strays = `(select id from ${circular} union all select id from ${orphaned})`;

/** For conditions of statements on `sessions`. Old files hold `title-<session id>` rows; they have a parent. */
export const isTopLevel = `(coalesce(parent_session_id, '') = '' or id in ${strays})`;
