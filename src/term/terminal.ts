import type { ReadStream, WriteStream } from "node:tty";
import { AppError } from "../lib/app-error.ts";
import { type Clock, systemClock } from "../lib/clock.ts";
import { type ColorDepth, detectColorDepth } from "./color.ts";
import { createFrameRenderer, type FrameRenderer } from "./frame-renderer.ts";
import { InputParser, type InputReport } from "./input-parser.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { Frame } from "./span-line.ts";
import type { Size, TerminalEvent } from "./terminal-event.ts";
import { isTerminalGone, TerminalOutput } from "./terminal-output.ts";
import {
  bell,
  clipboardSequence,
  enterSequence,
  leaveSequence,
  modifyOtherKeys,
  notificationSequence,
  queries,
  titleSequence,
} from "./terminal-modes.ts";

export interface TerminalOptions {
  readonly input: ReadStream;
  readonly output: WriteStream & { readonly fd: number };
  /** TERM, COLORTERM, NO_COLOR and the like, for the colours. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onEvent: (event: TerminalEvent) => void;
  /** The terminal is at the other end of a network. Default: false. */
  readonly isRemote?: boolean;
  readonly mouse?: boolean;
  /** Default: as `environment` says. */
  readonly colorDepth?: ColorDepth;
  readonly clock?: Clock;
}

const endingSignals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const;
type EndingSignal = (typeof endingSignals)[number];

/** How long `close` waits for answers of the terminal, which would else be typed into the shell. */
const answersDueMs = 100;
/** After a stop signal that the kernel ignored (no job control) the screen comes back by itself. */
const stopIgnoredMs = 100;

const openTerminals = new Set<Terminal>();

/** For the crash handler: after it, what is printed stands on the person's normal screen. */
export function restoreOpenTerminals(): void {
  for (const terminal of openTerminals) terminal[Symbol.dispose]();
}

/**
 * The person's terminal, taken over as a whole. Every mode that it switches on is off again after `close`, dispose,
 * the end of the process, SIGTERM, SIGINT, SIGHUP, SIGQUIT, an uncaught error, and while suspended.
 */
export class Terminal {
  readonly colorDepth: ColorDepth;
  readonly #options: TerminalOptions;
  readonly #clock: Clock;
  readonly #renderer: FrameRenderer;
  readonly #parser: InputParser;
  readonly #output: TerminalOutput;
  #state: "entered" | "left" | "disposed" = "left";
  #size: Size;
  #lastFrame: Frame | null = null;
  /** The newest frame, kept while the terminal has not taken the one before. */
  #heldFrame: Frame | null = null;
  #areAnswersDue = false;
  #onAnswered: (() => void) | null = null;
  #hasKittyKeyboard = false;
  #needsModifyOtherKeys = false;
  #title: string | null = null;

  /** Throws AppError `not-a-terminal` where input or output is none. */
  static open(options: TerminalOptions): Terminal {
    if (!options.input.isTTY || !options.output.isTTY) {
      throw new AppError("not-a-terminal", "the full-screen program needs a terminal for its input and output", {
        hint: "use `run` for scripts and pipes",
      });
    }
    const terminal = new Terminal(options);
    terminal.#start();
    return terminal;
  }

  private constructor(options: TerminalOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.colorDepth = options.colorDepth ?? detectColorDepth(options.environment);
    this.#renderer = createFrameRenderer(this.colorDepth);
    this.#size = this.#measuredSize();
    this.#output = new TerminalOutput({
      descriptor: options.output.fd,
      clock: this.#clock,
      onDrain: () => {
        this.#paintHeld();
      },
      onGone: () => {
        this.#end("output-error");
      },
    });
    this.#parser = new InputParser({
      clock: this.#clock,
      isRemote: options.isRemote ?? false,
      onEvent: options.onEvent,
      onReport: (report) => {
        this.#acceptReport(report);
      },
    });
  }

  get size(): Size {
    return this.#size;
  }

  /** False while the terminal has not taken what was written: frames painted now replace one another. */
  get isReady(): boolean {
    return this.#state === "entered" && this.#output.isDrained;
  }

  /** Shows a frame, at once or as soon as the terminal takes it; of several only the newest. */
  paint(frame: Frame): void {
    this.#lastFrame = frame;
    if (this.#state !== "entered") return;
    if (!this.#output.isDrained) {
      this.#heldFrame = frame;
      return;
    }
    this.#output.write(this.#renderer.render(frame, this.#size));
  }

  /** Paints the last frame whole, for a screen that something else has written to. */
  repaint(): void {
    this.#renderer.invalidate();
    if (this.#lastFrame !== null) this.paint(this.#lastFrame);
  }

  setTitle(title: string): void {
    const safe = sanitizeLine(title).slice(0, 200);
    if (safe === this.#title) return;
    this.#title = safe;
    if (this.#state === "entered") this.#output.write(titleSequence(safe));
  }

  ringBell(): void {
    if (this.#state === "entered") this.#output.write(bell);
  }

  /** Asks the terminal to show a notification; those that can't pass over it. */
  showNotification(text: string): void {
    if (this.#state === "entered") this.#output.write(notificationSequence(sanitizeLine(text).slice(0, 200)));
  }

  copyToClipboard(text: string): void {
    if (this.#state === "entered") this.#output.write(clipboardSequence(text));
  }

  /** Ctrl+z: gives the screen back and stops the process group; comes back with SIGCONT. */
  suspend(): void {
    if (this.#state !== "entered") return;
    this.#leave();
    process.off("SIGTSTP", this.#onStop);
    process.kill(0, "SIGTSTP");
    this.#clock.after(stopIgnoredMs, () => {
      this.#comeBack();
    });
  }

  /**
   * Gives the screen to another program, such as $EDITOR, and takes it back when `run` has settled. Where that program
   * stops its process group (ctrl+z), this one stops with it, and the screen stays the other's when both go on.
   */
  async lend<T>(run: () => Promise<T>): Promise<T> {
    this.#leave();
    process.off("SIGTSTP", this.#onStop);
    process.off("SIGCONT", this.#onContinue);
    try {
      return await run();
    } finally {
      this.#comeBack();
    }
  }

  /** As dispose, but waits a moment for answers that are still due. */
  async close(): Promise<void> {
    if (this.#areAnswersDue && this.#state === "entered") {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(answersDueMs, resolve);
        this.#onAnswered = () => {
          cancel();
          resolve();
        };
      });
    }
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (this.#state === "disposed") return;
    this.#leave();
    this.#state = "disposed";
    openTerminals.delete(this);
    this.#parser[Symbol.dispose]();
    const { input, output } = this.#options;
    input.off("data", this.#onData);
    input.off("end", this.#onInputEnd);
    output.off("resize", this.#onResize);
    for (const signal of endingSignals) process.off(signal, this.#onEndingSignal);
    process.off("SIGTSTP", this.#onStop);
    process.off("SIGCONT", this.#onContinue);
    process.off("exit", this.#onExit);
    process.off("uncaughtExceptionMonitor", this.#onExit);
  }

  #start(): void {
    const { input, output } = this.#options;
    openTerminals.add(this);
    input.on("data", this.#onData);
    input.on("end", this.#onInputEnd);
    input.on("error", this.#onInputEnd);
    output.on("error", this.#onOutputError);
    output.on("resize", this.#onResize);
    for (const signal of endingSignals) process.on(signal, this.#onEndingSignal);
    process.on("SIGTSTP", this.#onStop);
    process.on("SIGCONT", this.#onContinue);
    process.on("exit", this.#onExit);
    process.on("uncaughtExceptionMonitor", this.#onExit);
    this.#enter();
    this.#areAnswersDue = true;
    this.#output.write(queries);
  }

  #enter(): void {
    if (this.#state !== "left") return;
    this.#options.input.setRawMode(true);
    this.#options.input.resume();
    this.#state = "entered";
    this.#renderer.invalidate();
    this.#output.write(enterSequence({ mouse: this.#options.mouse ?? true }));
    if (this.#title !== null) this.#output.write(titleSequence(this.#title));
    if (this.#needsModifyOtherKeys) this.#output.write(modifyOtherKeys.enter);
  }

  /** Writes past the stream's buffer, since the process may end right after. */
  #leave(): void {
    if (this.#state !== "entered") return;
    this.#state = "left";
    this.#heldFrame = null;
    this.#output.writeNow(leaveSequence());
    try {
      this.#options.input.setRawMode(false);
    } catch (error) {
      if (!isTerminalGone(error)) throw error;
    }
    this.#options.input.pause();
  }

  #comeBack(): void {
    if (this.#state !== "left") return;
    process.off("SIGTSTP", this.#onStop);
    process.on("SIGTSTP", this.#onStop);
    process.off("SIGCONT", this.#onContinue);
    process.on("SIGCONT", this.#onContinue);
    this.#enter();
    this.#acceptSize();
    this.repaint();
    this.#options.onEvent({ type: "resume" });
  }

  #end(reason: (TerminalEvent & { type: "closed" })["reason"]): void {
    if (this.#state === "disposed") return;
    this[Symbol.dispose]();
    this.#options.onEvent({ type: "closed", reason });
  }

  #paintHeld(): void {
    const frame = this.#heldFrame;
    if (frame === null) return;
    this.#heldFrame = null;
    this.paint(frame);
  }

  #measuredSize(): Size {
    const { rows, columns } = this.#options.output;
    // A terminal that reports no size (0×0, as some pseudo terminals do) gets the classic one.
    return { rows: rows > 0 ? rows : 24, columns: columns > 0 ? columns : 80 };
  }

  #acceptSize(): void {
    const size = this.#measuredSize();
    if (size.rows === this.#size.rows && size.columns === this.#size.columns) return;
    this.#size = size;
    this.#options.onEvent({ type: "resize", size });
  }

  #acceptReport(report: InputReport): void {
    if (report.type === "kitty-keyboard") {
      this.#hasKittyKeyboard = true;
      return;
    }
    this.#areAnswersDue = false;
    this.#needsModifyOtherKeys = !this.#hasKittyKeyboard;
    if (this.#needsModifyOtherKeys && this.#state === "entered") this.#output.write(modifyOtherKeys.enter);
    this.#onAnswered?.();
  }

  readonly #onData = (chunk: Uint8Array | string): void => {
    this.#parser.write(chunk);
  };

  readonly #onInputEnd = (): void => {
    this.#end("input-end");
  };

  readonly #onOutputError = (): void => {
    this.#end("output-error");
  };

  readonly #onResize = (): void => {
    if (this.#state === "entered") this.#acceptSize();
  };

  readonly #onEndingSignal = (signal: EndingSignal): void => {
    this.#end(signal);
  };

  readonly #onStop = (): void => {
    this.suspend();
  };

  /** Also after a stop that nobody could catch, which leaves the modes to whoever used the terminal meanwhile. */
  readonly #onContinue = (): void => {
    this.#leave();
    this.#comeBack();
  };

  readonly #onExit = (): void => {
    this[Symbol.dispose]();
  };
}
