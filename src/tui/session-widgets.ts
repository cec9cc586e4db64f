import type { App } from "../app/app.ts";
import type { SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import { Editor } from "../term/editor.ts";
import { decodeView, type StoredView } from "./session-view.ts";
import type { CreateTranscriptPane, TranscriptPane } from "./transcript-pane.ts";

export interface SessionWidget {
  readonly editor: Editor;
  readonly pane: TranscriptPane;
  /** As it was stored when the widget was made. */
  readonly stored: StoredView | null;
  isHistoryRead: boolean;
}

/** Sessions whose messages and undo history are held while others are shown; of the others the disk knows the rest. */
const keptMax = 8;
const historyMax = 200;
const placeholder = "Ask, @file, !command, / for commands";

/** The editor and the transcript of each session that was shown, the latest kept. */
export class SessionWidgets {
  readonly #app: App;
  readonly #createPane: CreateTranscriptPane;
  readonly #widgets = new Map<SessionId, SessionWidget>();

  constructor(app: App, createPane: CreateTranscriptPane) {
    this.#app = app;
    this.#createPane = createPane;
  }

  /** Makes the session's parts where they are not kept, the editor with the draft that is given, else the stored one. */
  open(sessionId: SessionId, unstored: string | null): SessionWidget {
    const widget = this.#widgets.get(sessionId) ?? this.#create(sessionId, unstored);
    this.#widgets.delete(sessionId);
    this.#widgets.set(sessionId, widget);
    const [oldest] = this.#widgets.keys();
    if (this.#widgets.size > keptMax && oldest !== undefined) this.#widgets.delete(oldest);
    return widget;
  }

  get(sessionId: SessionId): SessionWidget | undefined {
    return this.#widgets.get(sessionId);
  }

  forget(sessionId: SessionId): void {
    this.#widgets.delete(sessionId);
  }

  accept(event: SessionEvent): void {
    if (event.sessionId !== null) this.#widgets.get(event.sessionId)?.pane.accept(event);
  }

  /** Earlier prompts are read when the person reaches for them, not at the start. */
  readHistory(sessionId: SessionId): void {
    const widget = this.#widgets.get(sessionId);
    if (widget === undefined || widget.isHistoryRead) return;
    widget.isHistoryRead = true;
    for (const prompt of this.#app.promptHistory(sessionId, historyMax).toReversed()) {
      widget.editor.addToHistory(prompt);
    }
  }

  /** A prompt of now. While the history is unread there is nothing to do: by then the prompt is stored. */
  remember(sessionId: SessionId, prompt: string): void {
    const widget = this.#widgets.get(sessionId);
    if (widget?.isHistoryRead === true) widget.editor.addToHistory(prompt);
  }

  #create(sessionId: SessionId, unstored: string | null): SessionWidget {
    const editor = new Editor({ placeholder });
    const stored = decodeView(this.#app.views.read(sessionId));
    const draft = unstored ?? this.#app.readDraft(sessionId);
    if (draft !== "") editor.setText(draft, stored?.cursor ?? null);
    return { editor, pane: this.#createPane(sessionId, stored), stored, isHistoryRead: false };
  }
}
