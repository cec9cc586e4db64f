/** A session knows on which git branch it was last, and says so where the project is on another one. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { branchChangeHint, branchChangeText } from "../../src/app/branch-change-text.ts";
import { openAppPlace } from "../harness/app-place.ts";

test("the change of branch is told until a prompt takes the session along", async (t) => {
  const place = await openAppPlace(t);
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      cwd: place.place.project,
      encoding: "utf8",
      stdio: "pipe",
    });
  git("init", "--quiet");
  git("symbolic-ref", "HEAD", "refs/heads/main");
  git("commit", "--quiet", "--allow-empty", "--message=first");
  const { id } = await place.app.createSession();
  await place.say(id, "on main");
  const change = (): unknown => place.app.openSession(id).branchChange;
  assert.equal(change(), null);
  git("switch", "--quiet", "--create", "topic");
  assert.deepEqual(change(), { from: "main", isFromGone: false, to: "topic" });
  git("pack-refs", "--all");
  assert.deepEqual(change(), { from: "main", isFromGone: false, to: "topic" }, "packed");
  git("branch", "--quiet", "-D", "main");
  assert.deepEqual(change(), { from: "main", isFromGone: true, to: "topic" });
  git("branch", "--quiet", "main/deeper");
  assert.deepEqual(change(), { from: "main", isFromGone: true, to: "topic" }, "a folder of that name is no branch");
  await place.say(id, "on topic");
  assert.equal(change(), null);
  git("checkout", "--quiet", "--detach");
  const to = { commit: /^.{7}/u.exec(git("rev-parse", "HEAD"))?.[0], underWay: null };
  assert.deepEqual(change(), { from: "topic", isFromGone: false, to });
  git("bisect", "start");
  assert.deepEqual(change(), { from: "topic", isFromGone: false, to: { ...to, underWay: "bisect" } });
  git("bisect", "reset");
  git("switch", "--quiet", "topic");
  assert.equal(change(), null);
});

test("the words name a way back that git takes", () => {
  const change = (underWay: "rebase" | "bisect" | null, isFromGone = false) =>
    ({ from: "topic", isFromGone, to: { commit: "abc1234", underWay } }) as const;
  assert.equal(
    branchChangeText(change(null)),
    "this session was on the git branch topic; the project is on no branch now (detached at abc1234)",
  );
  assert.equal(branchChangeHint(change(null)), "git switch topic goes back");
  assert.match(branchChangeHint(change("rebase")), /git rebase --continue or --abort/u);
  assert.match(branchChangeHint(change("bisect")), /git bisect reset/u);
  assert.doesNotMatch(branchChangeHint(change(null, true)), /git switch/u);
});
