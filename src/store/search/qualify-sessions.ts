import { asSessionId } from "../../schema/ids.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { ReadHandle, SqlValue } from "../handle.ts";
import { isStray, isTopLevel } from "../stray-sessions.ts";
import { likePattern } from "./like-pattern.ts";
import type { Qualifier, QualifierName, SearchQuery } from "../../schema/search-query.ts";
import type { SearchFile } from "./search-file.ts";

interface Sources {
  readonly handle: ReadHandle;
  readonly index: SearchFile | null;
}

/** The sessions for which every qualifier holds. */
export function qualifyingSessions(sources: Sources, query: SearchQuery): ReadonlySet<SessionId> {
  const ends = query.qualifiers.filter(isOfEnd);
  const others = query.qualifiers.filter((qualifier) => !isOfEnd(qualifier));
  const wanted = others.filter(({ isNegated }) => !isNegated);
  const unwanted = others.filter(({ isNegated }) => isNegated);
  const holding = wanted.map((qualifier) => sessionsOf(qualifier, sources));
  const smallest = holding.toSorted((one, other) => one.size - other.size);
  let allowed = smallest.shift() ?? ids(sources.handle, "select id from sessions");
  for (const more of smallest) allowed = allowed.intersection(more);
  for (const qualifier of unwanted) allowed = allowed.difference(sessionsOf(qualifier, sources));
  const hasCost = query.costOver !== null || query.costUnder !== null;
  if (hasCost) allowed = sessionsOfCost(sources.handle, query, allowed);
  for (const { isNegated } of ends) {
    const failed = failedAmong(sources.handle, allowed);
    allowed = isNegated ? allowed.difference(failed) : failed;
  }
  return allowed;
}

/** It takes a look at messages: only of the sessions that all else leaves. */
function isOfEnd({ name, value }: Qualifier): boolean {
  return name === "is" && value === "failed";
}

function ids(handle: ReadHandle, sql: string, parameters: readonly SqlValue[] = []): Set<SessionId> {
  return new Set(handle.all(sql, parameters).map((row) => asSessionId(String(row["id"]))));
}

function sessionsOf(qualifier: Qualifier, sources: Sources): ReadonlySet<SessionId> {
  const { name, value } = qualifier;
  if (name === "is") return sessionsInState(value, sources.handle);
  return byPattern[name](sources, likePattern(value));
}

const byPattern: Readonly<
  Record<Exclude<QualifierName, "is">, (sources: Sources, pattern: string) => ReadonlySet<SessionId>>
> = {
  file: ({ handle }, pattern) =>
    ids(
      handle,
      `select session_id as id from files where path in (select distinct path from files where path like ? escape '\\')
       union select session_id from read_files where path like ? escape '\\'`,
      [pattern, pattern],
    ),
  model: ({ handle, index }, pattern) => {
    const chosen = ids(handle, "select session_id as id from x_session where model like ? escape '\\'", [pattern]);
    return index === null ? chosen : chosen.union(index.sessionsOfModel(pattern));
  },
  branch: ({ handle }, pattern) =>
    ids(handle, "select session_id as id from x_session where git_branch like ? escape '\\'", [pattern]),
  tag: ({ handle }, pattern) =>
    ids(handle, "select session_id as id from x_session_tag where tag like ? escape '\\'", [pattern]),
};

function sessionsInState(state: string, handle: ReadHandle): ReadonlySet<SessionId> {
  switch (state) {
    case "pinned":
      return ids(handle, "select session_id as id from x_session where pinned_at_ms is not null");
    case "archived":
      return ids(handle, "select session_id as id from x_session where archived_at_ms is not null");
    case "running":
      return ids(handle, "select session_id as id from x_turn");
    default:
      return ids(handle, asking);
  }
}

/** A question of a turn that is over is void once anything but results has come behind its step. */
const asking = `select a.session_id as id from x_ask a join messages step on step.id = a.message_id
  where a.settled is null or not exists (
    select 1 from messages m where m.session_id = a.session_id and m.rowid > step.rowid and m.role != 'tool')`;

/**
 * Those in which an answer that failed, or was interrupted, is the last that was said. As it is written, by this program
 * and by Crush, the reason stands nowhere else in a row: within a text its quotes would be escaped.
 */
function failedAmong(handle: ReadHandle, among: ReadonlySet<SessionId>): ReadonlySet<SessionId> {
  return ids(
    handle,
    `select a.value as id from json_each(?) a where (
       select m.role = 'assistant' and instr(m.parts, '"reason":"error"') > 0 from messages m
       where m.session_id = a.value and m.role in ('user', 'assistant') order by m.rowid desc limit 1)`,
    [JSON.stringify([...among])],
  );
}

/**
 * Of these the top-level ones whose cost, with their children's, is within the limits; by Crush's column where there is no
 * ledger. Unknown prices count as nothing.
 */
function sessionsOfCost(
  handle: ReadHandle,
  { costOver, costUnder }: Pick<SearchQuery, "costOver" | "costUnder">,
  among: ReadonlySet<SessionId>,
): ReadonlySet<SessionId> {
  return ids(
    handle,
    `with recursive roots(id, root) as (
       select id, id from sessions where id in (select value from json_each(?)) and ${isTopLevel("sessions")}
       union
       select s.id, r.root from sessions s join roots r on s.parent_session_id = r.id where not ${isStray("s")}
     ), costs(id, cost) as (
       select r.root, total(case when coalesce(z.requests, 0) = 0 then s.cost else z.known_cost_usd end)
       from roots r join sessions s on s.id = r.id left join x_session_sum z on z.session_id = r.id group by r.root
     )
     select id from costs where (? is null or cost > ?) and (? is null or cost < ?)`,
    [JSON.stringify([...among]), costOver, costOver, costUnder, costUnder],
  );
}

export function hasQualifiers(query: SearchQuery): boolean {
  return query.qualifiers.length > 0 || query.costOver !== null || query.costUnder !== null;
}
