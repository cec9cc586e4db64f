import { fstatSync } from "node:fs";
import { isatty } from "node:tty";
import { LineSource } from "./line-source.ts";

/** The streams of a command, and what is known of them. */
export interface CliIo {
  readonly isInputTerminal: boolean;
  readonly isOutputTerminal: boolean;
  readonly isErrorTerminal: boolean;
  /**
   * What standard input is: `stream` for a pipe or a file, whose end comes for certain; `socket` for what programs hand
   * their children, and often never close; `none` for a device such as /dev/null, or nothing.
   */
  readonly inputKind: "terminal" | "stream" | "socket" | "none";
  /** Of the output's terminal; 80 × 24 where there is none. */
  readonly columns: number;
  readonly rows: number;
  /** Writes to standard output; false once nobody reads it any more. */
  write(text: string): boolean;
  writeError(text: string): void;
  /** Reads standard input to its end, or until a bound is passed: nothing where nothing came in `firstByteMsMax`. */
  readInput(bounds: { readonly sizeBytesMax: number; readonly firstByteMsMax?: number }): Promise<Buffer>;
  /** Asks on the terminal and reads one line; without echo where it is a secret. Null at the end of the input. */
  ask(question: string, options: { readonly isSecret: boolean }): Promise<string | null>;
  /** The next line of standard input; null at its end, or after `endLines`. */
  nextLine(): Promise<string | null>;
  endLines(): void;
  /** Calls the listener for each SIGINT, SIGTERM and SIGHUP until the returned function is called. */
  onSignal(listener: (signal: NodeJS.Signals) => void): () => void;
  /** Calls the listener once when nobody reads standard output any more. */
  onOutputClosed(listener: () => void): void;
  /** Resolves when what was written has left the process. */
  flush(): Promise<void>;
}

const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

function inputKind(): CliIo["inputKind"] {
  if (isatty(0)) return "terminal";
  try {
    const facts = fstatSync(0);
    if (facts.isSocket()) return "socket";
    return facts.isFIFO() || facts.isFile() ? "stream" : "none";
  } catch {
    // A closed standard input.
    return "none";
  }
}

function readUpTo(
  stream: NodeJS.ReadStream,
  bounds: { readonly sizeBytesMax: number; readonly firstByteMsMax?: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const finish = (): void => {
      clearTimeout(timer);
      stream.off("data", onData);
      // A parent that never closes it must not keep the process alive.
      stream.destroy();
      resolve(Buffer.concat(chunks));
    };
    const onData = (chunk: Buffer | string): void => {
      clearTimeout(timer);
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      chunks.push(bytes);
      sizeBytes += bytes.length;
      if (sizeBytes > bounds.sizeBytesMax) finish();
    };
    const timer = bounds.firstByteMsMax === undefined ? undefined : setTimeout(finish, bounds.firstByteMsMax);
    stream.on("data", onData);
    stream.on("end", finish);
    stream.on("error", reject);
  });
}

/** What a pressed key does to a line that is typed without echo. */
function typed(line: string, key: string): { readonly line: string; readonly end?: "enter" | "cancel" } {
  if (key === "\r" || key === "\n") return { line, end: "enter" };
  if (key === "\u0003" || (key === "\u0004" && line === "")) return { line, end: "cancel" };
  if (key === "\u007f" || key === "\b") return { line: Array.from(line).slice(0, -1).join("") };
  if (key === "\u0015") return { line: "" };
  return { line: key < " " ? line : line + key };
}

/** Terminals wrap what is pasted in these; they are no part of a key. */
const pasteMarks = /\u001b\[20[01]~/gu;

/** The echo is off before the question is there: whoever answers at once is not shown either. */
function askSecret(question: string, input: NodeJS.ReadStream): Promise<string | null> {
  return new Promise((resolve) => {
    let line = "";
    const finish = (answer: string | null): void => {
      input.off("data", onData);
      input.setRawMode(false);
      input.pause();
      process.stderr.write("\n");
      resolve(answer);
    };
    const onData = (data: Buffer | string): void => {
      for (const key of data.toString().replaceAll(pasteMarks, "")) {
        const next = typed(line, key);
        line = next.line;
        if (next.end !== undefined) {
          finish(next.end === "enter" ? line : null);
          return;
        }
      }
    };
    input.setRawMode(true);
    input.on("data", onData);
    input.resume();
    process.stderr.write(question);
  });
}

function askLine(question: string, input: NodeJS.ReadStream): Promise<string | null> {
  return new Promise((resolve) => {
    let text = "";
    const finish = (answer: string | null): void => {
      input.off("data", onData);
      input.off("end", onEnd);
      input.pause();
      resolve(answer);
    };
    const onData = (data: Buffer | string): void => {
      text += data.toString();
      const end = text.indexOf("\n");
      if (end !== -1) finish(text.slice(0, end).replace(/\r$/u, ""));
    };
    const onEnd = (): void => finish(text === "" ? null : text);
    input.on("data", onData);
    input.on("end", onEnd);
    input.resume();
    process.stderr.write(question);
  });
}

/** The process's own streams. A reader that goes away (`| head`) ends the output quietly instead of the process loudly. */
export function processIo(): CliIo {
  const { stdout, stderr } = process;
  let isClosed = false;
  let lines: LineSource | null = null;
  const closedListeners: (() => void)[] = [];
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    isClosed = true;
    for (const listener of closedListeners.splice(0)) listener();
  });
  stderr.on("error", () => undefined);
  return {
    isInputTerminal: isatty(0),
    isOutputTerminal: isatty(1),
    isErrorTerminal: isatty(2),
    inputKind: inputKind(),
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    write(text) {
      if (!isClosed) stdout.write(text);
      return !isClosed;
    },
    writeError(text) {
      stderr.write(text);
    },
    readInput: (bounds) => readUpTo(process.stdin, bounds),
    ask: (question, { isSecret }) => (isSecret ? askSecret(question, process.stdin) : askLine(question, process.stdin)),
    nextLine() {
      lines ??= new LineSource(process.stdin);
      return lines.next();
    },
    endLines() {
      lines?.close();
    },
    onSignal(listener) {
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
    onOutputClosed(listener) {
      if (isClosed) listener();
      else closedListeners.push(listener);
    },
    async flush() {
      for (const stream of [stdout, stderr]) {
        if (stream === stdout && isClosed) continue;
        await new Promise<void>((resolve) => {
          stream.write("", () => resolve());
        });
      }
    },
  };
}
