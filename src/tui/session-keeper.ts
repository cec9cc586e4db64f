import type { App } from "../app/app.ts";
import type { SessionId } from "../schema/ids.ts";
import type { BinaryPart } from "../schema/message.ts";
import type { Editor } from "../term/editor.ts";
import { DraftKeeper } from "./draft-keeper.ts";
import { settleSaves } from "./settle-saves.ts";
import type { SessionWidgets } from "./session-widgets.ts";
import type { StoredView } from "./session-view.ts";
import type { UiState } from "./state.ts";
import type { TimerTable } from "./timer-table.ts";
import { ViewKeeper } from "./view-keeper.ts";

export interface SessionKeeperOptions {
  readonly app: App;
  readonly timers: TimerTable;
  readonly widgets: SessionWidgets;
  /** Follows the saving that a pause or the time began. */
  track(task: Promise<void>): void;
}

export interface OpenedSession {
  readonly editor: Editor;
  /** What was kept on disk, where it was read just now; null: this window has it already. */
  readonly restored: { readonly attachments: readonly BinaryPart[]; readonly view: StoredView | null } | null;
}

/** What the person leaves in each session: its draft, what is attached to it, how it is looked at. */
export class SessionKeeper {
  readonly #options: SessionKeeperOptions;
  readonly #drafts: DraftKeeper;
  readonly #views: ViewKeeper;

  constructor(options: SessionKeeperOptions) {
    const { app, timers, widgets } = options;
    const track = (task: Promise<void>): void => options.track(task);
    this.#options = options;
    this.#drafts = new DraftKeeper({
      timers,
      track,
      save: (sessionId, text) => app.saveDraft(sessionId, text),
      textOf: (sessionId) => widgets.get(sessionId)?.editor.getText() ?? null,
    });
    this.#views = new ViewKeeper({ app, timers, track });
  }

  open(sessionId: SessionId): OpenedSession {
    const { app, widgets } = this.#options;
    const { editor, stored } = widgets.open(sessionId, this.#drafts.unstored(sessionId));
    this.#drafts.opened(sessionId, editor.getText());
    if (this.#views.isKnown(sessionId)) return { editor, restored: null };
    const attachments = app.views.attachments(sessionId);
    this.#views.opened(sessionId, attachments);
    return { editor, restored: { attachments, view: stored } };
  }

  typed(sessionId: SessionId, text: string): void {
    this.#drafts.changed(sessionId, text);
  }

  /** How things are now; after each frame. */
  note({ session, dialogs, desks, recent }: UiState): void {
    const widget = session === null ? undefined : this.#options.widgets.get(session.id);
    if (session === null || widget === undefined) return;
    this.#views.note(session.id, { ...widget.pane.view(), cursor: widget.editor.cursor, dialogs }, recent);
    this.#views.noteAttachments(desks);
  }

  /** The session's draft, and all that was noted of it, are on disk when it resolves; of others what the disk took. */
  async save(sessionId: SessionId): Promise<void> {
    const saves = [this.#drafts.save(sessionId), this.#views.save(sessionId)];
    await settleSaves(
      sessionId,
      saves.map((done) => ({ sessionId, done })),
    );
  }

  forget(sessionId: SessionId): void {
    this.#options.widgets.forget(sessionId);
    this.#drafts.forget(sessionId);
    this.#views.forget(sessionId);
  }
}
