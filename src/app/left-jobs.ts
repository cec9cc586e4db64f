import { maskSecrets } from "../lib/mask-secrets.ts";
import { findMarked, type MarkedProcess, signalMarked } from "../lib/process-group.ts";
import { deadOwners, removeDeadOwners } from "../store/owner-lock.ts";
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

/**
 * Ends what dead processes of ours had started and left running, and removes their locks. Only what carries a dead owner's
 * id in its environment is touched. Does not wait; returns what was ended, without secrets, by the short ids of sessions.
 * Never throws.
 */
export function endLeftJobs({
  config,
  log,
  clock,
  secrets,
}: Pick<Context, "config" | "log" | "clock" | "secrets">): ReadonlyMap<string, readonly string[]> {
  const { dataDirectory } = config;
  const owners = deadOwners(dataDirectory);
  if (owners.length === 0) return new Map();
  const left = owners.flatMap((id) => findMarked(`${ownerVariable}=${id}`, sessionVariable));
  removeDeadOwners(dataDirectory);
  if (left.length === 0) return new Map();
  signalMarked(left, "SIGTERM");
  clock.after(graceMs, () => {
    signalMarked(left, "SIGKILL");
  });
  log.write("info", "programs of a process that had died were ended", { count: left.length });
  const known = secrets();
  const sessions = [...Map.groupBy(leadersOf(left), ({ label }) => label)];
  return new Map(
    sessions.map(([session, jobs]) => [session, jobs.slice(0, namedMax).map(({ command }) => nameOf(command, known))]),
  );
}

/** Masked before it is cut: half a key is one too. */
function nameOf(command: string, secrets: readonly string[]): string {
  const masked = maskSecrets(command, secrets);
  return masked.length > nameLengthMax ? `${masked.slice(0, nameLengthMax)}…` : masked;
}

/** One name a group. */
function leadersOf(left: readonly MarkedProcess[]): readonly MarkedProcess[] {
  return left.filter(
    ({ pid, groupId }) => pid === groupId || !left.some((other) => other.pid === groupId && other.pid !== pid),
  );
}
