import path from "node:path";
import type { SessionId } from "../../schema/ids.ts";
import type { BackgroundJobs, ToolContext } from "../tool.ts";
import { OutputStore } from "./output-store.ts";
import { type ShellExit, ShellProcess } from "./shell-process.ts";
import type { ChangeWatch } from "./watch-changes.ts";
import { randomHex } from "../../lib/random-hex.ts";

const finishedJobsMax = 50;

export interface JobFacts {
  readonly command: string;
  readonly description: string;
  /** Absolute. */
  readonly workingDirectory: string;
}

/** A command that runs or ran: in the foreground until `detach`. */
export class Job implements JobFacts {
  readonly id: string;
  readonly sessionId: SessionId;
  readonly command: string;
  readonly description: string;
  readonly workingDirectory: string;
  readonly startedAtMs = Date.now();
  readonly output: OutputStore;
  readonly exited: Promise<ShellExit>;
  readonly #process: ShellProcess;
  #listener: ((text: string) => void) | undefined;
  #exit: ShellExit | undefined;
  #isBackground = false;
  #watch: ChangeWatch | undefined;

  constructor(id: string, facts: JobFacts, context: ToolContext) {
    this.id = id;
    this.sessionId = context.sessionId;
    this.command = facts.command;
    this.description = facts.description;
    this.workingDirectory = facts.workingDirectory;
    const spillFile = path.join(context.spillDirectory, `bash-${randomHex(16)}.txt`);
    this.output = new OutputStore(spillFile, { secrets: context.secrets });
    this.#listener = (text) => context.onOutput(text, this.output.spillName);
    this.#process = new ShellProcess({
      command: facts.command,
      workingDirectory: facts.workingDirectory,
      environment: context.environment,
      onText: (text) => {
        this.#show(this.output.append(text));
      },
    });
    this.exited = this.#process.exited.then((exit) => {
      this.#exit = exit;
      this.#show(this.output.close());
      return exit;
    });
  }

  #show(text: string): void {
    if (text !== "") this.#listener?.(text);
  }

  /** Undefined while it runs. */
  get exit(): ShellExit | undefined {
    return this.#exit;
  }

  get isBackground(): boolean {
    return this.#isBackground;
  }

  /** From now on it outlives its call: its output goes to nobody's screen. */
  detach(watch: ChangeWatch): void {
    this.#isBackground = true;
    this.#listener = undefined;
    this.#watch = watch;
  }

  /** Records what it did to files since it went to the background, once it is over; called by those that look at it. */
  async recordChanges(): Promise<void> {
    if (this.#exit === undefined) return;
    const watch = this.#watch;
    this.#watch = undefined;
    await watch?.finish();
  }

  /** Resolves when the command and all that it started are gone. */
  async end(): Promise<void> {
    await this.#process.end();
    await this.exited;
  }

  kill(): void {
    this.#process.kill();
  }
}

/** All commands that run, and the background ones that are over and not yet forgotten. */
export class JobRegistry implements BackgroundJobs {
  readonly #jobs = new Map<string, Job>();
  readonly #listeners: Parameters<BackgroundJobs["watch"]>[0][] = [];
  #lastNumber = 0;
  readonly #killAll = (): void => {
    for (const job of this.#jobs.values()) job.kill();
  };

  start(facts: JobFacts, context: ToolContext): Job {
    // Whatever way the program ends by itself, its commands end with it.
    if (this.#jobs.size === 0) process.on("exit", this.#killAll);
    this.#lastNumber += 1;
    const id = this.#lastNumber.toString(16).toUpperCase().padStart(3, "0");
    const job = new Job(id, facts, context);
    this.#jobs.set(id, job);
    return job;
  }

  /** A background job of that session; of no other. */
  find(sessionId: SessionId, id: string): Job | undefined {
    const job = this.#jobs.get(id);
    return job?.sessionId === sessionId && job.isBackground ? job : undefined;
  }

  backgroundIds(sessionId: SessionId): string[] {
    return [...this.#jobs.values()]
      .filter((job) => job.sessionId === sessionId && job.isBackground)
      .map((job) => job.id);
  }

  detach(job: Job, watch: ChangeWatch): void {
    job.detach(watch);
    this.#tell(job.sessionId);
    void job.exited.then(() => this.#tell(job.sessionId));
    const finished = [...this.#jobs.values()].filter((other) => other.isBackground && other.exit !== undefined);
    for (const old of finished.slice(0, Math.max(0, finished.length - finishedJobsMax))) this.forget(old);
  }

  forget(job: Job): void {
    this.#jobs.delete(job.id);
    if (this.#jobs.size === 0) process.off("exit", this.#killAll);
  }

  async endAll(sessionId?: SessionId): Promise<void> {
    const ending = [...this.#jobs.values()].filter((job) => sessionId === undefined || job.sessionId === sessionId);
    await Promise.all(ending.map((job) => job.end()));
    for (const job of ending) this.forget(job);
  }

  count(sessionId?: SessionId): number {
    return this.#running(sessionId).length;
  }

  watch(listener: Parameters<BackgroundJobs["watch"]>[0]): void {
    this.#listeners.push(listener);
  }

  #running(sessionId?: SessionId): readonly Job[] {
    return [...this.#jobs.values()].filter(
      (job) => job.isBackground && job.exit === undefined && (sessionId === undefined || job.sessionId === sessionId),
    );
  }

  #tell(sessionId: SessionId): void {
    const commands = this.#running(sessionId).map(({ command }) => command);
    for (const listener of this.#listeners) listener(sessionId, commands);
  }
}
