import { AppError } from "../lib/app-error.ts";
import { must } from "../lib/assert.ts";
import type { SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import { createFramePacer, type FrameKind, type FramePacer, type FrameTime } from "../term/frame-pacer.ts";
import { hitRegion } from "../term/regions.ts";
import type { TerminalEvent } from "../term/terminal-event.ts";
import { drawProgram } from "./draw-program.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Effect } from "./effect.ts";
import type { FoundMessage } from "./found-message.ts";
import { HeldInput } from "./held-input.ts";
import { IdleSignal } from "./idle-signal.ts";
import { initialState } from "./initial-state.ts";
import { LateDialogs } from "./late-dialogs.ts";
import type { PerformContext } from "./perform/perform-context.ts";
import { performEffect } from "./perform/perform-effect.ts";
import type { ProgramOptions } from "./program-options.ts";
import { SessionKeeper } from "./session-keeper.ts";
import { type SessionWidget, SessionWidgets } from "./session-widgets.ts";
import { leaveProgram } from "./leave-program.ts";
import type { OpenedProject } from "./project-target.ts";
import { readOpenSession } from "./read-open-session.ts";
import { readRecents } from "./read-recents.ts";
import { isAnyMoving, topDialog, type UiState } from "./state.ts";
import { startMessages } from "./start-messages.ts";
import { terminalTitle } from "./terminal-title.ts";
import { TimerTable } from "./timer-table.ts";
import type { UiMessage } from "./ui-message.ts";
import { isListShifted } from "./update/update-picker.ts";
import { isAnimated, update } from "./update/update.ts";
import type { Screen } from "./view/screen.ts";
import { spinnerIntervalMs } from "./view/status-line.ts";

/** The loop: messages in, states and effects out, frames to the terminal. Owns no terminal mode. */
export class TerminalProgram implements Disposable {
  /** Resolves with the way out: the exit code. Rejects with a bug of ours. */
  readonly ended: Promise<number>;
  readonly #options: ProgramOptions;
  readonly #timers: TimerTable;
  readonly #pacer: FramePacer;
  readonly #widgets: SessionWidgets;
  readonly #keeper: SessionKeeper;
  readonly #dialogs: LateDialogs;
  readonly #held: HeldInput;
  readonly #context: PerformContext;
  readonly #messages: UiMessage[] = [];
  readonly #turns = new Set<SessionId>();
  readonly #idle: IdleSignal;
  #state: UiState;
  #screen: Screen | null = null;
  #paintedWidget: SessionWidget | undefined = undefined;
  #isUpdating = false;
  #isSessionStale = false;
  #isPaintDue = false;
  #isReady = false;
  #isEnding = false;
  #unkept: AppError | null = null;
  #next: OpenedProject | null = null;
  #stopWatching: () => void = () => undefined;
  readonly #end: (exitCode: number) => void;
  readonly #fail: (error: unknown) => void;

  constructor(options: ProgramOptions) {
    const { app, clock, screen } = options;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.ended = promise;
    this.#end = resolve;
    this.#fail = reject;
    this.#options = options;
    this.#dialogs = new LateDialogs(options.dialogs ?? null);
    this.#held = new HeldInput({
      isDialogAwaited: () => this.#state.dialogs.length > 0 && this.#dialogs.table === null,
      isEntering: () => this.#state.entering !== null,
      isQuitAsked: () => topDialog(this.#state)?.kind === "quit",
      handle: (event) => this.handle(event),
    });
    this.#timers = new TimerTable(clock);
    this.#idle = new IdleSignal({
      isBusy: () => this.#isBusy,
      whenLoaded: options.whenLoaded,
      onIdle: () => options.onIdle?.(),
    });
    this.#pacer = createFramePacer({ clock, paint: (kind) => this.#guard(() => this.#paint(kind)) });
    this.#widgets = new SessionWidgets(app, options.createPane);
    this.#keeper = new SessionKeeper({
      app,
      timers: this.#timers,
      widgets: this.#widgets,
      track: (task) => this.#track(task, { isSeen: false }),
    });
    this.#state = initialState(app, { size: screen.size, nowMs: clock.nowMs(), hasColors: options.hasColors });
    this.#context = this.#createContext();
  }

  get state(): UiState {
    return this.#state;
  }

  /** Once ended: why what was typed last could not be kept. */
  get unkept(): AppError | null {
    return this.#unkept;
  }

  /** Once ended: the project that is to be shown next, open, with what was typed for it; null: none. */
  get next(): (OpenedProject & { readonly typed: readonly TerminalEvent[] }) | null {
    return this.#next === null ? null : { ...this.#next, typed: this.#held.waiting };
  }

  /** Shows the session, a message of it in focus, and begins to listen. */
  start(sessionId: SessionId, at: FoundMessage | null = null): void {
    this.#stopWatching = this.#options.app.watch((event) => this.#guard(() => this.#onSessionEvent(event)));
    this.#context.show(sessionId);
    if (at !== null) this.dispatch({ type: "message-found", at });
    for (const message of startMessages(this.#options.app, this.#state)) this.dispatch(message);
    // A first picture that is to be made again as soon as its parts have come would only put off the full one.
    const becomeReady = () => {
      this.#isReady = true;
    };
    this.#track(this.#options.whenLoaded().then(becomeReady));
  }

  /** What the person or the terminal did. */
  handle(event: TerminalEvent): void {
    this.#guard(() => this.#handle(event));
  }

  dispatch(message: UiMessage): void {
    this.#messages.push(message);
    if (this.#isUpdating) return;
    this.#isUpdating = true;
    try {
      for (let next = this.#messages.shift(); next !== undefined; next = this.#messages.shift()) this.#step(next);
    } finally {
      this.#isUpdating = false;
      this.#messages.length = 0;
    }
  }

  /** Something outside the state looks different now. */
  refresh(): void {
    this.#requestFrame("soon");
  }

  /** Resolves when nothing is under way any more and the screen shows it. */
  idle(): Promise<void> {
    return this.#idle.wait();
  }

  [Symbol.dispose](): void {
    this.#isEnding = true;
    this.#stopWatching();
    this.#pacer.stop();
    this.#timers[Symbol.dispose]();
  }

  #handle(event: TerminalEvent): void {
    if (this.#held.holds(event) || this.#isEnding) return;
    switch (event.type) {
      case "key":
      case "paste":
      case "resize":
      case "background":
        this.dispatch(event);
        break;
      case "mouse":
        this.dispatch({ ...event, hit: hitRegion(this.#screen?.regions ?? [], event.mouse) });
        break;
      case "closed":
        this.#leave(exitCodes[event.reason]);
        return;
      case "focus":
        this.dispatch(event);
        return;
      case "resume":
        break;
    }
    this.#requestFrame("now");
  }

  #onSessionEvent(event: SessionEvent): void {
    this.#widgets.accept(event);
    const before = this.#state;
    this.dispatch({ type: "session-event", event });
    const { desks, dialogs, notices } = this.#state;
    const isSame = before.desks === desks && before.dialogs === dialogs && before.notices === notices;
    if (event.sessionId === this.#state.session?.id || !isSame) this.#requestFrame("soon");
    if ((event.type === "turn-end" || event.type === "queue-stopped") && !this.#turns.has(event.sessionId)) {
      this.#settle(event.sessionId);
    }
  }

  #step(message: UiMessage): void {
    const state = { ...this.#state, nowMs: this.#options.clock.nowMs() };
    const change = update(state, message, this.#dialogs.tableForUpdates);
    this.#state = change.state;
    const { session } = this.#state;
    if (message.type === "editor-changed" && session !== null) this.#keeper.typed(session.id, message.editor.text);
    for (const effect of change.effects) this.#perform(effect);
    if (this.#state.dialogs.length > 0) this.#loadDialogs();
    if (isAnimated(this.#state) && !this.#timers.isRunning("spinner")) {
      this.#context.startTimer("spinner", { delayMs: spinnerIntervalMs, isWork: false });
    }
  }

  #loadDialogs(): void {
    if (!this.#dialogs.isMissing) return;
    const load = async (): Promise<void> => {
      await this.#dialogs.load();
      this.#held.release();
    };
    this.#track(load());
  }

  #perform(effect: Effect): void {
    try {
      const done = performEffect(effect, this.#context);
      if (done !== undefined) this.#track(done);
    } catch (error) {
      this.#report(error);
    }
  }

  /** `isSeen`: what it does may be on the screen. */
  #track(task: Promise<unknown>, { isSeen = true } = {}): void {
    const end = this.#idle.begin();
    task
      .catch((error: unknown) => this.#report(error))
      .finally(() => {
        end();
        if (isSeen) this.#requestFrame("now");
        else this.#idle.check();
      });
  }

  /** What a person can act on becomes a notice; a bug ends the program. */
  #report(error: unknown): void {
    if (error instanceof AppError) {
      this.dispatch({ type: "notify", tone: "error", text: error.message, hint: error.hint ?? "" });
      this.#requestFrame("now");
    } else {
      this.#fail(error);
    }
  }

  /** For callbacks that nobody else guards. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#report(error);
    }
  }

  #requestFrame(when: FrameTime): void {
    if (this.#isEnding) return;
    this.#isPaintDue ||= when !== "at-rest";
    if (this.#isReady) this.#pacer.request(when);
  }

  #paint({ isBetween }: FrameKind): void {
    if (this.#isSessionStale) this.#readSession({ isOpening: false });
    this.#isPaintDue = isBetween;
    const { session } = this.#state;
    const widget = session === null ? undefined : this.#widgets.get(session.id);
    const state = { ...this.#state, nowMs: this.#options.clock.nowMs() };
    const screen = drawProgram(state, {
      renderDisplay: this.#options.renderDisplay,
      dialogs: this.#dialogs.table,
      widget,
      mayLag: isBetween && widget === this.#paintedWidget,
    });
    const isFirst = this.#screen === null;
    this.#screen = screen;
    this.#paintedWidget = widget;
    this.#options.screen.paint(screen.frame);
    this.#options.screen.setTitle(terminalTitle(state));
    const { dialogScrollMax, listFirst } = screen;
    if (dialogScrollMax !== state.dialogScrollMax || listFirst !== state.listFirst || isListShifted(state)) {
      this.dispatch({ type: "shown-scroll", dialogScrollMax, listFirst });
    }
    this.#keeper.note(this.#state);
    if (isFirst) this.#options.clock.after(0, () => this.#guard(() => this.#startedUp()));
    this.#idle.check();
  }

  /** What the first paint did not need. */
  #startedUp(): void {
    this.#loadDialogs();
    this.dispatch(readRecents(this.#options.app));
    this.#requestFrame("soon");
  }

  /** The draft, and how the session is looked at, are on disk when it resolves. */
  async #keep(sessionId: SessionId): Promise<void> {
    this.#keeper.note(this.#state);
    await this.#keeper.save(sessionId);
  }

  get #isBusy(): boolean {
    return this.#isPaintDue || this.#timers.hasWork || this.#isUpdating || isAnyMoving(this.#state);
  }

  #readSession(how: { readonly isOpening: boolean; readonly sessionId?: SessionId }): void {
    this.#isSessionStale = false;
    const sessionId = how.sessionId ?? this.#state.session?.id;
    if (sessionId !== undefined) this.dispatch(readOpenSession(this.#options.app, sessionId, how));
  }

  #show(sessionId: SessionId): void {
    const { editor, restored } = this.#keeper.open(sessionId);
    if (restored !== null) this.dispatch({ type: "view-restored", sessionId, ...restored });
    this.#readSession({ isOpening: true, sessionId });
    this.dispatch({
      type: "editor-changed",
      editor: { text: editor.getText(), token: editor.tokenBeforeCursor() },
    });
    this.#requestFrame("now");
  }

  #runTurn(sessionId: SessionId, task: () => Promise<unknown>): void {
    this.#turns.add(sessionId);
    task()
      .catch((error: unknown) => this.#report(error))
      .finally(() => {
        this.#turns.delete(sessionId);
        this.#guard(() => this.#settle(sessionId));
        this.#requestFrame("now");
      });
  }

  /** A prompt of the queue may have begun in the moment in which the turn before it ended: the desk is that turn's. */
  #settle(sessionId: SessionId): void {
    const live = this.#options.app.liveTurn(sessionId);
    if (live === null || live.isLeft === true) this.dispatch({ type: "turn-settled", sessionId });
  }

  /** The draft is kept; then the way is free for whoever closes the app. */
  #leave(exitCode: number, next: OpenedProject | null = null): boolean {
    if (this.#isEnding) return false;
    this.#isEnding = true;
    this.#next = next;
    // From here on a session that vanishes is no reason to open another.
    this.#stopWatching();
    leaveProgram(this.#context).then(
      (unkept) => {
        this.#unkept = unkept;
        this.#end(exitCode);
      },
      (error: unknown) => this.#fail(error),
    );
    return true;
  }

  #createContext(): PerformContext {
    return {
      app: this.#options.app,
      screen: this.#options.screen,
      state: () => this.#state,
      dispatch: (message) => this.dispatch(message),
      editor: () => must(this.#widgets.get(must(this.#state.session, "an open session").id), "its editor").editor,
      editorOf: (sessionId) => this.#keeper.open(sessionId).editor,
      pane: () => (this.#state.session === null ? null : (this.#widgets.get(this.#state.session.id)?.pane ?? null)),
      readHistory: () => this.#widgets.readHistory(must(this.#state.session, "an open session").id),
      remember: (prompt) => this.#widgets.remember(must(this.#state.session, "an open session").id, prompt),
      show: (sessionId) => this.#show(sessionId),
      making: (make) => this.#held.making(make),
      saveDraft: (sessionId) => this.#keep(sessionId),
      forget: (sessionId) => this.#keeper.forget(sessionId),
      runTurn: (sessionId, task) => this.#runTurn(sessionId, task),
      markSessionStale: () => {
        this.#isSessionStale = true;
        this.#requestFrame("soon");
      },
      startTimer: (timer, timing) => {
        const fire = (): void => {
          this.#guard(() => this.dispatch({ type: "timer", timer }));
          this.#requestFrame(timer === "spinner" ? "at-rest" : "now");
        };
        this.#timers.start(timer, { ...timing, fire });
      },
      refresh: () => this.refresh(),
      shells: new Map(),
      frame: () => this.#screen?.frame ?? null,
      quit: () => void this.#leave(0),
      openProject: this.#options.openProject,
      dropTyped: () => this.#held.drop(),
      leaveFor: (opened) => this.#leave(0, opened),
    };
  }
}
