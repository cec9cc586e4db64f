import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import { listQueue, adoptQueued } from "../store/queue.ts";
import { answerTurn, askTurn, getTurn, sessionBusy } from "../store/turns.ts";
import type { StoredTurn, TurnWish } from "../store/turns.ts";
import type { Context } from "./context.ts";
import type { Work } from "./work.ts";

/** An owner that lives answers within a fraction of a second, whatever its turn does. */
const answerMs = 5_000;
const lookMs = 100;

export type OwnerAnswer = "answered" | "over" | "silent";

/**
 * What processes ask of one another about running turns, by way of their rows. A process that is stopped, suspended or
 * stuck does not answer; that alone takes nothing from it: a person decides.
 */
export class TurnOwners {
  readonly #context: Context;
  readonly #work: Work;

  constructor(context: Context, work: Work) {
    this.#context = context;
    this.#work = work;
  }

  /** For the owner: says that it is there, and does what it is asked for. */
  answer(turn: StoredTurn): void {
    const { store, log } = this.#context;
    if (turn.wish === "cancel") this.#work.turns.get(turn.sessionId)?.cancel();
    store
      .transact((tx) => {
        answerTurn(tx, turn);
      })
      .catch((error: unknown) => {
        log.write("warn", "a question of another process could not be answered", { error: codeOf(error) });
      });
  }

  /** The session's turn in another process that lives; null: there is none. */
  foreignTurn(sessionId: SessionId): StoredTurn | null {
    const { claims } = this.#work;
    const turn = this.#context.store.read((tx) => getTurn(tx, sessionId));
    return turn === null || claims.isOwn(turn) || !claims.isAliveId(turn.ownerId) ? null : turn;
  }

  /** Whether the turn's owner answers, at most 5 s. Tells the watchers where it does not (`owner-silent`). */
  async ask(turn: StoredTurn, wish: TurnWish | null = null): Promise<OwnerAnswer> {
    const { store, clock, events } = this.#context;
    const question = await store.transact((tx) => askTurn(tx, turn, wish));
    const endMs = performance.now() + answerMs;
    for (;;) {
      const now = store.read((tx) => getTurn(tx, turn.sessionId));
      if (question === null || now?.fence !== turn.fence) return "over";
      if (now.answered >= question) return "answered";
      if (performance.now() >= endMs) break;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      clock.after(lookMs, () => {
        resolve(undefined);
      });
      await promise;
    }
    const { sessionId, ownerName } = turn;
    events.emit({ type: "owner-silent", sessionId, ownerName });
    return "silent";
  }

  /**
   * Ends the session's turn in another process; resolves when it is on disk, at once where there is none. Rejects with
   * session-busy, naming the owner, where that does not answer.
   */
  async cancel(sessionId: SessionId): Promise<void> {
    const turn = this.foreignTurn(sessionId);
    if (turn === null) return;
    if ((await this.ask(turn, "cancel")) === "silent") throw silent(turn);
    const { clock } = this.#context;
    while (this.foreignTurn(sessionId)?.fence === turn.fence) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      clock.after(lookMs, () => {
        resolve(undefined);
      });
      await promise;
    }
  }

  /**
   * Takes the session from an owner that lives but does not answer: its turn is settled here, what it writes from now on
   * is refused, and what it was to run waits here. Rejects with session-busy where it answers after all.
   */
  async takeOver(sessionId: SessionId): Promise<void> {
    const { claims } = this.#work;
    const turn = this.foreignTurn(sessionId);
    if (turn === null) return;
    if ((await this.ask(turn)) === "answered") throw sessionBusy(turn);
    const own = claims.ownerId();
    await claims.take(turn);
    await this.#context.store.transact((tx) => {
      const left = listQueue(tx, sessionId).filter(({ ownerId }) => ownerId === turn.ownerId);
      adoptQueued(tx, left, own);
    });
    this.#context.log.write("info", "session taken over", { session: this.#context.shortId(sessionId) });
  }
}

function silent({ ownerName }: StoredTurn): AppError {
  return new AppError("session-busy", `${ownerName} has the session and does not answer`, {
    hint: "it may be stopped or suspended: let it go on, end it, or take the session over (/take-over)",
  });
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : "unknown";
}
