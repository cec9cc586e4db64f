/** The only user of Bun's pseudo-terminals: Node has none without a compiled package. */
import { must } from "../../src/lib/assert.ts";

interface BunTerminal {
  readonly localFlags: number;
  write(data: string): number;
  resize(columns: number, rows: number): void;
  close(): void;
}

interface BunSubprocess {
  readonly pid: number;
  readonly exited: Promise<number>;
  readonly signalCode: NodeJS.Signals | null;
  readonly terminal: BunTerminal;
  kill(signal?: NodeJS.Signals): void;
}

interface BunTerminalOptions {
  readonly cols: number;
  readonly rows: number;
  readonly data: (terminal: unknown, bytes: Uint8Array) => void;
  readonly exit: () => void;
}

interface BunGlobal {
  spawn(
    command: readonly string[],
    options: {
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
      readonly terminal: BunTerminalOptions;
    },
  ): BunSubprocess;
}

export interface PtyOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
  readonly onData: (bytes: Uint8Array) => void;
}

export interface ExitStatus {
  /** null after a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface PtyHandle {
  readonly pid: number;
  /** Resolves when the program has ended and its last output has been handed over. */
  readonly exited: Promise<ExitStatus>;
  /** False while the terminal is in raw mode, as full-screen programs set it. */
  readonly isLineMode: () => boolean;
  readonly write: (text: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** `ICANON` of termios, which differs between Linux and macOS. */
const lineModeFlag = process.platform === "darwin" ? 0x1_00 : 0x2;

/** A child that keeps the terminal open after the program has ended must not hold up the test. */
const outputEndGraceMs = 2000;

function bunGlobal(): BunGlobal {
  return must((globalThis as { readonly Bun?: BunGlobal }).Bun, "Bun, for a pseudo-terminal: use tools/run-on-bun");
}

/** Starts a program as the foreground process of a new pseudo-terminal. */
export function spawnInPty(options: PtyOptions): PtyHandle {
  const outputEnd = Promise.withResolvers<void>();
  const child = bunGlobal().spawn(options.command, {
    cwd: options.cwd,
    env: options.environment,
    terminal: {
      cols: options.columns,
      rows: options.rows,
      data: (_terminal, bytes) => {
        options.onData(bytes);
      },
      exit: () => {
        outputEnd.resolve();
      },
    },
  });
  return {
    pid: child.pid,
    exited: exitStatus(child, outputEnd.promise),
    isLineMode: () => (child.terminal.localFlags & lineModeFlag) !== 0,
    write: (text) => {
      child.terminal.write(text);
    },
    resize: (columns, rows) => {
      child.terminal.resize(columns, rows);
    },
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

async function exitStatus(child: BunSubprocess, outputEnd: Promise<void>): Promise<ExitStatus> {
  const code = await child.exited;
  const grace = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    grace.resolve();
  }, outputEndGraceMs);
  await Promise.race([outputEnd, grace.promise]);
  clearTimeout(timer);
  return { code: child.signalCode === null ? code : null, signal: child.signalCode };
}
