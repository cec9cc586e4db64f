/** A seeded run of several processes over one project, some of which are killed in each round. */
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { type SeededRandom, seededRandom } from "../../harness/model-servers/seeded-random.ts";
import { databaseRows } from "../../harness/database-rows.ts";
import { Sandbox } from "../../harness/sandbox.ts";
import { Acknowledged } from "./acknowledged.ts";
import { Actor, type Answer } from "./actor.ts";
import { type FailpointName, failpointNames, isOfRecovery } from "./failpoints.ts";
import type { Histogram } from "./histogram.ts";
import { databaseProblems, leftovers, Snapshot } from "./invariants.ts";
import type { WireJudges } from "./next-request.ts";
import { passed } from "./passed.ts";
import { Peer } from "./peer.ts";
import type { ActorCommand, ActorOptions, ArmedFailpoint } from "./protocol.ts";
import { type SpokenKind, spokenKinds, spokenSettings } from "./spoken-model.ts";
import { isWriteLocked } from "./write-lock.ts";

export interface KillingRunOptions {
  readonly seed: number;
  readonly kills: number;
  readonly judges: WireJudges;
  readonly histogram: Histogram;
  readonly without?: ActorOptions["without"];
  /** What happens between kills in each round; absent: something else in each. */
  readonly disturbance?: "rob";
}

interface Job {
  readonly kind?: SpokenKind;
  /** So many at least: how long the turn lasts. */
  readonly words: number;
}

const dayMs = 86_400_000;
/** What may be said to a command of the simulation: someone else was there first. */
const expectedCodes = ["session-busy", "session-not-found"];
const onceATurn: readonly FailpointName[] = [
  "turn-claimed",
  "turn-released",
  "file-versioned",
  "session-buried",
  "prompt-queued",
];
const sessionsMax = 6;
const settleMs = 10_000;

/** Answers the number of kills. Rejects with the first thing that does not hold; the message names the seed and the round. */
export async function killingRun(options: KillingRunOptions): Promise<number> {
  await using run = new KillingRun(options);
  await run.start();
  let kills = 0;
  for (let round = 1; kills < options.kills; round += 1) {
    try {
      kills += await run.round();
    } catch (error) {
      throw new Error(`seed ${String(options.seed)}, round ${String(round)}, kill ${String(kills)}`, { cause: error });
    }
  }
  await run.finish();
  return kills;
}

class KillingRun implements AsyncDisposable {
  readonly #options: KillingRunOptions;
  readonly #random: SeededRandom;
  readonly #sandbox = new Sandbox();
  readonly #seen = new Acknowledged();
  readonly #actors: Actor[] = [];
  readonly #failures: string[] = [];
  /** Sessions that a prompt is on its way to. */
  readonly #reserved = new Set<string>();
  #peer: Peer | null = null;
  #prompts = 0;

  constructor(options: KillingRunOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#sandbox.writeGlobalConfig(spokenSettings);
    mkdirSync(path.join(this.#sandbox.project, ".git"), { recursive: true });
  }

  async start(): Promise<void> {
    const count = this.#random.integer(2, 3);
    this.#actors.push(this.#newActor(null));
    await this.#actors[0]?.ready();
    while (this.#actors.length < count) this.#actors.push(this.#newActor(null));
    await Promise.all(this.#actors.map(async (actor) => actor.ready()));
    this.#peer = new Peer(this.#sandbox.database, this.#sandbox.environment());
  }

  /** Lets everyone work, kills some, starts them again, looks. Returns how many it killed. */
  async round(): Promise<number> {
    await this.#disturb();
    const victims = this.#chooseVictims();
    for (const actor of this.#actors) {
      if (!victims.includes(actor) && actor.running.size === 0) await this.#putToWork(actor, { words: 60 });
    }
    const sessions = await Promise.all(victims.map(async (actor) => this.#end(actor)));
    for (const actor of victims) {
      actor.settleAccounts();
      this.#note(actor);
    }
    if (this.#random.integer(1, 6) === 1) await this.#peer?.restart();
    await Promise.all(victims.map(async (actor) => this.#restart(actor)));
    await this.#look(sessions.flatMap((session) => session ?? []));
    return victims.length;
  }

  /** Everyone leaves in good order: nothing is left behind, every session can go on. */
  async finish(): Promise<void> {
    await this.#peer?.quit();
    await Promise.all(this.#actors.map(async (actor) => this.#quit(actor)));
    // Whoever runs a turn tidies up behind the dead.
    const last = this.#newActor(null);
    await last.ready();
    const session = await this.#putToWork(last, { words: 60 });
    if (session !== null) await this.#tell(last, { do: "cancel", session });
    await this.#quit(last);
    await this.#look(this.#seen.kept().map(({ id }) => id));
    const buried = databaseRows(this.#sandbox.database, "select session_id from x_tombstone");
    this.#fail(buried.map((row) => `session ${String(row["session_id"])} is deleted and not gone`));
    this.#fail(leftovers(this.#sandbox.dataDirectory));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#actors.map(async (actor) => actor.kill()), this.#peer?.kill()]);
    this.#sandbox[Symbol.dispose]();
  }

  #newActor(armed: ArmedFailpoint | null): Actor {
    const place = { project: this.#sandbox.project, environment: this.#sandbox.environment() };
    return new Actor(place, { without: this.#options.without ?? [], armed }, this.#seen);
  }

  /** Things that happen between kills. */
  async #disturb(): Promise<void> {
    const actor = this.#pick(this.#actors);
    if (this.#options.disturbance === "rob") {
      await this.#rob(actor);
      return;
    }
    switch (this.#random.integer(1, 12)) {
      case 1:
        await this.#tell(actor, { do: "jump", byMs: this.#random.integer(0, 1) === 0 ? dayMs : -dayMs });
        break;
      case 2:
        await this.#delete(actor);
        break;
      case 3:
        this.#peer?.intrude(this.#pick(this.#seen.kept()));
        break;
      case 4:
        for (const session of actor.running) await this.#tell(actor, { do: "cancel", session });
        break;
      case 5:
        await this.#pauseActor(actor);
        break;
      case 7:
        await this.#rob(actor);
        break;
      case 8:
      case 9:
        await this.#queue(actor);
        break;
      case 6:
        this.#peer?.deleteOwn();
        break;
      default:
    }
  }

  async #pauseActor(actor: Actor): Promise<void> {
    actor.stop();
    await passed(this.#random.integer(20, 200));
    actor.continue();
  }

  /**
   * A stopped process loses its place, as by a person who removes its lock, and is let go on when another works in its
   * session: it must write nothing more there. Stopped inside a transaction it would lock everybody out, so it is let be.
   */
  async #rob(actor: Actor): Promise<void> {
    const other = this.#actors.find((each) => each !== actor && each.running.size === 0);
    if (other === undefined || actor.running.size > 0) return;
    const session = await this.#putToWork(actor, { kind: "talk", words: 100 });
    if (session === null) return;
    await passed(this.#random.integer(0, 100));
    actor.stop();
    if (isWriteLocked(this.#sandbox.database)) {
      actor.continue();
      return;
    }
    const owners = databaseRows(
      this.#sandbox.database,
      `select owner_id from x_turn where owner_name like 'process ${String(actor.process.pid)} on %'`,
    );
    for (const row of owners) {
      rmSync(path.join(this.#sandbox.dataDirectory, "owners", `${String(row["owner_id"])}.lock`));
    }
    this.#prompts += 1;
    await this.#tell(other, { do: "prompt", session, text: `p${String(this.#prompts)} talk 10` });
    actor.goOnRobbed();
    if (actor.running.has(session)) await actor.untilAtRest(session);
  }

  /** Into a session that anybody may be at work in. */
  async #queue(actor: Actor): Promise<void> {
    const kept = this.#seen.kept();
    if (kept.length === 0) return;
    const seen = this.#pick(kept);
    this.#prompts += 1;
    const text = `p${String(this.#prompts)} talk 20`;
    const answer = await this.#tell(actor, { do: "queue", session: seen.id, text });
    if (answer?.say === "done") seen.queued.add(text);
  }

  async #delete(actor: Actor): Promise<void> {
    const kept = this.#seen.kept();
    if (kept.length < 3) return;
    const seen = this.#pick(kept);
    seen.fate = "deleting";
    const answer = await this.#tell(actor, { do: "delete", session: seen.id });
    if (answer?.say === "done") seen.fate = "deleted";
  }

  #chooseVictims(): Actor[] {
    const count = Math.min(this.#actors.length, this.#random.integer(1, 3));
    return this.#actors.toSorted(() => this.#random.integer(0, 2) - 1).slice(0, count);
  }

  /** Sends a prompt to a session that nobody is known to work in. Answers the session. */
  async #putToWork(actor: Actor, { kind = this.#pick(spokenKinds), words }: Job): Promise<string | null> {
    const session = await this.#freeSession(actor);
    if (session === null) return null;
    this.#prompts += 1;
    const text = `p${String(this.#prompts)} ${kind} ${String(this.#random.integer(words, 2 * words))}`;
    const answer = this.#tell(actor, { do: "prompt", session, text });
    await Promise.race([actor.untilRunning(session), answer]);
    this.#reserved.delete(session);
    return session;
  }

  async #freeSession(actor: Actor): Promise<string | null> {
    const busy = new Set([...this.#reserved, ...this.#actors.flatMap((each) => [...each.running])]);
    const free = this.#seen.kept().filter(({ id }) => !busy.has(id));
    if (free.length > 0 && (this.#seen.kept().length >= sessionsMax || this.#random.integer(1, 4) > 1)) {
      const { id } = this.#pick(free);
      this.#reserved.add(id);
      return id;
    }
    const made = await this.#tell(actor, { do: "new" });
    if (made?.say !== "done" || made.session === null) return null;
    return this.#seen.session(made.session).id;
  }

  /** Puts a process to work and kills it. Answers the session that it worked in. */
  async #end(actor: Actor): Promise<string | null> {
    const name = this.#pick(this.#options.histogram.leastHit(failpointNames));
    if (this.#random.integer(1, 20) === 1) return this.#endInDeletion(actor);
    if (this.#random.integer(1, 3) === 1 || isOfRecovery(name)) return this.#endAtAnyMoment(actor);
    return this.#endAtFailpoint(actor, name);
  }

  /** In the middle of taking away what a session has left behind. */
  async #endInDeletion(actor: Actor): Promise<string | null> {
    void this.#delete(actor);
    await passed(this.#random.integer(0, 60));
    await actor.kill();
    return null;
  }

  async #endAtAnyMoment(actor: Actor): Promise<string | null> {
    const session = await this.#putToWork(actor, { words: 250 });
    await passed(this.#random.integer(0, 300));
    if (this.#random.integer(1, 8) === 1) {
      actor.stop();
      await passed(this.#random.integer(0, 200));
    }
    await actor.kill();
    return session;
  }

  /** Where it is not reached in time, the process is killed as it is. */
  async #endAtFailpoint(actor: Actor, name: FailpointName): Promise<string | null> {
    const time = onceATurn.includes(name) ? 1 : this.#random.integer(1, 2);
    const arm = async (): Promise<unknown> => this.#tell(actor, { do: "arm", failpoint: { name, time } });
    // Most are met in the transaction that begins a turn already; they are of more interest inside one.
    const isOfStart = name === "turn-claimed" || name === "session-buried" || name === "prompt-queued";
    if (isOfStart) await arm();
    const session = await this.#putToWork(actor, { words: 60, kind: "both" });
    if (name === "session-buried") await this.#delete(actor);
    else if (name === "prompt-queued") await this.#queue(actor);
    else if (!isOfStart) await arm();
    await Promise.race([actor.process.ended(), passed(2_500)]);
    await actor.kill();
    return session;
  }

  #note(actor: Actor): void {
    const rows = databaseRows(
      this.#sandbox.database,
      `select phase from x_turn where owner_name like 'process ${String(actor.process.pid)} on %'`,
    );
    const isRecovery = actor.failpoint !== null && isOfRecovery(actor.failpoint);
    // Another process may have been so fast as to settle it already.
    const seen = actor.running.size > 0 ? "settled" : null;
    const phase = isRecovery ? "settling" : rows.length === 0 ? seen : String(rows[0]?.["phase"]);
    this.#options.histogram.add({ failpoint: actor.failpoint, phase });
  }

  /** In the victim's place comes another; it may be killed too, while it settles what is left. */
  async #restart(victim: Actor): Promise<void> {
    const name = this.#pick(this.#options.histogram.leastHit(failpointNames));
    const armed = isOfRecovery(name) ? { name, time: 1 } : null;
    let next = this.#newActor(armed);
    if (armed !== null && !(await next.ready())) {
      next.settleAccounts();
      this.#note(next);
      next = this.#newActor(null);
    }
    this.#actors[this.#actors.indexOf(victim)] = next;
    if (!(await next.ready())) throw new Error(`a process does not start: ${next.process.errors}`);
    if (armed !== null) await this.#disarm(next);
    await this.#untilSettled(String(victim.process.pid));
  }

  async #disarm(actor: Actor): Promise<void> {
    if (actor.failpoint === null) await actor.ask({ do: "arm", failpoint: { name: "begun", time: 0 } });
  }

  /** What the dead process left is settled at the start of the next, or soon after where the database was busy. */
  async #untilSettled(pid: string): Promise<void> {
    const endMs = performance.now() + settleMs;
    const sql = `select session_id from x_turn where owner_name like 'process ${pid} on %'`;
    while (databaseRows(this.#sandbox.database, sql).length > 0) {
      if (performance.now() > endMs) throw new Error("a dead process' turn is not settled");
      await passed(10);
    }
  }

  async #look(sessions: readonly string[]): Promise<void> {
    using snapshot = new Snapshot(this.#sandbox.database, this.#sandbox.root);
    this.#resolveFates(snapshot);
    // At once: what is seen from now on need not be in the snapshot.
    this.#fail([
      ...this.#failures,
      ...databaseProblems(snapshot, this.#seen),
      ...(this.#peer?.problems(snapshot) ?? []),
    ]);
    const there = snapshot.sessions();
    this.#fail(
      await this.#options.judges.problems(
        snapshot.file,
        sessions.filter((id) => there.has(id)),
      ),
    );
  }

  /** Whoever was to delete a session may be dead: it is there as a whole, or gone as a whole. */
  #resolveFates(snapshot: Snapshot): void {
    for (const seen of this.#seen.sessions.values()) {
      if (seen.fate !== "deleting") continue;
      seen.fate = snapshot.sessions().has(seen.id) ? "kept" : "deleted";
    }
  }

  async #quit(actor: Actor): Promise<void> {
    const ended = actor.process.ended();
    void actor.ask({ do: "quit" });
    if ((await Promise.race([ended, passed(15_000, "late")])) === "late") this.#failures.push("a process does not end");
    if (actor.process.errors !== "") this.#failures.push(actor.process.errors);
  }

  async #tell(actor: Actor, command: ActorCommand): Promise<Answer | null> {
    const answer = await actor.ask(command);
    if (answer?.say === "failed" && !this.#isExpected(command, answer.code)) {
      this.#failures.push(`${command.do} failed: ${answer.code}: ${answer.message}`);
    }
    return answer;
  }

  /**
   * In a session that the peer was the first to answer in, it is the peer's model that ours would have to use; a turn among
   * whose rows it wrote stops after its step.
   */
  #isExpected(command: ActorCommand, code: string): boolean {
    const isPeers = command.do === "prompt" && this.#seen.session(command.session).isIntruded;
    return expectedCodes.includes(code) || (isPeers && ["provider-unknown", "session-changed"].includes(code));
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random.integer(0, list.length - 1)] as T;
  }

  #fail(problems: readonly string[]): void {
    if (problems.length > 0) throw new Error(problems.slice(0, 20).join("\n"));
  }
}
