import type { BranchChange } from "./app.ts";

/** Without the capital letter and the full stop. Names of branches may hold anything. */
export function branchChangeText({ from, isFromGone, to }: BranchChange): string {
  const gone = isFromGone ? ", which is gone" : "";
  return `this session was on the git branch ${from}${gone}; the project is on ${to} now`;
}

/** What the person can do. */
export function branchChangeHint({ from, isFromGone, to }: BranchChange): string {
  return isFromGone ? `the next prompt takes it to ${to}` : `git switch ${from} goes back`;
}
