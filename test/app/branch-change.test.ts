/** A session knows on which git branch it was last, and says so where the project is on another one. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { openAppPlace } from "../harness/app-place.ts";

test("the change of branch is told until a prompt takes the session along", async (t) => {
  const place = await openAppPlace(t);
  const git = (...args: readonly string[]): void => {
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: place.place.project });
  };
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
  assert.equal(change(), null, "no branch is no other branch");
});
