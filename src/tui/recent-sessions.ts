import type { SessionId } from "../schema/ids.ts";

/** The sessions that were shown lately: their number keys, and the order in which one goes back through them. */
export interface RecentSessions {
  /** Place n − 1 belongs to alt+n; null: free again. A session keeps its number, in later runs too. */
  readonly numbered: readonly (SessionId | null)[];
  /** The one shown last comes first; those of earlier runs of the program at the end. */
  readonly order: readonly SessionId[];
  /** While one goes back step by step the order stays: how far one has come, and when. */
  readonly step: { readonly place: number; readonly atMs: number } | null;
  /** Made by the agent in this window and not shown yet, the newest last. */
  readonly made: readonly SessionId[];
  /** True once those of earlier runs are among them. */
  readonly isWhole: boolean;
}

export const noRecentSessions: RecentSessions = { numbered: [], order: [], step: null, made: [], isWhole: false };

const numbersMax = 9;
const orderMax = 50;
/** A step within this time after another goes further back; a later one begins anew. */
const stepWindowMs = 3000;

type Numbers = Pick<RecentSessions, "numbered" | "order">;

/** The lowest number that no session has; undefined: all are taken. */
function withFreeNumber({ numbered }: Numbers, sessionId: SessionId): Numbers["numbered"] | undefined {
  if (numbered.includes(sessionId)) return numbered;
  const free = numbered.indexOf(null);
  if (free >= 0) return numbered.with(free, sessionId);
  return numbered.length < numbersMax ? [...numbered, sessionId] : undefined;
}

/** Gives the session a number: a free one, else that of the session which was shown longest ago. */
function withNumber(recent: Numbers, sessionId: SessionId): Numbers["numbered"] {
  const given = withFreeNumber(recent, sessionId);
  if (given !== undefined) return given;
  const { numbered, order } = recent;
  const oldest = order.findLast((id) => numbered.includes(id));
  return numbered.map((id) => (id === oldest ? sessionId : id));
}

function movedFirst(order: readonly SessionId[], sessionId: SessionId): readonly SessionId[] {
  return [sessionId, ...order.filter((id) => id !== sessionId)].slice(0, orderMax);
}

/** The session is shown. One that was reached by steps leaves the order as it is, so that the next step goes on. */
export function nowShown(recent: RecentSessions, sessionId: SessionId): RecentSessions {
  const numbered = withNumber(recent, sessionId);
  const made = recent.made.filter((id) => id !== sessionId);
  const isStep = recent.step !== null && recent.order[recent.step.place] === sessionId;
  if (isStep) return { ...recent, numbered, made };
  return { ...recent, numbered, order: movedFirst(recent.order, sessionId), step: null, made };
}

/** Sessions that were made ready without being shown: they have numbers, and come next after the shown one. */
export function nowAtHand(recent: RecentSessions, ids: readonly SessionId[]): RecentSessions {
  return ids.toReversed().reduce((known, id): RecentSessions => {
    const [shown, ...others] = known.order.filter((each) => each !== id);
    const next = shown === undefined ? [id] : [shown, id, ...others];
    const { made, isWhole } = known;
    return { numbered: withNumber(known, id), order: next.slice(0, orderMax), step: null, made, isWhole };
  }, recent);
}

/** The agent made the session: it gets a number where one is free. Going back stays among what a person has looked at. */
export function nowMade(recent: RecentSessions, sessionId: SessionId): RecentSessions {
  const made = [...recent.made.filter((id) => id !== sessionId), sessionId].slice(-orderMax);
  return { ...recent, numbered: withFreeNumber(recent, sessionId) ?? recent.numbered, made };
}

/** Its number (1 to 9); 0: it has none. */
export function numberOf({ numbered }: RecentSessions, sessionId: SessionId): number {
  return numbered.indexOf(sessionId) + 1;
}

/** Sessions of earlier runs: with the numbers that they had, and in the order behind those of this one. */
export function shownEarlier(recent: RecentSessions, earlier: Numbers): RecentSessions {
  const order = [...recent.order, ...earlier.order.filter((id) => !recent.order.includes(id))].slice(0, orderMax);
  const numbered = recent.numbered
    .filter((id) => id !== null)
    .reduce((given, id) => withNumber({ numbered: given, order }, id), earlier.numbered);
  return { ...recent, order, numbered, isWhole: true };
}

/** Its number is free; the others keep theirs. */
export function withoutSession(recent: RecentSessions, sessionId: SessionId): RecentSessions {
  const { numbered, order, made } = recent;
  const isOther = (id: SessionId): boolean => id !== sessionId;
  return {
    ...recent,
    numbered: numbered.map((id) => (id === sessionId ? null : id)),
    order: order.filter(isOther),
    step: null,
    made: made.filter(isOther),
  };
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
