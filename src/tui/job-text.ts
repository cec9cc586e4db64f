import { plural } from "./format.ts";
import type { Desk } from "./state.ts";

/** What runs in a session's background, counted; as a shell marks it. "": nothing. */
export function jobText({ jobs }: Pick<Desk, "jobs">): string {
  return jobs.length === 0 ? "" : `& ${plural(jobs.length, "job")}`;
}
