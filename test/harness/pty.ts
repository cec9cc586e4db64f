/** A real program in a virtual terminal. Waiting is driven by the program's output, never by time. */
import { type ExitStatus, type PtyHandle, spawnInPty } from "./spawn-in-pty.ts";
import { type TerminalSize, VirtualTerminal } from "./virtual-terminal.ts";

export interface PtyProgramOptions extends TerminalSize {
  readonly command: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly hasKittyKeyboard?: boolean;
  readonly background?: `#${string}`;
  /** It answers no query at all. Default: false. */
  readonly isSilent?: boolean;
}

export interface WaitOptions {
  /** Completes the sentence "waited for …" of a failure. */
  readonly what: string;
  /** Generous: it is reached only where the program hangs. */
  readonly deadlineMs?: number;
}

type ScreenPredicate = (terminal: VirtualTerminal) => boolean;

interface Waiter {
  readonly predicate: ScreenPredicate;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly what: string;
}

const defaultDeadlineMs = 20_000;

export class PtyProgram implements AsyncDisposable {
  readonly terminal: VirtualTerminal;
  /** Resolves when the program has ended and all it wrote is on the screen. */
  readonly exited: Promise<ExitStatus>;
  readonly #handle: PtyHandle;
  readonly #waiters = new Set<Waiter>();
  readonly #decoder = new TextDecoder();
  #output = "";
  #status: ExitStatus | null = null;

  constructor(options: PtyProgramOptions) {
    const { columns, rows, hasKittyKeyboard = false } = options;
    this.terminal = new VirtualTerminal({
      columns,
      rows,
      hasKittyKeyboard,
      ...(options.background === undefined ? {} : { background: options.background }),
      onReply: (reply) => {
        if (this.#status === null && options.isSilent !== true) this.#handle.write(reply);
      },
    });
    this.#handle = spawnInPty({
      command: options.command,
      cwd: options.cwd,
      environment: options.environment,
      columns,
      rows,
      onData: (bytes) => {
        this.#receive(bytes);
      },
    });
    this.exited = this.#untilExit();
  }

  get pid(): number {
    return this.#handle.pid;
  }

  /** All that the program wrote, control sequences included. */
  get output(): string {
    return this.#output;
  }

  get isLineMode(): boolean {
    return this.#handle.isLineMode();
  }

  write(text: string): void {
    this.#handle.write(text);
  }

  resize(size: TerminalSize): void {
    this.terminal.resize(size);
    this.#handle.resize(size.columns, size.rows);
  }

  kill(signal: NodeJS.Signals = "SIGTERM"): void {
    if (this.#status === null) this.#handle.kill(signal);
  }

  /** Resolves once the predicate holds on a finished picture; rejects with the screen when it can't any more. */
  async waitUntil(predicate: ScreenPredicate, options: WaitOptions): Promise<void> {
    await this.terminal.settled();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { predicate, resolve, reject, what: options.what };
    const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
    const timer = setTimeout(() => {
      reject(new Error(this.#failure(`waited ${deadlineMs} ms in vain for ${options.what}`)));
    }, deadlineMs);
    this.#waiters.add(waiter);
    this.#checkWaiters();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  /** As `waitUntil`, for a text on the screen. A pattern is tried on the whole screen, rows joined by line breaks. */
  async waitFor(text: string | RegExp, options: Partial<WaitOptions> = {}): Promise<void> {
    const isThere: ScreenPredicate =
      typeof text === "string"
        ? (terminal) => terminal.find(text) !== null
        : (terminal) => new RegExp(text.source, text.flags.replace("g", "")).test(terminal.text());
    await this.waitUntil(isThere, { what: String(text), ...options });
  }

  async waitUntilGone(text: string, options: Partial<WaitOptions> = {}): Promise<void> {
    await this.waitUntil((terminal) => terminal.find(text) === null, { what: `no more "${text}"`, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.exited;
    this.terminal[Symbol.dispose]();
  }

  #receive(bytes: Uint8Array): void {
    this.#output += this.#decoder.decode(bytes, { stream: true });
    this.terminal.write(bytes);
    void this.terminal.settled().then(() => {
      this.#checkWaiters();
    });
  }

  #checkWaiters(): void {
    if (this.terminal.modes.isInUpdate && this.#status === null) return;
    for (const waiter of this.#waiters) {
      if (waiter.predicate(this.terminal)) {
        waiter.resolve();
      } else if (this.#status !== null) {
        waiter.reject(new Error(this.#failure(`the program ended before ${waiter.what}`)));
      }
    }
  }

  async #untilExit(): Promise<ExitStatus> {
    const status = await this.#handle.exited;
    await this.terminal.settled();
    this.#status = status;
    this.#checkWaiters();
    return status;
  }

  #failure(reason: string): string {
    const status = this.#status === null ? "" : ` (exit code ${this.#status.code}, signal ${this.#status.signal})`;
    const frame = "-".repeat(this.terminal.size.columns);
    return `${reason}${status}; the screen:\n${frame}\n${this.terminal.text()}\n${frame}`;
  }
}
