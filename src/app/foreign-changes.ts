import { AppError } from "../lib/app-error.ts";
import { watchDirectory } from "../lib/watch-directory.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import type { ReadHandle } from "../store/handle.ts";
import { listQueueMarks } from "../store/queue.ts";
import type { StoredTurn } from "../store/turns.ts";
import type { Store } from "../store/store.ts";
import type { LiveCommand, LiveTurn } from "./app.ts";
import type { Context } from "./context.ts";
import { ForeignCommands } from "./foreign-commands.ts";
import { ForeignMessages } from "./foreign-messages.ts";
import { ForeignSessions } from "./foreign-sessions.ts";
import { ForeignTurns } from "./foreign-turns.ts";
import type { TurnClaims } from "./turn-claims.ts";

/**
 * From the system's word that something was written to the looks: several writes are seen at once, and a writer that syncs
 * its commit makes it known only after that.
 */
const wokenMs = [25, 50, 75, 100, 250];
/** Where the system tells of each write, looking by itself is for the case that it does not. */
const watchedMs = 1_000;
/** Where it does not, and for what calls of another process print: that is written below the directory. */
const unwatchedMs = 200;
/** While another process' answer is followed: it writes its journal each 50 ms. */
const streamingMs = 60;
/** A lock is looked at no more often. */
const aliveMs = 1_000;
/** Changes that the system did not tell of, after which it is not relied on any more. */
const missedMax = 3;
/** More than a front end keeps open. */
const followedMax = 32;

export interface ForeignParts {
  readonly context: Pick<Context, "config" | "clock" | "events" | "journals" | "log" | "search" | "unsaved">;
  readonly store: Store;
  readonly claims: TurnClaims;
  /** The sessions into which turns of this process write. */
  readonly ownTurns: () => readonly SessionId[];
  /** Whether a command of the person's runs in this process, by the row that it will be. */
  readonly isOwnCommand: (id: MessageId) => boolean;
  /** Another process asks whether this one, which runs the turn, is there, and perhaps for something more. */
  readonly answer: (turn: StoredTurn) => void;
  /** Sessions may have been deleted between the opening and the first look: what is kept of them is looked for. */
  readonly sweep: () => void;
  /** `store.foreignVersion()` when the store was opened. */
  readonly openedVersion: number;
}

/**
 * Follows what other processes, ours or another program's, write into the project, and tells the watchers by the same
 * events as of own writes: of every session that it was created, changed or deleted and that a turn began or ended; of
 * followed ones each message too, and what streams. `file-changed`, `usage-recorded` and `grants-changed` are own writes only.
 */
export class ForeignChanges {
  readonly #parts: ForeignParts;
  readonly #sessions: ForeignSessions;
  readonly #turns: ForeignTurns;
  readonly #commands: ForeignCommands;
  readonly #followed = new Map<SessionId, ForeignMessages>();
  readonly #stopAccepting: () => void;
  readonly #watcher: Disposable | null;
  #queues: ReadonlyMap<SessionId, string>;
  #version: number;
  #missedCount = 0;
  /** The next look of those after a wake; null: none is due. */
  #wokenLook: number | null = null;
  #livenessAtMs = 0;
  #timer: { readonly dueAtMs: number; readonly cancel: () => void } | null = null;
  #isDisposed = false;

  constructor(parts: ForeignParts, followed: readonly SessionId[]) {
    const { context, store, claims } = parts;
    this.#parts = parts;
    this.#version = store.foreignVersion();
    this.#turns = new ForeignTurns({ ...context, store }, claims);
    this.#commands = new ForeignCommands({ journals: context.journals, claims, isOwn: parts.isOwnCommand });
    const isUncertain = this.#version !== parts.openedVersion;
    const begun = store.read((tx) => {
      for (const id of followed) this.#followed.set(id, new ForeignMessages(tx, id, { isUncertain }));
      return {
        queues: listQueueMarks(tx),
        sessions: new ForeignSessions(tx, context.clock),
        turns: this.#turns.look(tx),
        messages: this.#lookAtMessages(tx),
      };
    });
    this.#sessions = begun.sessions;
    this.#queues = begun.queues;
    this.#stopAccepting = store.subscribe((event) => {
      this.#acceptOwn(event);
    });
    this.#watcher = watchDirectory(context.config.dataDirectory, () => {
      this.#wake();
    });
    if (isUncertain) parts.sweep();
    const missed = followed.map((sessionId): SessionEvent => ({ type: "session-updated", sessionId }));
    const gone = [...new Set([...followed, ...parts.ownTurns()])].filter((id) => !this.#isThere(id));
    this.#tell([
      ...begun.turns,
      ...begun.messages,
      ...this.#lookAtCommands(),
      ...(isUncertain ? missed : []),
      ...gone.map((sessionId): SessionEvent => ({ type: "session-deleted", sessionId })),
    ]);
    this.#answer();
    this.#schedule();
  }

  /** From now on the messages of this session are told of: its transcript has just been read. */
  follow(sessionId: SessionId): void {
    const { store } = this.#parts;
    this.#followed.delete(sessionId);
    const isUncertain = store.foreignVersion() !== this.#version;
    this.#followed.set(
      sessionId,
      store.read((tx) => new ForeignMessages(tx, sessionId, { isUncertain })),
    );
    const [oldest] = this.#followed.keys();
    if (this.#followed.size > followedMax && oldest !== undefined) this.#followed.delete(oldest);
    this.#turns.of(sessionId)?.readOn();
    this.#commands.readOn(sessionId);
    this.#schedule();
  }

  /** Commands of the person's that run in the session, in other processes. */
  liveCommands(sessionId: SessionId): readonly LiveCommand[] {
    return this.#commands.live(sessionId);
  }

  /** The session's turn in another process; null where none is known. */
  liveTurn(sessionId: SessionId): LiveTurn | null {
    return this.#turns.of(sessionId)?.live() ?? null;
  }

  /** Looks now: for who has reason to believe that something changed. */
  look(): void {
    this.#quietly(() => {
      const version = this.#parts.store.foreignVersion();
      if (version === this.#version) return;
      this.#missedCount = this.#wokenLook === null ? this.#missedCount + 1 : 0;
      this.#version = version;
      this.#tell(this.#parts.store.read((tx) => this.#compare(tx)));
      this.#answer();
    });
  }

  #isThere(sessionId: SessionId): boolean {
    return this.#sessions.has(sessionId) || this.#parts.context.unsaved.get(sessionId) !== undefined;
  }

  #answer(): void {
    for (const turn of this.#turns.asked) this.#parts.answer(turn);
  }

  /** While another program holds the file alone, or it is damaged, who writes is told; who looks looks again. */
  #quietly(look: () => void): void {
    if (this.#isDisposed) return;
    try {
      look();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#parts.context.log.write("debug", "changes could not be looked at", { reason: error.code });
    }
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer?.cancel();
    this.#watcher?.[Symbol.dispose]();
    this.#stopAccepting();
  }

  #compare(tx: ReadHandle): readonly SessionEvent[] {
    const sessions = this.#sessions.look(tx);
    // Not at each other version: a log that was emptied counts as one, too.
    if (sessions.length > 0) this.#parts.context.search.othersWrote();
    const gone = sessions.filter((event) => event.type === "session-deleted");
    for (const { sessionId } of gone) this.#followed.delete(sessionId);
    const others = sessions.filter((event) => event.type !== "session-deleted");
    return [...others, ...this.#turns.look(tx), ...this.#lookAtMessages(tx), ...this.#lookAtQueues(tx), ...gone];
  }

  /** Of own changes too, once more. */
  #lookAtQueues(tx: ReadHandle): readonly SessionEvent[] {
    const before = this.#queues;
    this.#queues = listQueueMarks(tx);
    const ids = new Set([...before.keys(), ...this.#queues.keys()]);
    const changed = [...ids].filter((id) => before.get(id) !== this.#queues.get(id));
    return changed.map((sessionId): SessionEvent => ({ type: "queue-changed", sessionId }));
  }

  #lookAtMessages(tx: ReadHandle): readonly SessionEvent[] {
    const own = this.#parts.ownTurns();
    return [...this.#followed].flatMap(([sessionId, messages]) =>
      messages.look(tx, { isOwnTurn: own.includes(sessionId) }),
    );
  }

  #lookAtCommands(): readonly SessionEvent[] {
    return this.#commands.look((sessionId) => this.#followed.has(sessionId));
  }

  #acceptOwn(event: SessionEvent): void {
    this.#sessions.acceptOwn(event);
    if (event.sessionId === null) return;
    const messages = this.#followed.get(event.sessionId);
    if (messages === undefined) return;
    if (event.type === "session-deleted") this.#followed.delete(event.sessionId);
    else this.#quietly(() => this.#parts.store.read((tx) => messages.acceptOwn(tx, event)));
  }

  #tell(events: readonly SessionEvent[]): void {
    for (const event of events) this.#parts.context.events.emit(event);
  }

  #wake(): void {
    this.#wokenLook = 0;
    this.#schedule();
  }

  #schedule(): void {
    const { clock } = this.#parts.context;
    const dueAtMs = clock.nowMs() + this.#delayMs();
    if (this.#isDisposed || (this.#timer !== null && this.#timer.dueAtMs <= dueAtMs)) return;
    this.#timer?.cancel();
    const cancel = clock.after(this.#delayMs(), () => {
      this.#timer = null;
      this.#tick();
      this.#schedule();
    });
    this.#timer = { dueAtMs, cancel };
  }

  #delayMs(): number {
    const woken = this.#wokenLook === null ? undefined : wokenMs[this.#wokenLook];
    if (woken !== undefined) return woken;
    const turns = [...this.#followed.keys()].map((id) => this.#turns.of(id));
    if (turns.some((turn) => turn?.isStreaming === true)) return streamingMs;
    const isPrinting = turns.some((turn) => turn?.isCalling === true) || this.#commands.runsIn(this.#followed.keys());
    if (isPrinting) return unwatchedMs;
    return this.#watcher === null || this.#missedCount >= missedMax ? unwatchedMs : watchedMs;
  }

  #tick(): void {
    this.look();
    if (this.#wokenLook !== null) this.#wokenLook += 1;
    if (this.#wokenLook === wokenMs.length) this.#wokenLook = null;
    this.#tell([...this.#turns.readOn((sessionId) => this.#followed.has(sessionId)), ...this.#lookAtCommands()]);
    const { clock } = this.#parts.context;
    const isAnyElsewhere = !this.#turns.isEmpty || !this.#commands.isEmpty;
    if (!isAnyElsewhere || Math.abs(clock.nowMs() - this.#livenessAtMs) < aliveMs) return;
    this.#livenessAtMs = clock.nowMs();
    void Promise.all([this.#turns.settleDead(), this.#commands.settleDead()]).then(() => {
      this.lookAtTurns();
    });
  }

  /** Turns of other processes were settled here: of own commits the version says nothing. */
  lookAtTurns(): void {
    this.#quietly(() => this.#tell(this.#parts.store.read((tx) => this.#turns.look(tx))));
  }
}
