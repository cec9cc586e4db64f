import type { SessionId } from "../schema/ids.ts";

/** The sessions that were shown lately: their number keys, and the order in which one goes back through them. */
export interface RecentSessions {
  /** Place n − 1 belongs to alt+n. A session keeps its number while the program runs. */
  readonly numbered: readonly SessionId[];
  /** The one shown last comes first; those of earlier runs of the program at the end. */
  readonly order: readonly SessionId[];
  /** While one goes back step by step the order stays: how far one has come, and when. */
  readonly step: { readonly place: number; readonly atMs: number } | null;
}

export const noRecentSessions: RecentSessions = { numbered: [], order: [], step: null };

const numbersMax = 9;
const orderMax = 50;
/** A step within this time after another goes further back; a later one begins anew. */
const stepWindowMs = 3000;

/** Gives the session a number: a free one, else that of the session which was shown longest ago. */
function withNumber({ numbered, order }: RecentSessions, sessionId: SessionId): readonly SessionId[] {
  if (numbered.includes(sessionId)) return numbered;
  if (numbered.length < numbersMax) return [...numbered, sessionId];
  const oldest = order.findLast((id) => numbered.includes(id));
  return numbered.map((id) => (id === oldest ? sessionId : id));
}

function movedFirst(order: readonly SessionId[], sessionId: SessionId): readonly SessionId[] {
  return [sessionId, ...order.filter((id) => id !== sessionId)].slice(0, orderMax);
}

/** The session is shown. One that was reached by steps leaves the order as it is, so that the next step goes on. */
export function nowShown(recent: RecentSessions, sessionId: SessionId): RecentSessions {
  const numbered = withNumber(recent, sessionId);
  const isStep = recent.step !== null && recent.order[recent.step.place] === sessionId;
  if (isStep) return { ...recent, numbered };
  return { numbered, order: movedFirst(recent.order, sessionId), step: null };
}

/** Sessions that were made ready without being shown: they have numbers, and come next after the shown one. */
export function nowAtHand(recent: RecentSessions, ids: readonly SessionId[]): RecentSessions {
  return ids.toReversed().reduce(({ numbered, order }, id) => {
    const [shown, ...others] = order.filter((each) => each !== id);
    const next = shown === undefined ? [id] : [shown, id, ...others];
    return { numbered: withNumber({ numbered, order, step: null }, id), order: next.slice(0, orderMax), step: null };
  }, recent);
}

/** Sessions that were shown in earlier runs, the latest first: behind those of this one. */
export function shownEarlier(recent: RecentSessions, ids: readonly SessionId[]): RecentSessions {
  const order = [...recent.order, ...ids.filter((id) => !recent.order.includes(id))].slice(0, orderMax);
  return { ...recent, order };
}

export function withoutSession({ numbered, order }: RecentSessions, sessionId: SessionId): RecentSessions {
  const isOther = (id: SessionId): boolean => id !== sessionId;
  return { numbered: numbered.filter(isOther), order: order.filter(isOther), step: null };
}

/** One step back (1) or forth (−1), around the ends; null where there is no other session. */
export function stepThrough(
  recent: RecentSessions,
  { step, shown, nowMs }: { readonly step: 1 | -1; readonly shown: SessionId; readonly nowMs: number },
): { readonly recent: RecentSessions; readonly sessionId: SessionId } | null {
  const isGoingOn = recent.step !== null && nowMs - recent.step.atMs <= stepWindowMs;
  const order = isGoingOn ? recent.order : movedFirst(recent.order, shown);
  const from = isGoingOn && recent.step !== null ? recent.step.place : 0;
  const place = (from + step + order.length) % order.length;
  const sessionId = order[place];
  if (sessionId === undefined || sessionId === shown) return null;
  return { recent: { ...recent, order, step: { place, atMs: nowMs } }, sessionId };
}
