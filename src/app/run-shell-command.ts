import { type ChildProcessByStdio, spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import type { Clock } from "../lib/clock.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import { endProcessFamily } from "../lib/process-group.ts";
import { randomHex } from "../lib/random-hex.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Message, ShellCommandPart } from "../schema/message.ts";
import { insertMessage } from "../store/messages.ts";
import { type CommandFacts, CommandJournal } from "./command-journal.ts";
import type { Context } from "./context.ts";
import { jobMark } from "./left-jobs.ts";
import { MaskedOutput } from "./masked-output.ts";
import { ShellOutput } from "./shell-output.ts";

const graceMs = 500;
/** How long output may still come once the shell has exited: what it left running may hold the pipe for ever. */
const drainMs = 1_000;
const canceledExitCode = 130;
/** As shells report a program that can't be run. */
const cannotRunExitCode = 126;

export interface ShellCommand {
  /** Of the row that it will be. */
  readonly id: MessageId;
  readonly sessionId: SessionId;
  readonly command: string;
  /** Ends the command with all that it started; what it had printed is kept. */
  readonly signal: AbortSignal;
  /** Of this process, so that what the command leaves running is found when this process has died; null: unmarked. */
  readonly ownerId: string | null;
  /** Takes what it prints, secrets masked, as it comes. */
  readonly print: (text: string) => void;
}

type ShellContext = Pick<Context, "store" | "journals" | "config" | "clock" | "secrets" | "unsaved" | "shortId">;

/** The person's own `!command`: run in the working directory, kept as a user row with its output and exit code. */
export async function runShellCommand(
  context: ShellContext,
  { id, sessionId, command, signal, ownerId, print }: ShellCommand,
): Promise<Message> {
  const { config, clock, secrets, shortId } = context;
  const output = new ShellOutput();
  const masked = new MaskedOutput(secrets());
  const mark = ownerId === null ? {} : jobMark({ ownerId, session: shortId(sessionId) });
  const journal = ownerId === null ? null : beginJournal(context, { messageId: id, sessionId, ownerId, command });
  const keep = (chunk: Buffer): void => {
    output.add(chunk);
    const text = masked.push(chunk);
    journal?.add(text);
    print(text);
  };
  const exitCode = signal.aborted ? canceledExitCode : await runInShell(command, { config, clock, signal, keep, mark });
  const mask = (text: string): string => maskSecrets(text, secrets());
  const part = { type: "shell_command", command: mask(command), output: output.text(mask), exitCode } as const;
  try {
    const row = await storeRow(context, { id, sessionId, part });
    journal?.remove();
    return row;
  } catch (error) {
    journal?.add(masked.rest());
    journal?.close();
    throw error;
  }
}

/** The row that it becomes where the program dies needs its session. A disk that is full holds up no command. */
function beginJournal(context: ShellContext, facts: CommandFacts): CommandJournal {
  const { store, unsaved } = context;
  const { sessionId } = facts;
  if (unsaved.get(sessionId) !== undefined) store.transact((tx) => unsaved.save(tx, sessionId)).catch(() => undefined);
  return new CommandJournal(context, facts);
}

async function storeRow(
  { store, unsaved }: ShellContext,
  { id, sessionId, part }: { readonly id: MessageId; readonly sessionId: SessionId; readonly part: ShellCommandPart },
): Promise<Message> {
  return store.transact(
    (tx) => {
      unsaved.save(tx, sessionId);
      return insertMessage(tx, { id, sessionId, role: "user", parts: [part] });
    },
    { survives: "power-loss" },
  );
}

interface ShellRun {
  readonly config: Context["config"];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly keep: (chunk: Buffer) => void;
  readonly mark: Readonly<Record<string, string>>;
}

/** Resolves with the exit code when the shell has exited and its output is in; after an abort when all of it is gone. */
async function runInShell(command: string, { config, clock, signal, keep, mark }: ShellRun): Promise<number> {
  const markerName = "CRUSH_SHELL_COMMAND";
  const marker = randomHex(32);
  const environment = { ...config.surroundings.childEnvironment, ...mark, [markerName]: marker };
  const child = startShell(command, { directory: config.workingDirectory, environment });
  if (child instanceof Error) {
    keep(Buffer.from(`${child.message}\n`));
    return cannotRunExitCode;
  }
  const streams = [child.stdout, child.stderr];
  for (const stream of streams) {
    stream.on("data", keep);
  }
  const endings: Promise<void>[] = [];
  const end = (): void => {
    if (child.pid === undefined) return;
    endings.push(endProcessFamily({ pid: child.pid, marker: `${markerName}=${marker}` }, graceMs));
  };
  signal.addEventListener("abort", end, { once: true });
  const closed = Promise.withResolvers<undefined>();
  const exited = Promise.withResolvers<number>();
  child.once("close", () => {
    closed.resolve(undefined);
  });
  child.once("error", (error) => {
    keep(Buffer.from(`${error.message}\n`));
    exited.resolve(127);
  });
  child.once("exit", (code, signalName) => {
    exited.resolve(code ?? exitCodeOf(signalName));
  });
  const exitCode = await exited.promise;
  const stopWaiting = clock.after(drainMs, () => {
    closed.resolve(undefined);
  });
  await closed.promise;
  stopWaiting();
  await Promise.all(endings);
  signal.removeEventListener("abort", end);
  for (const stream of streams) stream.destroy();
  return exitCode;
}

/** A command that is too long for the system, or holds a NUL, is refused at once. */
function startShell(
  command: string,
  { directory, environment }: { readonly directory: string; readonly environment: Readonly<Record<string, string>> },
): ChildProcessByStdio<null, Readable, Readable> | Error {
  try {
    return spawn("/bin/sh", ["-c", command], {
      cwd: directory,
      env: environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** As shells report a program that a signal ended. */
function exitCodeOf(signalName: NodeJS.Signals | null): number {
  return signalName === null ? 1 : 128 + constants.signals[signalName];
}
