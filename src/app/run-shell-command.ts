import { spawn } from "node:child_process";
import { knownSecrets } from "../config/known-secrets.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import { endProcessFamily } from "../lib/process-group.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Message } from "../schema/message.ts";
import { insertMessage } from "../store/messages.ts";
import type { Context } from "./context.ts";

/** What the transcript keeps of an output; the middle of a longer one is left out. */
const outputLengthMax = 200_000;
const graceMs = 500;

export interface ShellCommand {
  readonly sessionId: SessionId;
  readonly command: string;
  /** Ends the command with all that it started; what it had printed is kept. */
  readonly signal: AbortSignal;
}

/** The person's own `!command`: run in the working directory, kept as a user row with its output and exit code. */
export async function runShellCommand(
  { store, config }: Pick<Context, "store" | "config">,
  { sessionId, command, signal }: ShellCommand,
): Promise<Message> {
  const { output, exitCode } = await runInShell(command, { config, signal });
  const secrets = knownSecrets(config);
  return store.transact((tx) =>
    insertMessage(tx, {
      sessionId,
      role: "user",
      parts: [{ type: "shell_command", command, output: shorten(maskSecrets(output, secrets)), exitCode }],
    }),
  );
}

async function runInShell(
  command: string,
  { config, signal }: { readonly config: Context["config"]; readonly signal: AbortSignal },
): Promise<{ readonly output: string; readonly exitCode: number }> {
  const marker = `CRUSH_SHELL_COMMAND=${crypto.randomUUID()}`;
  const environment = {
    ...config.surroundings.childEnvironment,
    [marker.slice(0, marker.indexOf("="))]: marker.slice(marker.indexOf("=") + 1),
  };
  const child = spawn("/bin/sh", ["-c", command], {
    cwd: config.workingDirectory,
    env: environment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const collect = (chunk: Buffer): void => {
    sizeBytes += chunk.length;
    // Twice what is kept is enough to keep both ends of it.
    if (sizeBytes <= outputLengthMax * 2) chunks.push(chunk);
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const end = (): void => {
    if (child.pid !== undefined) void endProcessFamily({ pid: child.pid, marker }, graceMs);
  };
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once("error", (error) => {
    chunks.push(Buffer.from(`${error.message}\n`));
    resolve(127);
  });
  // `close` would wait for whatever still holds the pipe; the command itself has ended here.
  child.once("exit", (code, signalName) => {
    setImmediate(() => {
      resolve(code ?? (signalName === null ? 1 : 130));
    });
  });
  const exitCode = await promise;
  signal.removeEventListener("abort", end);
  child.stdout.destroy();
  child.stderr.destroy();
  return { output: Buffer.concat(chunks).toString("utf8"), exitCode };
}

function shorten(output: string): string {
  if (output.length <= outputLengthMax) return output;
  const half = outputLengthMax / 2;
  return `${output.slice(0, half)}\n… ${String(output.length - outputLengthMax)} characters left out …\n${output.slice(-half)}`;
}
