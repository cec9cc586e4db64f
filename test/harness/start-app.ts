/** The real program, started by its launcher in a virtual terminal. */
import { clickSequence, dragSequence, keySequence, pasteSequence } from "./keys.ts";
import { PtyProgram } from "./pty.ts";
import { launcher, type Sandbox } from "./sandbox.ts";
import type { Position } from "./virtual-terminal.ts";

export interface StartOptions {
  readonly sandbox: Sandbox;
  readonly args?: readonly string[];
  /** Added to the sandbox's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: the sandbox's project. */
  readonly cwd?: string;
  /** Default: 120 × 36. */
  readonly columns?: number;
  readonly rows?: number;
  /** Default: this repository's launcher. */
  readonly program?: string;
  readonly hasKittyKeyboard?: boolean;
  /** Of the terminal, which tells it when asked. */
  readonly background?: `#${string}`;
  /** The terminal answers no query. */
  readonly isSilent?: boolean;
  /** Run by this instead: the program's own command follows. */
  readonly through?: readonly string[];
}

export class RunningApp extends PtyProgram {
  /** Presses keys one after the other: names as in keys.ts. */
  press(...keys: readonly string[]): void {
    for (const key of keys) this.write(keySequence(key));
  }

  type(text: string): void {
    this.write(text);
  }

  paste(text: string): void {
    this.write(pasteSequence(text));
  }

  click(position: Position): void {
    this.write(clickSequence(position));
  }

  /** Marks with the left button, from one cell to another. */
  drag(from: Position, to: Position): void {
    this.write(dragSequence(from, to));
  }

  get screen(): string {
    return this.terminal.text();
  }
}

export function startApp(options: StartOptions): RunningApp {
  const { sandbox, args = [], columns = 120, rows = 36, hasKittyKeyboard = false } = options;
  return new RunningApp({
    command: [...(options.through ?? []), options.program ?? launcher, ...args],
    cwd: options.cwd ?? sandbox.project,
    environment: sandbox.environment(options.environment),
    columns,
    rows,
    hasKittyKeyboard,
    isSilent: options.isSilent ?? false,
    ...(options.background === undefined ? {} : { background: options.background }),
  });
}
