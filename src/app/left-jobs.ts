import { findMarked, type MarkedProcess, signalMarked } from "../lib/process-group.ts";
import { deadOwners, removeDeadOwners } from "../store/owner-lock.ts";
import type { Context } from "./context.ts";

const ownerVariable = "CRUSH_OWNER";
/** Between asking to end and killing. */
const graceMs = 500;
const namedMax = 5;
const nameLengthMax = 80;

/** What every program that an owner's tools start has in its environment, so that it is found when the owner has died. */
export function ownerMark(ownerId: string): Readonly<Record<string, string>> {
  return { [ownerVariable]: ownerId };
}

/**
 * Ends what dead processes of ours had started and left running, and removes their locks. Only what carries a dead owner's
 * id in its environment is touched. Does not wait; returns what was ended. Never throws.
 */
export function endLeftJobs({ config, log, clock }: Pick<Context, "config" | "log" | "clock">): readonly string[] {
  const { dataDirectory } = config;
  const owners = deadOwners(dataDirectory);
  if (owners.length === 0) return [];
  const left = owners.flatMap((id) => findMarked(`${ownerVariable}=${id}`));
  removeDeadOwners(dataDirectory);
  if (left.length === 0) return [];
  signalMarked(left, "SIGTERM");
  clock.after(graceMs, () => {
    signalMarked(left, "SIGKILL");
  });
  log.write("info", "programs of a process that had died were ended", { count: left.length });
  return leadersOf(left)
    .slice(0, namedMax)
    .map(({ command }) => (command.length > nameLengthMax ? `${command.slice(0, nameLengthMax)}…` : command));
}

/** One name a group. */
function leadersOf(left: readonly MarkedProcess[]): readonly MarkedProcess[] {
  return left.filter(
    ({ pid, groupId }) => pid === groupId || !left.some((other) => other.pid === groupId && other.pid !== pid),
  );
}
