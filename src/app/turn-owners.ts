import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import { listQueue, adoptQueued } from "../store/queue.ts";
import { answerTurn, askTurn, getTurn, sessionBusy, withdrawWish } from "../store/turns.ts";
import type { StoredTurn, TurnWish } from "../store/turns.ts";
import type { Context } from "./context.ts";
import { stopHere } from "./stop-session.ts";
import type { Work } from "./work.ts";

/** An owner that lives answers within a fraction of a second, whatever its turn does. */
const answerMs = 5_000;
const lookMs = 100;
/** A turn that is ended gives its tools some seconds to end. */
const endMsMax = 10_000;

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
    this.#work.claims.noteAsked(turn);
    if (turn.wish === "cancel") this.#work.turns.get(turn.sessionId)?.cancel();
    if (turn.wish === "stop") void stopHere(this.#work, turn.sessionId);
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
    const { store, events } = this.#context;
    const question = await store.transact((tx) => askTurn(tx, turn, wish));
    const endMs = performance.now() + answerMs;
    for (;;) {
      const now = store.read((tx) => getTurn(tx, turn.sessionId));
      if (question === null || now?.fence !== turn.fence) return "over";
      if (now.answered >= question) return "answered";
      if (performance.now() >= endMs) break;
      await this.#untilNextLook();
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
    if (turn !== null) await this.#end(turn, "cancel");
  }

  /**
   * Ends what any process does in these sessions, so that they can be deleted. Turns of dead processes are settled. Rejects
   * with session-busy, naming the owner, where a living one does not answer.
   */
  async stopAll(sessionIds: readonly SessionId[]): Promise<void> {
    for (const sessionId of sessionIds) {
      await stopHere(this.#work, sessionId);
      await this.#work.claims.settleDead(sessionId);
    }
    const turns = sessionIds.flatMap((id) => this.foreignTurn(id) ?? []);
    const ends = await Promise.allSettled(turns.map(async (turn) => this.#end(turn, "stop")));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  async #end(turn: StoredTurn, wish: TurnWish): Promise<void> {
    if ((await this.ask(turn, wish)) === "silent") {
      await this.#context.store.transact((tx) => {
        withdrawWish(tx, turn);
      });
      throw wish === "stop" ? didNotStop(turn) : silent(turn);
    }
    const endMs = performance.now() + endMsMax;
    while (this.foreignTurn(turn.sessionId)?.fence === turn.fence) {
      if (performance.now() >= endMs) throw didNotStop(turn);
      await this.#untilNextLook();
    }
  }

  async #untilNextLook(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#context.clock.after(lookMs, () => {
      resolve(undefined);
    });
    await promise;
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

function didNotStop({ ownerName, startedAtMs }: StoredTurn): AppError {
  const time = new Date(startedAtMs).toLocaleTimeString("en-GB");
  return new AppError(
    "session-busy",
    `the session is at work in another window and does not stop: ${ownerName}, since ${time}`,
    { hint: "it may be suspended: cancel its turn there, or end that process, and try again" },
  );
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : "unknown";
}
