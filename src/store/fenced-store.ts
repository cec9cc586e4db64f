import type { WriteHandle } from "./handle.ts";
import type { TransactOptions, Transactions } from "./store.ts";
import { requireTurn } from "./turns.ts";
import type { TurnClaim } from "./turns.ts";

/** The store as a turn may use it: once the turn has lost its place, every write is refused (see requireTurn). */
export function fencedStore(store: Transactions, claim: TurnClaim): Transactions {
  return {
    read: (fn) => store.read(fn),
    transact: async <T>(fn: (handle: WriteHandle) => T, options?: TransactOptions): Promise<T> =>
      store.transact((tx) => {
        requireTurn(tx, claim);
        return fn(tx);
      }, options),
  };
}
