/**
 * A program of its own for tests: `actor-process.ts <project> <options as JSON>` is the app without a screen. It does what it
 * is told on standard input, and says on standard output what a screen would show.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { App } from "../../../src/app/app.ts";
import { createApp } from "../../../src/app/create-app.ts";
import type { TurnGuards } from "../../../src/app/turn-guards.ts";
import { turnGuards } from "../../../src/app/turn-guards.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { AppError } from "../../../src/lib/app-error.ts";
import type { Clock } from "../../../src/lib/clock.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLog } from "../../../src/lib/log.ts";
import { judgePermission } from "../../../src/permissions/judge.ts";
import { asSessionId } from "../../../src/schema/ids.ts";
import type { Message } from "../../../src/schema/message.ts";
import type { SessionEvent } from "../../../src/schema/session-event.ts";
import { JournalDirectory } from "../../../src/store/journal.ts";
import type { Journals, JournalWriter } from "../../../src/store/journal.ts";
import { releaseTurn } from "../../../src/store/turns.ts";
import { createToolSet } from "../../../src/tools/all.ts";
import { Failpoints } from "./failpoints.ts";
import type { ActorLine, ActorOptions, NumberedCommand } from "./protocol.ts";
import { spokenModel } from "./spoken-model.ts";

const [project = "", optionsText = "{}"] = process.argv.slice(2);
const options = JSON.parse(optionsText) as ActorOptions;
const failpoints = new Failpoints();
const beatEveryMs = 20;

function say(line: ActorLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

class JumpingClock implements Clock {
  #offsetMs = 0;

  nowMs(): number {
    return systemClock.nowMs() + this.#offsetMs;
  }

  jump(byMs: number): void {
    this.#offsetMs += byMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    return systemClock.after(delayMs, callback);
  }
}

const clock = new JumpingClock();

const noWriter: JournalWriter = { append: () => true, close: () => undefined, remove: () => undefined };
const noJournals: Journals = {
  create: () => noWriter,
  read: () => null,
  readFrom: () => null,
  remove: () => undefined,
  list: () => [],
};

function guards(): TurnGuards {
  return failpoints.guard({
    settle: options.without.includes("settling")
      ? (context, turn) => context.store.transact((tx) => releaseTurn(tx, turn))
      : turnGuards.settle,
    fence: options.without.includes("fencing") ? (store) => store : turnGuards.fence,
  });
}

async function openApp(): Promise<App> {
  const config = loadConfig({ cwd: project }, { keyVariables: [] });
  const { dataDirectory } = config;
  const { lockTimeoutMs } = options;
  return createApp({
    config,
    clock,
    catalogue: { providers: () => [], find: () => undefined },
    createProvider: spokenModel,
    loadTools: () => Promise.resolve(createToolSet(config.toolLimits)),
    loadJudge: () => Promise.resolve(judgePermission),
    headless: "allow",
    journals: options.without.includes("journal")
      ? noJournals
      : failpoints.journals(new JournalDirectory(dataDirectory, silentLog)),
    storeOptions: {
      probe: failpoints.probe,
      logSync: failpoints.logSync(join(dataDirectory, "crush.db")),
      ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
    },
    guards: guards(),
  });
}

/** Sessions whose turns run here: what others do is told by them. */
const own = new Set<string>();

function tell(app: App, event: SessionEvent): void {
  if (!("sessionId" in event) || event.sessionId === null) return;
  const session = event.sessionId;
  if (event.type === "turn-start" && app.runningSessions().includes(session)) own.add(session);
  if (own.has(session)) tellOwn(event);
  if (event.type === "turn-end") own.delete(session);
}

function tellOwn(event: SessionEvent): void {
  switch (event.type) {
    case "message-created":
      tellMessage(event.message);
      break;
    case "message-updated":
      if (event.message.finishedAt !== null) {
        say({ say: "finished", session: event.sessionId, message: event.message.id, text: textOf(event.message) });
      }
      break;
    case "text-delta":
    case "reasoning-delta":
    case "tool-call-delta": {
      const { sessionId: session, messageId: message } = event;
      say({ say: "delta", session, message, ...pieceOf(event), atMs: performance.now() });
      break;
    }
    case "retry-wait":
      say({ say: "discarded", session: event.sessionId, message: event.messageId });
      break;
    case "turn-start":
      say({ say: "turn-start", session: event.sessionId });
      break;
    case "turn-end":
      say({ say: "turn-end", session: event.sessionId, reason: event.reason });
      break;
    default:
  }
}

type Delta = Extract<SessionEvent, { type: "text-delta" | "reasoning-delta" | "tool-call-delta" }>;

function pieceOf(event: Delta): Pick<Extract<ActorLine, { say: "delta" }>, "of" | "text"> {
  if (event.type === "tool-call-delta") return { of: `call ${event.toolCallId}`, text: event.inputText };
  return { of: event.type === "text-delta" ? "text" : "reasoning", text: event.text };
}

function tellMessage({ id, sessionId: session, role, parts }: Message): void {
  for (const part of parts) {
    if (part.type === "text" && role === "user") say({ say: "prompt", session, message: id, text: part.text });
    if (part.type === "shell_command") say({ say: "prompt", session, message: id, text: part.command });
    if (part.type === "tool_result") say({ say: "result", session, call: part.toolCallId, content: part.content });
  }
}

function textOf({ parts }: Message): string {
  return parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
}

async function perform(app: App, command: NumberedCommand): Promise<string | null> {
  switch (command.do) {
    case "new":
      return (await app.createSession({ title: `Session ${String(command.number)}` })).id;
    case "prompt":
      await app.sendPrompt(asSessionId(command.session), { text: command.text, attachments: [] });
      break;
    case "queue":
      await app.queue.add(asSessionId(command.session), { text: command.text, attachments: [] }, "follow-up");
      break;
    case "cancel":
      await app.cancelTurn(asSessionId(command.session));
      break;
    case "delete":
      await app.deleteSession(asSessionId(command.session));
      break;
    case "draft":
      await app.saveDraft(asSessionId(command.session), command.text);
      break;
    case "shell":
      await app.runShellCommand(asSessionId(command.session), command.command, new AbortController().signal);
      break;
    case "open":
      app.openSession(asSessionId(command.session));
      break;
    case "arm":
      failpoints.arm(command.failpoint);
      break;
    case "jump":
      clock.jump(command.byMs);
      break;
    case "quit":
      await app.close();
      process.exit(0);
  }
  return "session" in command ? command.session : null;
}

async function obey(app: App, command: NumberedCommand): Promise<void> {
  try {
    say({ say: "done", number: command.number, session: await perform(app, command) });
  } catch (error) {
    const code = error instanceof AppError ? error.code : "bug";
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say({ say: "failed", number: command.number, code, message });
  }
}

failpoints.arm(options.armed);
const app = await openApp();
app.watch((event) => {
  tell(app, event);
});
say({ say: "ready", atMs: performance.now() });
setInterval(() => {
  // Said once all that was due by then has been done: a timer of the journal may be due at the same time.
  setTimeout(say, 1, { say: "beat", atMs: performance.now() });
}, beatEveryMs);
const input = createInterface(process.stdin);
input.on("line", (line) => {
  void obey(app, JSON.parse(line) as NumberedCommand);
});
// Whoever started it is gone.
input.on("close", () => process.exit(1));
