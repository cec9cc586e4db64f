import type { SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import type { ReadHandle } from "../store/handle.ts";
import { getSession } from "../store/sessions.ts";
import { listTurns } from "../store/turns.ts";
import type { StoredTurn } from "../store/turns.ts";
import type { Context } from "./context.ts";
import { endOfTurn } from "./end-of-turn.ts";
import { ForeignTurn } from "./foreign-turn.ts";
import { leftQuestions } from "./left-questions.ts";
import type { TurnClaims } from "./turn-claims.ts";

/** The turns that run in other processes of ours. */
export class ForeignTurns {
  readonly #context: Pick<Context, "store" | "journals">;
  readonly #claims: TurnClaims;
  readonly #turns = new Map<number, ForeignTurn>();
  #asked: readonly StoredTurn[] = [];

  constructor(context: Pick<Context, "store" | "journals">, claims: TurnClaims) {
    this.#context = context;
    this.#claims = claims;
  }

  get isEmpty(): boolean {
    return this.#turns.size === 0;
  }

  /** Turns of this process whose owner others want an answer of, as the last look found. */
  get asked(): readonly StoredTurn[] {
    return this.#asked;
  }

  of(sessionId: SessionId): ForeignTurn | undefined {
    return [...this.#turns.values()].find(({ turn }) => turn.sessionId === sessionId);
  }

  /** Which have begun, moved on and ended since the last look. */
  look(handle: ReadHandle): readonly SessionEvent[] {
    const all = listTurns(handle);
    const turns = all.filter((turn) => !this.#claims.isOwn(turn));
    this.#asked = all.filter((turn) => this.#claims.isOwn(turn) && turn.asked > turn.answered);
    const fences = new Set(turns.map(({ fence }) => fence));
    const ended = [...this.#turns.values()].filter(({ turn }) => !fences.has(turn.fence));
    for (const { turn } of ended) this.#turns.delete(turn.fence);
    return [
      ...ended.flatMap(({ turn }) => endOf(handle, turn.sessionId)),
      ...turns.flatMap((turn): readonly SessionEvent[] => {
        const known = this.#turns.get(turn.fence);
        if (known !== undefined) return known.move(handle, turn);
        const begun = new ForeignTurn(this.#context.journals, turn);
        this.#turns.set(turn.fence, begun);
        return [{ type: "turn-start", sessionId: turn.sessionId }, ...begun.move(handle, turn)];
      }),
    ];
  }

  /** What has streamed in these sessions since the last call. */
  readOn(isFollowed: (sessionId: SessionId) => boolean): readonly SessionEvent[] {
    return [...this.#turns.values()].filter(({ turn }) => isFollowed(turn.sessionId)).flatMap((turn) => turn.readOn());
  }

  /** Settles those whose process has died. Never rejects. */
  async settleDead(): Promise<void> {
    await Promise.all([...this.#turns.values()].map(async ({ turn }) => this.#claims.settleIfDead(turn)));
  }
}

function endOf(handle: ReadHandle, sessionId: SessionId): readonly SessionEvent[] {
  if (getSession(handle, sessionId) === null) return [];
  const { reason, finish } = endOfTurn(handle, sessionId);
  const errorMessage = reason === "error" ? (finish?.message ?? "") : "";
  return [
    { type: "turn-end", sessionId, reason, ...(errorMessage === "" ? {} : { errorMessage }) },
    // Its process is gone, and it waited for the person: who looks on can answer in its place.
    ...leftQuestions(handle, sessionId).map(({ request }): SessionEvent => ({
      type: "permission-asked",
      sessionId,
      request,
      origin: "left",
    })),
  ];
}
