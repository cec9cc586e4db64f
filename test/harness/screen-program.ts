/** The terminal program without a terminal: keys in, frames out as text. */
import type { TestContext } from "node:test";
import { AppError } from "../../src/lib/app-error.ts";
import { must } from "../../src/lib/assert.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import { parseKeyPress } from "../../src/term/key-press.ts";
import type { Frame } from "../../src/term/span-line.ts";
import { LateModules } from "../../src/term/late-modules.ts";
import { displayCall } from "../../src/tools/all-displays.ts";
import { lineText } from "../../src/term/spans.ts";
import type { MouseAction, Size } from "../../src/term/terminal-event.ts";
import type { ProgramScreen } from "../../src/tui/program-options.ts";
import type { OpenProject } from "../../src/tui/project-target.ts";
import { TerminalProgram } from "../../src/tui/terminal-program.ts";
import { dialogTable } from "../../src/tui/dialogs/all-dialogs.ts";
import { createDisplayRenderer } from "../../src/tui/display-renderer.ts";
import { SessionTranscript } from "../../src/tui/session-transcript.ts";
import type { FakeApp } from "./fake-app.ts";
import { keySequence } from "./keys.ts";
import { ManualClock } from "./manual-clock.ts";

class RecordingScreen implements ProgramScreen {
  size: Size;
  frames: Frame[] = [];
  titles: string[] = [];
  clipboard: string[] = [];
  /** Notifications, and `bell`. */
  notifications: string[] = [];
  suspends = 0;

  constructor(size: Size) {
    this.size = size;
  }

  paint(frame: Frame): void {
    this.frames.push(frame);
  }

  setTitle(title: string): void {
    if (this.titles.at(-1) !== title) this.titles.push(title);
  }

  copyToClipboard(text: string): void {
    this.clipboard.push(text);
  }

  ringBell(): void {
    this.notifications.push("bell");
  }

  showNotification(text: string): void {
    this.notifications.push(text);
  }

  suspend(): void {
    this.suspends += 1;
  }

  repaint(): void {
    this.frames = this.frames.slice(-1);
  }

  lend<T>(run: () => Promise<T>): Promise<T> {
    return run();
  }
}

export interface ScreenProgramOptions {
  readonly app: FakeApp;
  readonly size?: Size;
  readonly sessionId?: SessionId;
  /** Default: none, as goldens are text. */
  readonly hasColors?: boolean;
}

/** A running program: what a person at it could do and see. */
export class ScreenProgram {
  readonly app: FakeApp;
  readonly clock = new ManualClock();
  readonly screen: RecordingScreen;
  readonly program: TerminalProgram;
  /** Opens other projects; a test says how. */
  openProject: OpenProject = () => Promise.reject(new AppError("usage", "there is no other project"));
  readonly #modules = new LateModules(() => this.program.refresh());

  constructor(options: ScreenProgramOptions) {
    this.app = options.app;
    this.screen = new RecordingScreen(options.size ?? { columns: 80, rows: 24 });
    this.program = new TerminalProgram({
      app: options.app,
      screen: this.screen,
      clock: this.clock,
      createPane: (sessionId, left) =>
        new SessionTranscript(sessionId, { app: options.app, modules: this.#modules, displayCall }, left),
      renderDisplay: createDisplayRenderer(this.#modules),
      whenLoaded: () => this.#modules.settled(),
      hasColors: options.hasColors ?? false,
      openProject: (target, onLocked) => this.openProject(target, onLocked),
      dialogs: dialogTable,
    });
  }

  /** Keys by name, one after the other; returns when all they began is done. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.program.handle({ type: "key", key: must(parseKeyPress(keySequence(key)), key) });
    }
    await this.settle();
  }

  /** A key that is handled at once, before anything is drawn. */
  send(key: string): void {
    this.program.handle({ type: "key", key: must(parseKeyPress(keySequence(key)), key) });
  }

  async type(text: string): Promise<void> {
    await this.press(...Array.from(text));
  }

  async paste(text: string): Promise<void> {
    this.program.handle({ type: "paste", text });
    await this.settle();
  }

  /** `clicks`: with those right before at the same place; 1 unless told. */
  async mouse(
    action: MouseAction,
    { clicks = 1, ...at }: { readonly row: number; readonly column: number; readonly clicks?: number },
  ): Promise<void> {
    const mouse = { action, button: "left", ...at, shift: false, alt: false, ctrl: false, clicks } as const;
    this.program.handle({ type: "mouse", mouse });
    await this.settle();
  }

  async resize(size: Size): Promise<void> {
    this.screen.size = size;
    this.program.handle({ type: "resize", size });
    await this.settle();
  }

  async advance(byMs: number): Promise<void> {
    this.clock.advance(byMs);
    await this.settle();
  }

  /** What is loaded only when it is needed (markdown, highlighting) is there, and drawn. */
  async load(): Promise<void> {
    for (let loadCount = -1; loadCount !== this.#modules.loadCount;) {
      ({ loadCount } = this.#modules);
      await this.advance(55);
      await this.#modules.settled();
    }
    await this.advance(55);
  }

  /** For what takes real time, such as reading a file. */
  async waitUntil(predicate: () => boolean): Promise<void> {
    const startMs = performance.now();
    while (!predicate()) {
      if (performance.now() - startMs > 20_000) throw new Error(`waited in vain; the screen:\n${this.text}`);
      await this.settle();
    }
  }

  /** All promises that can run have run. */
  async settle(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  /** The screen as rows, without the blanks at their ends. */
  get rows(): string[] {
    const frame = must(this.screen.frames.at(-1), "a frame");
    return frame.lines.map((line) => lineText(line).trimEnd());
  }

  get text(): string {
    return this.rows.join("\n");
  }
}

/** Starts on the given session, else on the newest one. */
export async function startScreenProgram(t: TestContext, options: ScreenProgramOptions): Promise<ScreenProgram> {
  const running = new ScreenProgram(options);
  t.after(() => {
    running.program[Symbol.dispose]();
  });
  running.program.start(options.sessionId ?? options.app.lastSession().id);
  await running.settle();
  return running;
}
