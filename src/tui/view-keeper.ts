import type { App } from "../app/app.ts";
import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import type { BinaryPart } from "../schema/message.ts";
import type { RecentSessions } from "./recent-sessions.ts";
import { encodeView, type SessionView } from "./session-view.ts";
import { settleSaves } from "./settle-saves.ts";
import type { Desk, UiState } from "./state.ts";
import type { TimerTable } from "./timer-table.ts";

/** The longest that a change of the view waits. Not begun anew by the next change: scrolling on and on is kept, too. */
const saveAfterMs = 500;

export interface ViewKeeperOptions {
  readonly app: Pick<App, "views">;
  readonly timers: TimerTable;
  /** Follows the saving that the time began. */
  track(task: Promise<void>): void;
}

interface NotedView {
  readonly sessionId: SessionId;
  readonly text: string;
  /** Null: those of earlier runs are not known yet. */
  readonly numbered: RecentSessions["numbered"] | null;
}

/** Keeps on disk how each session is looked at, and what is attached to its draft. */
export class ViewKeeper {
  readonly #options: ViewKeeperOptions;
  /** As stored, or on the way there. */
  readonly #saved = new Map<SessionId, NotedView>();
  readonly #attachments = new Map<SessionId, readonly BinaryPart[]>();
  #noted: NotedView | null = null;
  #desks: UiState["desks"] = {};

  constructor(options: ViewKeeperOptions) {
    this.#options = options;
  }

  /** False: nothing of it was read in this window yet. */
  isKnown(sessionId: SessionId): boolean {
    return this.#attachments.has(sessionId);
  }

  /** They came from the disk. */
  opened(sessionId: SessionId, attachments: readonly BinaryPart[]): void {
    this.#attachments.set(sessionId, attachments);
  }

  /** How the shown session is looked at now; after each frame. */
  note(sessionId: SessionId, view: SessionView, { numbered, isWhole }: RecentSessions): void {
    this.#noted = { sessionId, text: encodeView(view), numbered: isWhole ? numbered : null };
    if (!this.#isSaved(this.#noted)) this.#saveSoon();
  }

  /** What is attached anywhere. Cheap where nothing of any session changed. */
  noteAttachments(desks: UiState["desks"]): void {
    if (desks === this.#desks) return;
    this.#desks = desks;
    if (this.#changedAttachments().length > 0) this.#saveSoon();
  }

  /** Resolves when everything noted of the session is stored, and what the disk took of others. */
  async save(asked: SessionId | null): Promise<void> {
    this.#options.timers.stop("view");
    const noted = this.#noted;
    const views = noted === null ? [] : [{ sessionId: noted.sessionId, done: this.#saveView(noted) }];
    const attachments = this.#changedAttachments().map(([sessionId, desk]) => {
      return { sessionId, done: this.#saveAttachments(sessionId, desk) };
    });
    await settleSaves(asked, [...views, ...attachments]);
  }

  forget(sessionId: SessionId): void {
    this.#saved.delete(sessionId);
    this.#attachments.delete(sessionId);
    if (this.#noted?.sessionId === sessionId) this.#noted = null;
  }

  #saveSoon(): void {
    const { timers } = this.#options;
    if (timers.isRunning("view")) return;
    timers.start("view", {
      delayMs: saveAfterMs,
      isWork: false,
      fire: () => {
        this.#options.track(this.save(this.#noted?.sessionId ?? null));
      },
    });
  }

  /** A view that can't be kept now (a full disk, a newer program's database) is no loss worth a word: later ones may. */
  async #saveView(view: NotedView): Promise<void> {
    if (this.#isSaved(view)) return;
    const { sessionId, text, numbered } = view;
    this.#saved.set(sessionId, view);
    try {
      await this.#options.app.views.save(sessionId, text, numbered);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (this.#saved.get(sessionId) === view) this.#saved.delete(sessionId);
    }
  }

  #isSaved({ sessionId, text, numbered }: NotedView): boolean {
    const saved = this.#saved.get(sessionId);
    return saved?.text === text && saved.numbered === numbered;
  }

  async #saveAttachments(id: SessionId, { attachments }: Desk): Promise<void> {
    const before = this.#attachments.get(id) ?? [];
    this.#attachments.set(id, attachments);
    try {
      await this.#options.app.views.saveAttachments(id, attachments);
    } catch (error) {
      if (this.#attachments.get(id) === attachments) this.#attachments.set(id, before);
      throw error;
    }
  }

  /** Of opened sessions only: what is attached to others was never read, and an empty desk says nothing of it. */
  #changedAttachments(): readonly (readonly [SessionId, Desk])[] {
    const entries = Object.entries(this.#desks) as [SessionId, Desk][];
    return entries.filter(([id, { attachments }]) => this.isKnown(id) && attachments !== this.#attachments.get(id));
  }
}
