import { fencedStore } from "../store/fenced-store.ts";
import type { Transactions } from "../store/store.ts";
import type { StoredTurn, TurnClaim } from "../store/turns.ts";
import { settleTurn } from "./settle-turn.ts";
import type { SettleContext } from "./settle-turn.ts";

/** What keeps sessions whole where processes die or are stopped. */
export interface TurnGuards {
  /** See settleTurn. */
  readonly settle: (context: SettleContext, turn: StoredTurn, why: string) => Promise<boolean>;
  /** See fencedStore. */
  readonly fence: (store: Transactions, claim: TurnClaim) => Transactions;
}

export const turnGuards: TurnGuards = { settle: settleTurn, fence: fencedStore };
