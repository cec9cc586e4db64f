import { type App, isModelProblem } from "../../app/app.ts";
import type { TurnOutcome } from "../../app/prompt.ts";
import type { SendOptions } from "../../app/queue.ts";
import { AppError } from "../../lib/app-error.ts";
import type { DisplayCall } from "../../schema/display-block.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { PermissionAnswer, PermissionRequest } from "../../schema/permission.ts";
import type { CliIo } from "../io.ts";
import { plural } from "../plural.ts";
import { askPermission } from "./ask-permission.ts";
import { isGone } from "./is-gone.ts";
import type { ListedSessions, PlainContext } from "./plain-context.ts";
import { runPlainCommand } from "./plain-commands.ts";
import { plainHint } from "./plain-hint.ts";
import { PlainOutput } from "./plain-output.ts";
import { plainTitle } from "./plain-title.ts";
import { TurnReport } from "./turn-report.ts";

export interface PlainOptions {
  readonly app: App;
  readonly io: CliIo;
  readonly displayCall: DisplayCall;
  readonly calledAs: string;
  readonly sessionId: SessionId;
}

/** The interactive program line by line: prompts in, answers out, questions in words. */
export class PlainProgram implements PlainContext {
  readonly app: App;
  readonly output: PlainOutput;
  readonly displayCall: DisplayCall;
  sessionId: SessionId;
  listed: ListedSessions = { kind: "none", ids: [] };
  readonly #io: CliIo;
  readonly #calledAs: string;
  #cancelTurn: (() => void) | null = null;
  /** Once each: where the turn can't be taken up, the person needs the prompt to mend that. */
  readonly #askedLeft = new Set<string>();

  constructor({ app, io, displayCall, calledAs, sessionId }: PlainOptions) {
    this.app = app;
    this.#io = io;
    this.output = new PlainOutput(io);
    this.displayCall = displayCall;
    this.#calledAs = calledAs;
    this.sessionId = sessionId;
  }

  /** Resolves when the person leaves. */
  async run(): Promise<number> {
    const release = this.#io.onSignal((signal) => {
      if (signal === "SIGINT" && this.#cancelTurn !== null) this.#cancelTurn();
      else this.#io.endLines();
    });
    try {
      this.output.lines("Crush, plain text. /help lists the commands, /quit leaves.");
      this.#greet();
      while (await this.#step());
      return 0;
    } finally {
      release();
      this.#io.endLines();
      await this.#leave();
    }
  }

  async open(sessionId: SessionId): Promise<void> {
    const previous = this.sessionId;
    this.sessionId = sessionId;
    this.#greet();
    if (previous !== sessionId) await this.app.leaveSession(previous);
  }

  async ask(question: string): Promise<string | null> {
    this.output.ask(question);
    return (await this.#io.nextLine())?.trim() ?? null;
  }

  async send(text: string): Promise<void> {
    const { sessionId } = this;
    await this.#follow(async (options) => this.app.queue.send(sessionId, { text, attachments: [] }, options));
  }

  /** Says all that comes of a turn, and asks what it asks. */
  async #follow(start: (options: SendOptions) => Promise<TurnOutcome>): Promise<void> {
    const { sessionId, output } = this;
    const report = new TurnReport(output, this.displayCall);
    const asked: PermissionRequest[] = [];
    const abort = new AbortController();
    let isWaiting = false;
    let wake = Promise.withResolvers<undefined>();
    const stop = this.app.watch((event) => {
      if (event.sessionId !== sessionId && event.type !== "jobs-ended") return;
      if (!isWaiting) report.event(event);
      if (event.type !== "permission-asked") return;
      asked.push(event.request);
      wake.resolve(undefined);
    });
    this.#cancelTurn = () => {
      if (isWaiting) abort.abort();
      else void this.app.cancelTurn(sessionId).catch(() => undefined);
    };
    try {
      const options = this.#waitOptions(abort.signal, (isHeldUp) => {
        isWaiting = isHeldUp;
      });
      const turn = start(options);
      for (;;) {
        const outcome = await Promise.race([turn, wake.promise]);
        if (outcome !== undefined) {
          this.#end(outcome);
          return;
        }
        wake = Promise.withResolvers<undefined>();
        for (let request = asked.shift(); request !== undefined; request = asked.shift()) {
          const said = await this.#askFor(request);
          this.app.answerPermission(request.id, said ?? { decision: "deny" });
        }
      }
    } finally {
      this.#cancelTurn = null;
      stop();
    }
  }

  async #askFor(request: PermissionRequest): Promise<PermissionAnswer | null> {
    return askPermission(request, this.output, () => this.#io.nextLine());
  }

  /** Asks what a program that ended has left in this session. False: the input has ended. */
  async #askLeft(): Promise<boolean> {
    const { sessionId } = this;
    const live = this.app.liveTurn(sessionId);
    const [request] = live?.isLeft === true ? live.pendingPermissions : [];
    // Lines of a pipe are prompts: they go on without it.
    if (request === undefined || this.#askedLeft.has(request.id) || !this.#io.isInputTerminal) return true;
    this.#askedLeft.add(request.id);
    this.output.lines("The program ended while this was asked. Nothing of it has run; your answer takes the turn up.");
    const said = await this.#askFor(request);
    if (said !== null) await this.#follow(async () => this.app.resumeTurn(sessionId, request.id, said));
    return said !== null;
  }

  /** Of a prompt that another window's turn keeps waiting. */
  #waitOptions(signal: AbortSignal, setWaiting: (isWaiting: boolean) => void): SendOptions {
    return {
      signal,
      mayWait: true,
      mayTakeOver: false,
      onWait: (who) => {
        setWaiting(true);
        this.output.lines(`Waiting: ${who} is at work in this session. ctrl+c takes the prompt back.`);
      },
      onSilent: (who) => {
        this.output.lines(`${who} does not answer: it may be stopped or suspended. Let it go on, or end it.`);
      },
      onBegin: () => {
        setWaiting(false);
      },
    };
  }

  #greet(): void {
    this.app.openSession(this.sessionId);
    // Said once: the count must be right at once.
    const { session, hash, metrics } = this.app.showSession(this.sessionId);
    const model = this.app.sessionModel(this.sessionId);
    const name = isModelProblem(model) ? model.message : model.info.name;
    const count = plural(metrics.messageCount, "message");
    this.output.lines(`Session: ${plainTitle(session.title)}. ${hash.slice(0, 7)}, ${count}. ${name}.`);
    if (isModelProblem(model)) this.output.lines(`${plainHint(model.hint)}. /model practice/practice needs no key.`);
  }

  #end({ reason, errorMessage, errorHint }: TurnOutcome): void {
    this.output.endLine();
    if (reason === "canceled") this.output.lines("Canceled; what was said is kept.");
    if (errorMessage !== undefined) this.#report(errorMessage, errorHint);
  }

  #report(message: string, hint: string | undefined): void {
    this.output.lines(`Error: ${message}`, ...(hint === undefined || hint === "" ? [] : [`Hint: ${plainHint(hint)}`]));
  }

  async #step(): Promise<boolean> {
    try {
      return (await this.#askLeft()) && (await this.#takeLine());
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === "turn-canceled") this.output.lines(`Not sent: ${error.message}.`);
      else this.#report(error.message, error.hint);
    }
    return true;
  }

  async #takeLine(): Promise<boolean> {
    const line = await this.ask("You:");
    if (line === null) return false;
    if (line === "") return true;
    if (line === "exit" || line === "quit") return false;
    if (line.startsWith("/")) return runPlainCommand(this, line);
    if (line.startsWith("!")) await this.#runShell(line.slice(1).trim());
    else await this.send(line);
    return true;
  }

  async #runShell(command: string): Promise<void> {
    const abort = new AbortController();
    this.#cancelTurn = () => {
      abort.abort();
    };
    try {
      const { parts } = await this.app.runShellCommand(this.sessionId, command, abort.signal);
      for (const part of parts) {
        if (part.type === "shell_command") this.output.lines(part.output.trimEnd(), `Exit code ${part.exitCode}.`);
      }
    } finally {
      this.#cancelTurn = null;
    }
  }

  async #leave(): Promise<void> {
    if (isGone(this.app, this.sessionId)) {
      this.output.endLine();
      return;
    }
    const { session, hash } = this.app.showSession(this.sessionId);
    await this.app.leaveSession(this.sessionId);
    this.output.endLine();
    if (session.messageCount > 0) this.output.lines(`Continue with: ${this.#calledAs} --plain -s ${hash.slice(0, 7)}`);
  }
}
