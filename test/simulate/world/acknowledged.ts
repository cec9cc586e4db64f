/** What the test has seen, and may therefore expect to find for good. */
import type { ActorLine } from "./protocol.ts";

/** What was on the screen longer than this must be on the disk. */
const promisedMs = 100;

export interface SeenSession {
  readonly id: string;
  /** `deleting`: asked for, and not yet said to be done. */
  fate: "kept" | "deleting" | "deleted";
  /** Another program has written into it: its order is not ours to vouch for. */
  isIntruded: boolean;
  readonly prompts: Map<string, string>;
  /** Texts that were put into the queue. */
  readonly queued: Set<string>;
  /** Contents by call. */
  readonly results: Map<string, string>;
  /** Whole texts by message. */
  readonly finished: Map<string, string>;
  /** What had been said by message, of steps that were cut off. */
  readonly begun: Map<string, BegunStep>;
  draft: string | null;
}

/** Beginnings, by what they are of. */
export type BegunStep = ReadonlyMap<Delta["of"], string>;

export class Acknowledged {
  readonly sessions = new Map<string, SeenSession>();

  session(id: string): SeenSession {
    let seen = this.sessions.get(id);
    if (seen === undefined) {
      seen = {
        id,
        fate: "kept",
        isIntruded: false,
        prompts: new Map(),
        queued: new Set(),
        results: new Map(),
        finished: new Map(),
        begun: new Map(),
        draft: null,
      };
      this.sessions.set(id, seen);
    }
    return seen;
  }

  kept(): SeenSession[] {
    return [...this.sessions.values()].filter(({ fate }) => fate === "kept");
  }
}

type Delta = Extract<ActorLine, { say: "delta" }>;

/** What one process has said, from its start to its end. */
export class HeardLines {
  readonly #all: Acknowledged;
  readonly #deltas = new Map<string, Delta[]>();
  #aliveAtMs = 0;
  #stoppedAtMs: number | null = null;
  #isRobbed = false;

  constructor(all: Acknowledged) {
    this.#all = all;
  }

  hear(line: ActorLine): void {
    switch (line.say) {
      case "prompt":
        this.#all.session(line.session).prompts.set(line.message, line.text);
        break;
      case "result":
        this.#all.session(line.session).results.set(line.call, line.content);
        break;
      case "finished":
        this.#all.session(line.session).finished.set(line.message, line.text);
        this.#deltas.delete(line.message);
        break;
      case "turn-start":
        this.#isRobbed = false;
        break;
      case "delta":
        if (this.#isRobbed) break;
        this.#deltas.set(line.message, [...(this.#deltas.get(line.message) ?? []), line]);
        break;
      case "discarded":
        this.#deltas.delete(line.message);
        break;
      case "beat":
        this.#aliveAtMs = line.atMs;
        break;
      default:
    }
  }

  /** A process that is stopped can't keep its promise; what it had shown long enough before counts. */
  stopped(): void {
    this.#stoppedAtMs ??= this.#aliveAtMs;
  }

  continued(): void {
    this.#stoppedAtMs = null;
  }

  /** It has lost its place: what it had shown by then counts, what it shows of the same steps from now on does not. */
  robbed(): void {
    this.end();
    this.#deltas.clear();
    this.#stoppedAtMs = null;
    this.#isRobbed = true;
  }

  /**
   * The process is dead: what it had shown more than 100 ms before its last sign of life is promised. (Its own time counts:
   * a process that got none from the machine for 100 ms has broken no promise.)
   */
  end(): void {
    const promisedUntilMs = (this.#stoppedAtMs ?? this.#aliveAtMs) - promisedMs;
    for (const [message, deltas] of this.#deltas) {
      const seen = deltas.filter(({ atMs }) => atMs <= promisedUntilMs);
      const [first] = seen;
      if (first === undefined) continue;
      const step = new Map<Delta["of"], string>();
      for (const { of, text } of seen) step.set(of, (step.get(of) ?? "") + text);
      this.#all.session(first.session).begun.set(message, step);
    }
  }
}
