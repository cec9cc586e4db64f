import { AppError } from "../lib/app-error.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import type { SessionId } from "../schema/ids.ts";
import type { FinishReason } from "../schema/message.ts";
import type { QueuedKind, QueuedPrompt } from "../schema/queued-prompt.ts";
import type { ReadHandle, WriteHandle } from "../store/handle.ts";
import {
  adoptQueued,
  assignQueued,
  countQueuedOf,
  editQueued,
  getQueued,
  insertQueued,
  listQueue,
  listWaiting,
  moveQueued,
  setQueuedKind,
  takeQueued,
} from "../store/queue.ts";
import type { StoredPrompt } from "../store/queue.ts";
import { changeSessionFacts } from "../store/session-facts.ts";
import { getTurn } from "../store/turns.ts";
import { setDraftAttachments } from "../store/views.ts";
import type { PromptInput, TurnOutcome } from "./prompt.ts";
import type { Context } from "./context.ts";
import { errorWords } from "./failure-hint.ts";
import { sessionNotFound } from "./find-session.ts";
import { maskAttachment } from "./mask-content.ts";
import { QueueStandings } from "./queue-standings.ts";
import { runPrompt } from "./run-prompt.ts";
import { checkPrompt } from "./send-prompt.ts";
import type { SendOptions, SessionQueue } from "./queue.ts";
import type { TurnOwners } from "./turn-owners.ts";
import type { Work } from "./work.ts";

/** Who holds a queue up may end without a word: its lock is looked at this often. */
const recheckMs = 1_000;

export interface QueueParts {
  readonly owners: TurnOwners;
  /** A program without a screen runs its own prompt alone. */
  readonly isHeadless: boolean;
  /** A turn of another process was settled here. */
  readonly lookAtTurns: () => void;
}

/**
 * The queues as one process sees them. Who is alive is told by locks: a prompt runs by itself only while the process that
 * is to run it, or the window in which it was typed, has lived ever since.
 */
export class PromptQueue implements SessionQueue, Disposable {
  readonly #context: Context;
  readonly #work: Work;
  readonly #parts: QueueParts;
  readonly #standings: QueueStandings;
  /** Where a prompt begins or the queue is being paused at the moment. */
  readonly #held = new Set<SessionId>();
  /** Their person has been told that the last step is unfinished: going on means going on all the same. */
  readonly #warned = new Set<SessionId>();
  /** Prompts that `send` runs. */
  readonly #sent = new Set<string>();
  readonly #rechecks = new Map<SessionId, () => void>();
  readonly #stopWatching: () => void;
  #isDisposed = false;

  constructor(context: Context, work: Work, parts: QueueParts) {
    this.#context = context;
    this.#work = work;
    this.#parts = parts;
    this.#standings = new QueueStandings(context.store, work.claims);
    this.#stopWatching = context.events.watch((event) => {
      if (event.type === "turn-end" || event.type === "queue-changed") this.#next(event.sessionId);
    });
    work.onEnded((sessionId, reason) => {
      this.#afterOwn(sessionId, reason);
    });
  }

  list(sessionId: SessionId): readonly QueuedPrompt[] {
    const { claims } = this.#work;
    const prompts = this.#context.store.read((tx) => listQueue(tx, sessionId));
    return prompts.map(({ id, kind, text, attachments, ...rest }) => {
      const isForeign = rest.waiterId !== null && !claims.isOwnId(rest.waiterId) && claims.isAliveId(rest.waiterId);
      const state = this.#standings.isLive(rest) ? "waiting" : "paused";
      return { id, sessionId, kind, text, attachments, state, origin: isForeign ? rest.waiterName : null };
    });
  }

  paused(): readonly SessionId[] {
    const waiting = this.#context.store.read(listWaiting);
    const paused = waiting.filter((prompt) => !this.#standings.isLive(prompt));
    return [...new Set(paused.map(({ sessionId }) => sessionId))];
  }

  ownCount(): number {
    const own = this.#work.claims.knownOwnerId();
    return own === null ? 0 : this.#context.store.read((tx) => countQueuedOf(tx, own));
  }

  async add(sessionId: SessionId, prompt: PromptInput, kind: QueuedKind): Promise<void> {
    await this.#insert(sessionId, prompt, { kind, isForOwner: true });
    this.#next(sessionId);
    const turn = this.#parts.owners.foreignTurn(sessionId);
    // Nobody waits for the answer: a silent owner is told of by an event.
    if (turn !== null) this.#parts.owners.ask(turn).catch(() => undefined);
  }

  async edit(id: string, text: string): Promise<boolean> {
    checkPrompt({ text, attachments: this.#context.store.read((tx) => getQueued(tx, id))?.attachments ?? [] });
    const masked = maskSecrets(text, this.#context.secrets());
    return this.#context.store.transact((tx) => editQueued(tx, id, { text: masked }));
  }

  async remove(id: string): Promise<boolean> {
    return this.#context.store.transact((tx) => {
      const prompt = getQueued(tx, id);
      return prompt !== null && takeQueued(tx, prompt);
    });
  }

  async setKind(id: string, kind: QueuedKind): Promise<boolean> {
    return this.#context.store.transact((tx) => setQueuedKind(tx, id, kind));
  }

  async move(id: string, place: number): Promise<boolean> {
    return this.#context.store.transact((tx) => moveQueued(tx, id, place));
  }

  async runNow(id: string): Promise<boolean> {
    return this.#context.store.transact((tx) => {
      const prompt = getQueued(tx, id);
      if (prompt === null) return false;
      this.#assignHere(tx, prompt.sessionId, [prompt]);
      if (getTurn(tx, prompt.sessionId) !== null) setQueuedKind(tx, id, "steering");
      return moveQueued(tx, id, 0);
    });
  }

  async resume(sessionId: SessionId): Promise<void> {
    await this.#context.store.transact((tx) => {
      const paused = listQueue(tx, sessionId).filter((prompt) => !this.#standings.isLive(prompt));
      this.#assignHere(tx, sessionId, paused);
    });
  }

  async send(sessionId: SessionId, prompt: PromptInput, options: SendOptions): Promise<TurnOutcome> {
    checkPrompt(prompt);
    let holder = this.#holder(sessionId);
    if (holder === null) {
      let isStored = false;
      const onStored = (): void => {
        isStored = true;
      };
      try {
        return await runPrompt(this.#context, this.#work, { sessionId, prompt, onStored });
      } catch (error) {
        // Somebody else was faster; a turn that is taken over later has its prompt.
        if (isStored || !options.mayWait || !isBusy(error)) throw error;
      }
      holder = this.#holder(sessionId) ?? "another program";
    } else if (!options.mayWait) {
      throw new AppError("session-busy", `the session is at work: ${holder} has it`, {
        hint: "without --no-wait the prompt waits in the session's queue",
      });
    }
    const id = await this.#insert(sessionId, prompt, { kind: "follow-up", isForOwner: false });
    this.#sent.add(id);
    options.onWait(holder);
    try {
      await this.#askOwner(sessionId, options);
      return await this.#runInTurn(sessionId, id, { ...options, goesOnAnyway: prompt.goesOnAnyway === true });
    } finally {
      this.#sent.delete(id);
    }
  }

  async takeOver(sessionId: SessionId): Promise<void> {
    await this.#parts.owners.takeOver(sessionId);
    this.#parts.lookAtTurns();
    this.#next(sessionId);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#stopWatching();
    for (const cancel of this.#rechecks.values()) cancel();
  }

  /** Who is at work in the session, or is to be next; null: nobody. */
  #holder(sessionId: SessionId): string | null {
    const { turn, head } = this.#standings.of(sessionId);
    return turn?.ownerName ?? head?.waiterName ?? null;
  }

  async #runInTurn(
    sessionId: SessionId,
    id: string,
    { signal, onBegin, goesOnAnyway }: SendOptions & { readonly goesOnAnyway: boolean },
  ): Promise<TurnOutcome> {
    for (;;) {
      if (signal.aborted) {
        await this.remove(id);
        throw new AppError("turn-canceled", "canceled before the prompt had its turn");
      }
      const queued = this.#context.store.read((tx) => getQueued(tx, id));
      if (queued === null) throw new AppError("turn-canceled", "the prompt was removed from the session's queue");
      const { turn, head } = this.#standings.of(sessionId);
      if (turn === null && head?.id === id) {
        try {
          onBegin();
          return await runPrompt(this.#context, this.#work, { sessionId, prompt: { ...queued, goesOnAnyway }, queued });
        } catch (error) {
          if (!isBusy(error) || this.#context.store.read((tx) => getQueued(tx, id)) === null) throw error;
        }
      }
      await this.#change(sessionId, signal);
    }
  }

  async #askOwner(sessionId: SessionId, { mayTakeOver, onSilent }: SendOptions): Promise<void> {
    const turn = this.#parts.owners.foreignTurn(sessionId);
    if (turn === null || (await this.#parts.owners.ask(turn)) !== "silent") return;
    if (mayTakeOver) await this.takeOver(sessionId);
    else onSilent(turn.ownerName);
  }

  /** Resolves when the session's turn or queue may have changed. */
  async #change(sessionId: SessionId, signal: AbortSignal): Promise<void> {
    const { clock, events } = this.#context;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const changed = (): void => {
      resolve(undefined);
    };
    const cancelTimer = clock.after(recheckMs, changed);
    const stopWatching = events.watch((event) => {
      if (event.sessionId === sessionId && (event.type === "turn-end" || event.type === "queue-changed")) changed();
    });
    signal.addEventListener("abort", changed, { once: true });
    await promise;
    signal.removeEventListener("abort", changed);
    cancelTimer();
    stopWatching();
  }

  async #insert(
    sessionId: SessionId,
    prompt: PromptInput,
    { kind, isForOwner }: { readonly kind: QueuedKind; readonly isForOwner: boolean },
  ): Promise<string> {
    checkPrompt(prompt);
    const { store, secrets, unsaved } = this.#context;
    const { claims } = this.#work;
    const own = claims.ownerId();
    const queued = {
      id: crypto.randomUUID(),
      sessionId,
      kind,
      text: maskSecrets(prompt.text, secrets()),
      attachments: prompt.attachments.map((part) => maskAttachment(part, secrets())),
      waiterId: own,
      waiterName: claims.ownerName,
      version: 1,
    };
    await store.transact(
      (tx) => {
        unsaved.save(tx, sessionId);
        const ownerId = isForOwner ? (getTurn(tx, sessionId)?.ownerId ?? own) : own;
        if (!insertQueued(tx, { ...queued, ownerId })) throw sessionNotFound(sessionId);
        if (!isForOwner) return;
        changeSessionFacts(tx, sessionId, { draft: "" });
        setDraftAttachments(tx, sessionId, []);
      },
      { survives: "power-loss" },
    );
    return queued.id;
  }

  #assignHere(tx: WriteHandle, sessionId: SessionId, prompts: readonly StoredPrompt[]): void {
    const { claims } = this.#work;
    const waiterId = claims.ownerId();
    const ownerId = getTurn(tx, sessionId)?.ownerId ?? waiterId;
    assignQueued(tx, prompts, { ownerId, waiterId, waiterName: claims.ownerName });
  }

  /** Runs what is this process' to run, where the session is free. Called from watchers: it must not throw. */
  #next(sessionId: SessionId): void {
    try {
      this.#look(sessionId);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // The database can't be read at the moment.
      this.#recheck(sessionId);
    }
  }

  #look(sessionId: SessionId): void {
    const own = this.#work.claims.knownOwnerId();
    if (this.#isDisposed || own === null || this.#held.has(sessionId)) return;
    if (this.#work.turns.get(sessionId) !== undefined || this.#work.commands.isRunning(sessionId)) return;
    const { turn, prompts, head } = this.#standings.of(sessionId);
    if (this.#parts.isHeadless) {
      if (this.#standings.typedElsewhere(prompts, own).length > 0) this.#giveBack(sessionId, own);
      return;
    }
    const left = turn === null ? this.#standings.leftByDead(prompts, own) : [];
    if (left.length > 0) void this.#quietly((tx) => adoptQueued(tx, left, own));
    else if (turn === null && head?.ownerId === own && !this.#sent.has(head.id)) void this.#start(head);
    else if (prompts.some(({ waiterId }) => waiterId === own)) this.#recheck(sessionId);
  }

  /** It runs its own prompt alone, and may live on for long: each window runs what was typed there. */
  #giveBack(sessionId: SessionId, own: string): void {
    // Where the disk does not take it now.
    this.#recheck(sessionId);
    void this.#quietly((tx) => {
      for (const prompt of this.#standings.typedElsewhere(listQueue(tx, sessionId), own)) {
        if (prompt.waiterId !== null) adoptQueued(tx, [prompt], prompt.waiterId);
      }
    });
  }

  #recheck(sessionId: SessionId): void {
    if (this.#rechecks.has(sessionId)) return;
    const cancel = this.#context.clock.after(recheckMs, () => {
      this.#rechecks.delete(sessionId);
      this.#next(sessionId);
    });
    this.#rechecks.set(sessionId, cancel);
  }

  async #start(queued: StoredPrompt): Promise<void> {
    const { sessionId } = queued;
    this.#held.add(sessionId);
    try {
      const goesOnAnyway = this.#warned.delete(sessionId);
      await runPrompt(this.#context, this.#work, { sessionId, prompt: { ...queued, goesOnAnyway }, queued });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === "session-unfinished") this.#warned.add(sessionId);
      // What had begun has told of its end itself.
      const isUntouched = this.#mayBe((tx) => getQueued(tx, queued.id) !== null);
      if (isUntouched && !isBusy(error)) await this.#pause(sessionId, error);
    } finally {
      this.#held.delete(sessionId);
    }
    if (!this.#isDisposed) this.#next(sessionId);
  }

  #afterOwn(sessionId: SessionId, reason: FinishReason): void {
    if (this.#isDisposed) return;
    if (reason === "error" || reason === "canceled") void this.#pause(sessionId, null);
    else this.#next(sessionId);
  }

  /** After a failure or a cancel the person decides; prompts that another process is to run by itself stay theirs. */
  async #pause(sessionId: SessionId, problem: AppError | null): Promise<void> {
    const own = this.#work.claims.knownOwnerId();
    const isOwn = ({ id, ownerId }: StoredPrompt): boolean => ownerId === own && !this.#sent.has(id);
    if (own === null || !this.#mayBe((tx) => listQueue(tx, sessionId).some(isOwn))) return;
    this.#held.add(sessionId);
    await this.#quietly((tx) => {
      assignQueued(tx, listQueue(tx, sessionId).filter(isOwn), null);
    });
    this.#held.delete(sessionId);
    if (problem !== null) this.#context.events.emit({ type: "queue-stopped", sessionId, ...errorWords(problem) });
  }

  /** True, too, where the database can't be read at the moment: nobody is there to be told. */
  #mayBe(isSo: (tx: ReadHandle) => boolean): boolean {
    try {
      return this.#context.store.read(isSo);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return true;
    }
  }

  /** Nobody waits for it; where the disk does not take it, the prompts stay as they are. */
  async #quietly(write: (tx: WriteHandle) => void): Promise<void> {
    try {
      await this.#context.store.transact(write);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#context.log.write("warn", "a queue could not be changed", { error: error.code });
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof AppError && error.code === "session-busy";
}
