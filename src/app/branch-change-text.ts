import type { BranchChange } from "./app.ts";

/** Without the capital letter and the full stop. Names of branches may hold anything. */
export function branchChangeText({ from, isFromGone, to }: BranchChange): string {
  const gone = isFromGone ? ", which is gone" : "";
  const where = typeof to === "string" ? `${to} now` : `no branch now (detached at ${to.commit})`;
  return `this session was on the git branch ${from}${gone}; the project is on ${where}`;
}

/** What the person can do. Git switches to no branch in the midst of something else. */
export function branchChangeHint({ from, isFromGone, to }: BranchChange): string {
  const underWay = typeof to === "string" ? null : to.underWay;
  if (underWay === "rebase") return "a rebase is under way: git rebase --continue or --abort ends it";
  if (underWay === "bisect") return "a bisection is under way: git bisect reset ends it";
  if (!isFromGone) return `git switch ${from} goes back`;
  return typeof to === "string" ? `the next prompt takes it to ${to}` : "the next prompt goes on there";
}
