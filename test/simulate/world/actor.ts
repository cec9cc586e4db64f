/** A process of ours in the simulation, seen from outside. */
import { HeardLines, type Acknowledged } from "./acknowledged.ts";
import type { FailpointName } from "./failpoints.ts";
import { LineProcess } from "./line-process.ts";
import type { ActorCommand, ActorLine, ActorOptions } from "./protocol.ts";

export interface ActorPlace {
  readonly project: string;
  readonly environment: Readonly<Record<string, string>>;
}

const answerMs = 30_000;

export type Answer = Extract<ActorLine, { say: "done" | "failed" }>;

export class Actor {
  readonly process: LineProcess<ActorLine>;
  /** Sessions whose turns run here, as far as is known. */
  readonly running = new Set<string>();
  /** Where it ended itself. */
  failpoint: FailpointName | null = null;
  readonly #heard: HeardLines;
  readonly #ready: Promise<ActorLine | null>;
  #number = 0;

  constructor(place: ActorPlace, options: ActorOptions, seen: Acknowledged) {
    this.#heard = new HeardLines(seen);
    this.process = new LineProcess<ActorLine>({
      script: "actor-process.ts",
      args: [place.project, JSON.stringify(options)],
      cwd: place.project,
      environment: place.environment,
      onLine: (line) => {
        this.#hear(line);
      },
    });
    this.#ready = this.process.next(({ say }) => say === "ready", answerMs);
  }

  /** False where it ended before it was open. */
  async ready(): Promise<boolean> {
    const line = await this.#ready;
    if (line === null && !this.process.hasEnded) throw new Error(`a process does not start: ${this.process.errors}`);
    return line !== null;
  }

  /** Resolves with null where the process ends before it has answered. */
  async ask(command: ActorCommand, deadlineMs = answerMs): Promise<Answer | null> {
    this.#number += 1;
    const number = this.#number;
    const isIt = (line: ActorLine): boolean => "number" in line && line.number === number;
    const answer = this.process.next(isIt, deadlineMs);
    this.process.send({ ...command, number });
    return (await answer) as Answer | null;
  }

  async untilRunning(session: string): Promise<boolean> {
    if (this.running.has(session)) return true;
    const isIt = (line: ActorLine): boolean => line.say === "turn-start" && line.session === session;
    return (await this.process.next(isIt, 5_000)) !== null;
  }

  async untilAtRest(session: string): Promise<void> {
    const isIt = (line: ActorLine): boolean => line.say === "turn-end" && line.session === session;
    if (this.running.has(session)) await this.process.next(isIt, 5_000);
  }

  stop(): void {
    this.process.signal("SIGSTOP");
    this.#heard.stopped();
  }

  continue(): void {
    this.process.signal("SIGCONT");
    this.#heard.continued();
  }

  /** It goes on, and what it shows from now on is promised to nobody. */
  goOnRobbed(): void {
    this.process.signal("SIGCONT");
    this.#heard.robbed();
  }

  async kill(): Promise<void> {
    this.process.signal("SIGKILL");
    await this.process.ended();
  }

  /** Once it is dead. */
  settleAccounts(): void {
    this.#heard.end();
  }

  #hear(line: ActorLine): void {
    this.#heard.hear(line);
    if (line.say === "turn-start") this.running.add(line.session);
    if (line.say === "turn-end") this.running.delete(line.session);
    if (line.say === "failpoint") this.failpoint = line.name;
  }
}
