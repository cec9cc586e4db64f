import type { SessionId } from "../schema/ids.ts";
import { listQueue } from "../store/queue.ts";
import type { StoredPrompt } from "../store/queue.ts";
import type { Transactions } from "../store/store.ts";
import type { StoredTurn } from "../store/turns.ts";
import type { TurnClaims } from "./turn-claims.ts";

interface Standing {
  /** The turn that runs, in whichever living process; null: none. */
  readonly turn: StoredTurn | null;
  readonly prompts: readonly StoredPrompt[];
  /** The first that somebody alive is to run. */
  readonly head: StoredPrompt | null;
}

/** Whose the prompts of a queue are to run, told by who is alive. */
export class QueueStandings {
  readonly #store: Pick<Transactions, "read">;
  readonly #claims: TurnClaims;

  constructor(store: Pick<Transactions, "read">, claims: TurnClaims) {
    this.#store = store;
    this.#claims = claims;
  }

  of(sessionId: SessionId): Standing {
    return this.#store.read((tx) => {
      const prompts = listQueue(tx, sessionId);
      return {
        turn: this.#claims.runningTurn(tx, sessionId),
        prompts,
        head: prompts.find((prompt) => this.isLive(prompt)) ?? null,
      };
    });
  }

  isLive({ ownerId, waiterId }: Pick<StoredPrompt, "ownerId" | "waiterId">): boolean {
    return ownerId !== null && [ownerId, waiterId].some((id) => id !== null && this.#claims.isAliveId(id));
  }

  /** What a process that died was to run, where a prompt of this window is among it: this window goes on with all of it. */
  leftByDead(prompts: readonly StoredPrompt[], own: string): readonly StoredPrompt[] {
    const orphans = prompts.filter(({ ownerId }) => ownerId !== null && !this.#claims.isAliveId(ownerId));
    const owners = new Set(orphans.flatMap(({ waiterId, ownerId }) => (waiterId === own ? [ownerId] : [])));
    return orphans.filter(({ ownerId }) => owners.has(ownerId));
  }

  /** What this process is to run for other windows. */
  typedElsewhere(prompts: readonly StoredPrompt[], own: string): readonly StoredPrompt[] {
    return prompts.filter(({ ownerId, waiterId }) => ownerId === own && waiterId !== null && waiterId !== own);
  }
}
