import { maskSecrets } from "../lib/mask-secrets.ts";
import { areGoneWithin, findMarked, type MarkedProcess, signalMarked } from "../lib/process-group.ts";
import { detailsLength } from "../lib/short-id.ts";
import { listOwners, removeDeadOwners } from "../store/owner-lock.ts";
import type { Context } from "./context.ts";

const ownerVariable = "CRUSH_OWNER";
const sessionVariable = "CRUSH_SESSION";
/** Between asking to end and killing. */
const graceMs = 500;
const namedMax = 5;
const nameLengthMax = 80;

export interface JobOrigin {
  readonly ownerId: string;
  /** Its short id: the whole one comes from the database, and may hold anything. */
  readonly session: string;
}

/**
 * What every program that an owner's tools start has in its environment, so that it is found when the owner has died, and
 * told to no other session than its own.
 */
export function jobMark({ ownerId, session }: JobOrigin): Readonly<Record<string, string>> {
  return { [ownerVariable]: ownerId, [sessionVariable]: session };
}

interface LeftJob {
  /** Empty where its environment holds none. */
  readonly session: string;
  /** Without secrets. */
  readonly name: string;
}

/** What dead processes of ours had started and left running. Only what carries a dead owner's id in its environment is touched. */
export class LeftJobs {
  readonly #context: Pick<Context, "config" | "log" | "secrets">;
  /** By the ids of owners, which never come back. */
  readonly #ended = new Map<string, readonly LeftJob[]>();
  #ending: Promise<unknown> = Promise.resolve();

  constructor(context: Pick<Context, "config" | "log" | "secrets">) {
    this.#context = context;
  }

  /** Asks what is left to end and does not wait. What is to be said of it, once; null: nothing was found. */
  end(isAlive: (ownerId: string) => boolean): string | null {
    const { config, log, secrets } = this.#context;
    const owners = listOwners(config.dataDirectory).filter((id) => !this.#ended.has(id) && !isAlive(id));
    if (owners.length === 0) return null;
    const known = secrets();
    const left = owners.flatMap((id) => {
      const found = findOf(id);
      this.#ended.set(
        id,
        leadersOf(found).map(({ label, command }) => ({ session: label, name: nameOf(command, known) })),
      );
      return found;
    });
    if (left.length === 0) {
      removeDeadOwners(config.dataDirectory, owners);
      // One that was seen before it could take its lock lives: when it has died it is looked at like any other.
      const living = new Set(listOwners(config.dataDirectory));
      for (const id of owners) if (living.has(id)) this.#ended.delete(id);
      return null;
    }
    this.#ending = Promise.all([this.#ending, this.#finish(owners, left)]);
    log.write("info", "programs of a process that had died were ended", { count: left.length });
    return toldOf(owners.flatMap((id) => this.#ended.get(id) ?? []));
  }

  /** What of this origin was ended here. */
  namesOf({ ownerId, session }: JobOrigin): readonly string[] {
    const jobs = this.#ended.get(ownerId) ?? [];
    return jobs.flatMap((job) => (job.session === session ? [job.name] : [])).slice(0, namedMax);
  }

  /** Resolves when what was asked to end has ended, or was killed. */
  async settled(): Promise<void> {
    await this.#ending;
  }

  /** The locks go last: by them the next program finds what this one could not see to the end. */
  async #finish(owners: readonly string[], left: readonly MarkedProcess[]): Promise<void> {
    signalMarked(left, "SIGTERM");
    if (!(await areGoneWithin(left, graceMs))) signalMarked(owners.flatMap(findOf), "SIGKILL");
    removeDeadOwners(this.#context.config.dataDirectory, owners);
  }
}

function findOf(ownerId: string): readonly MarkedProcess[] {
  return findMarked(`${ownerVariable}=${ownerId}`, sessionVariable);
}

/** Masked before it is cut: half a key is one too. */
function nameOf(command: string, secrets: readonly string[]): string {
  const masked = maskSecrets(command, secrets);
  return masked.length > nameLengthMax ? `${masked.slice(0, nameLengthMax)}…` : masked;
}

function toldOf(jobs: readonly LeftJob[]): string {
  const named = jobs
    .slice(0, namedMax)
    .map(({ name, session }) => (session === "" ? name : `${name} (session ${session.slice(0, detailsLength)})`));
  const more = jobs.length > namedMax ? [`${jobs.length - namedMax} more`] : [];
  return `What a program that had died had left running was ended: ${[...named, ...more].join("; ")}`;
}

/** One name a group. */
function leadersOf(left: readonly MarkedProcess[]): readonly MarkedProcess[] {
  return left.filter(
    ({ pid, groupId }) => pid === groupId || !left.some((other) => other.pid === groupId && other.pid !== pid),
  );
}
