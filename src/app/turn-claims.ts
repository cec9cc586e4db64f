import { hostname } from "node:os";
import { AppError } from "../lib/app-error.ts";
import { toFileError } from "../lib/file-error.ts";
import type { SessionId } from "../schema/ids.ts";
import type { FinishReason } from "../schema/message.ts";
import { deleteAsks } from "../store/asks.ts";
import type { ReadHandle, WriteHandle } from "../store/handle.ts";
import { isOwnerAlive, OwnerLock } from "../store/owner-lock.ts";
import { claimTurn, getTurn, holdsTurn, listTurns, releaseTurn, sessionBusy } from "../store/turns.ts";
import type { StoredTurn, TurnClaim, TurnPhase } from "../store/turns.ts";
import { deleteUnseenEnd } from "../store/unseen-ends.ts";
import type { Context } from "./context.ts";
import { errorWords } from "./failure-hint.ts";
import { journaledCommands, keepLeftCommand, type LeftCommand } from "./left-commands.ts";
import { LeftJobs } from "./left-jobs.ts";
import { OverTurns } from "./over-turns.ts";
import { removeStrayJournals } from "./stray-journals.ts";

type ClaimContext = Pick<
  Context,
  | "store"
  | "journals"
  | "guards"
  | "models"
  | "secrets"
  | "config"
  | "log"
  | "clock"
  | "events"
  | "shortId"
  | "unsaved"
  | "ends"
>;

export interface NewTurn {
  readonly sessionId: SessionId;
  readonly phase: TurnPhase;
  /** Runs in the transaction that begins the turn, once the session is the turn's. */
  readonly begin?: (tx: WriteHandle, claim: TurnClaim) => void;
}

const takenWhy = "Another window has taken the session over: the program that ran the turn did not answer.";
const closedWhy = "The program was closed while it waited for the person.";
const endedWhy = "The program ended in the middle of the turn.";
/** Opening waits no longer for what another program's lock holds up; it goes on behind the screen. */
const openingWaitMs = 250;

/** This process, for people. */
function processName(): string {
  return `process ${String(process.pid)} on ${hostname()}`;
}

/** Which turns this process may run. It marks itself as alive at its first one. */
export class TurnClaims {
  /** How this process is named to people in other windows. */
  readonly ownerName = processName();
  readonly #context: ClaimContext;
  /** Set where the database is looked at only: no turn can be begun, and those of a newer program may be of another form. */
  readonly #writeRefusal: AppError | null;
  #lock: OwnerLock | null = null;
  readonly #over: OverTurns;
  readonly #leftJobs: LeftJobs;

  constructor(context: ClaimContext, { writeRefusal }: { readonly writeRefusal: AppError | null }) {
    this.#context = context;
    this.#over = new OverTurns(context.clock);
    this.#leftJobs = new LeftJobs(context);
    this.#writeRefusal = writeRefusal;
  }

  /**
   * Takes the session for a turn; a turn of a dead process is settled first. Survives a loss of power. Throws AppError
   * session-busy, naming the owner, where a living process runs it; session-not-found.
   */
  async claim({ sessionId, phase, begin }: NewTurn): Promise<TurnClaim> {
    const { store, unsaved } = this.#context;
    const { id: ownerId } = this.#ownLock();
    const left = store.read((tx) => getTurn(tx, sessionId));
    if (left !== null && (left.ownerId === ownerId || !this.#isAlive(left))) {
      await this.#settle(left, this.#whyOf(left));
    }
    try {
      return await store.transact(
        (tx) => {
          if (begin !== undefined) unsaved.save(tx, sessionId);
          const claim = claimTurn(tx, { sessionId, ownerId, ownerName: this.ownerName, phase });
          begin?.(tx, claim);
          // Whatever goes on here, a question of before is no longer the one thing that the session waits for.
          deleteAsks(tx, sessionId);
          deleteUnseenEnd(tx, sessionId);
          return claim;
        },
        { survives: "power-loss" },
      );
    } catch (error) {
      this.#dropOwn(sessionId);
      throw error;
    }
  }

  /** The turn is on disk. Never rejects: a row that stays is settled later, as ended. */
  async release(claim: TurnClaim, reason: FinishReason): Promise<void> {
    const { store, ends } = this.#context;
    try {
      await store.transact((tx) => {
        if (!releaseTurn(tx, claim)) return;
        deleteAsks(tx, claim.sessionId);
        ends.ended(tx, claim.sessionId, reason);
      });
    } catch (error) {
      this.#markOver(claim, endedWhy);
      this.#warn("a turn could not be released", claim.sessionId, error);
    }
  }

  /** The turn ended by an error: what it left is settled as far as the disk allows. Never rejects. */
  async abandon(claim: TurnClaim, reason: unknown): Promise<void> {
    const why = `The turn failed: ${errorWords(reason).message}`;
    try {
      const left = this.#context.store.read((tx) => getTurn(tx, claim.sessionId));
      if (left?.fence !== claim.fence) {
        // Its session is gone, as a rule: nobody settles the turn, and what had streamed goes as well.
        removeStrayJournals(this.#context);
        return;
      }
      await this.#context.store.transact((tx) => {
        if (holdsTurn(tx, claim)) deleteAsks(tx, claim.sessionId);
      });
      await this.#settle(left, why);
    } catch (error) {
      this.#markOver(claim, why);
      this.#warn("a turn could not be settled", claim.sessionId, error);
    }
  }

  /** Another process asks for the turn: where it is over, its row is tried to be taken away at once. */
  noteAsked({ fence }: StoredTurn): void {
    this.#over.tryNow(fence);
  }

  /**
   * Settles what dead processes left, before anything is shown. Costs one query where nothing is left. Resolves to what the
   * person is to be told of it; null: nothing. Never rejects.
   */
  async settleLeft(): Promise<string | null> {
    if (this.#writeRefusal !== null) return null;
    const { store, journals, clock } = this.#context;
    removeStrayJournals(this.#context);
    const turns = store.read(listTurns);
    const left = journaledCommands(journals).filter(({ ownerId }) => !this.isAliveId(ownerId));
    const dead = turns.filter((turn) => !this.#isAlive(turn));
    const ended = this.#leftJobs.end((ownerId) => this.isAliveId(ownerId));
    if (dead.length === 0 && left.length === 0) return ended;
    const bound = Promise.withResolvers<undefined>();
    const cancel = clock.after(openingWaitMs, () => {
      bound.resolve(undefined);
    });
    const work = [
      ...dead.map(async (turn) => this.#settleQuietly(turn)),
      ...left.map(async (command) => this.#keepQuietly(command)),
    ];
    await Promise.race([Promise.all(work), bound.promise]);
    cancel();
    return ended;
  }

  /** Resolves when what dead processes had left running has ended. */
  async leftJobsEnded(): Promise<void> {
    await this.#leftJobs.settled();
  }

  /** The same for a session that is about to be shown (which does not wait) or deleted (so that its costs are booked). */
  async settleDead(sessionId: SessionId): Promise<void> {
    if (this.#writeRefusal !== null) return;
    this.#endLeftJobs();
    const left = this.#context.store.read((tx) => getTurn(tx, sessionId));
    if (left !== null && !this.#isAlive(left)) await this.#settleQuietly(left);
    const { journals } = this.#context;
    for (const command of journaledCommands(journals)) {
      if (command.sessionId === sessionId && !this.isAliveId(command.ownerId)) await this.#keepQuietly(command);
    }
  }

  /** The turn that runs in the session, here or elsewhere; null where it is over or its process is dead. */
  runningTurn(handle: ReadHandle, sessionId: SessionId): StoredTurn | null {
    const turn = getTurn(handle, sessionId);
    return turn !== null && this.#isAlive(turn) ? turn : null;
  }

  /** Marks this process as alive, where it is not yet. Throws AppError where it can't be. */
  ownerId(): string {
    return this.#ownLock().id;
  }

  /** The same for what is right without a mark too, as a command that makes space on a full disk; null: it can't be. */
  ownerIdWherePossible(): string | null {
    try {
      return this.ownerId();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return null;
    }
  }

  /** Null: this process has not been marked as alive. */
  knownOwnerId(): string | null {
    return this.#lock?.id ?? null;
  }

  isOwnId(ownerId: string): boolean {
    return ownerId === this.#lock?.id;
  }

  /** Whether the process lives: this one, or one whose lock is held. */
  isAliveId(ownerId: string): boolean {
    return this.isOwnId(ownerId) || isOwnerAlive(this.#context.config.dataDirectory, ownerId);
  }

  isOwn(turn: StoredTurn): boolean {
    return this.isOwnId(turn.ownerId);
  }

  /** Settles the turn of a process that lives and does not answer, because a person wants it so. */
  async take(turn: StoredTurn): Promise<void> {
    await this.#settle(turn, takenWhy);
  }

  /** Gives up a turn of this process that waits for the person: what it asks stays asked. Never rejects. */
  async leave(sessionId: SessionId): Promise<void> {
    try {
      const turn = this.#context.store.read((tx) => getTurn(tx, sessionId));
      if (turn !== null && this.isOwn(turn)) await this.#settle(turn, closedWhy);
    } catch (error) {
      this.#warn("a turn could not be settled", sessionId, error);
    }
  }

  /** Settles the turn where its process has died. Never rejects. */
  async settleIfDead(turn: StoredTurn): Promise<void> {
    if (this.#writeRefusal === null && !this.#isAlive(turn)) await this.#settleQuietly(turn);
  }

  /** The sessions whose turns run in other, living processes. */
  runningElsewhere(handle: ReadHandle): ReadonlySet<SessionId> {
    if (this.#writeRefusal !== null) return new Set();
    return new Set(this.#othersTurns(handle).map((turn) => turn.sessionId));
  }

  /** Throws AppError session-busy, naming the owner, where another process is at work in the session. */
  requireFree(sessionId: SessionId): void {
    const { store } = this.#context;
    const running = store.read((tx) => this.#othersTurns(tx).find((turn) => turn.sessionId === sessionId));
    if (running !== undefined) throw sessionBusy(running);
  }

  /** The process is about to end, or has no turns any more. */
  [Symbol.dispose](): void {
    this.#over[Symbol.dispose]();
    this.#lock?.[Symbol.dispose]();
    this.#lock = null;
  }

  #ownLock(): OwnerLock {
    if (this.#writeRefusal !== null) throw this.#writeRefusal;
    this.#endLeftJobs();
    // One whose file was removed protects nothing; the turns begun under it have lost their place.
    if (this.#lock?.isSeen() === true) return this.#lock;
    this.#lock?.[Symbol.dispose]();
    this.#lock = null;
    const { dataDirectory } = this.#context.config;
    try {
      this.#lock = OwnerLock.acquire(dataDirectory);
    } catch (error) {
      throw toFileError(error, `mark this process as at work in ${dataDirectory}`);
    }
    return this.#lock;
  }

  #othersTurns(handle: ReadHandle): readonly StoredTurn[] {
    return listTurns(handle).filter((turn) => !this.isOwn(turn) && this.#isAlive(turn));
  }

  #isAlive({ fence, ownerId }: StoredTurn): boolean {
    return !this.#over.has(fence) && this.isAliveId(ownerId);
  }

  /** A turn that could not be begun has its row all the same where only the disk's confirmation failed. */
  #dropOwn(sessionId: SessionId): void {
    try {
      const left = this.#context.store.read((tx) => getTurn(tx, sessionId));
      if (left !== null && this.isOwn(left)) this.#markOver(left, endedWhy);
    } catch (error) {
      this.#warn("a turn that failed could not be looked for", sessionId, error);
    }
  }

  #markOver({ sessionId, fence }: TurnClaim, why: string): void {
    this.#over.add(fence, async () => {
      const left = this.#context.store.read((tx) => getTurn(tx, sessionId));
      if (left?.fence === fence) await this.#settle(left, why);
    });
  }

  async #settle(turn: StoredTurn, why: string): Promise<void> {
    if (!(await this.#context.guards.settle(this.#context, turn, why))) return;
    const { log, shortId } = this.#context;
    log.write("info", "turn settled", { session: shortId(turn.sessionId), phase: turn.phase });
  }

  /** Of dead processes; the person is told at once. */
  #endLeftJobs(): void {
    const message = this.#leftJobs.end((ownerId) => this.isAliveId(ownerId));
    if (message !== null) this.#context.events.emit({ type: "jobs-ended", sessionId: null, message });
  }

  /** Why the turn of a dead process is over. What that had left running in the session is ended. */
  #whyOf({ ownerId, sessionId }: StoredTurn): string {
    this.#endLeftJobs();
    const names = this.#leftJobs.namesOf({ ownerId, session: this.#context.shortId(sessionId) });
    return names.length === 0 ? endedWhy : `${endedWhy} What it had left running was ended: ${names.join("; ")}.`;
  }

  async #settleQuietly(turn: StoredTurn): Promise<void> {
    try {
      await this.#settle(turn, this.#whyOf(turn));
    } catch (error) {
      this.#warn("a turn could not be settled", turn.sessionId, error);
    }
  }

  async #keepQuietly(command: LeftCommand): Promise<void> {
    try {
      await keepLeftCommand(this.#context, command);
    } catch (error) {
      this.#warn("a command of a process that had died could not be kept", command.sessionId, error);
    }
  }

  #warn(message: string, sessionId: SessionId, error: unknown): void {
    const { log, shortId } = this.#context;
    log.write("warn", message, {
      session: shortId(sessionId),
      error: error instanceof Error && "code" in error ? String(error.code) : "unknown",
    });
  }
}
