import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { isOwnerAlive, OwnerLock, removeDeadOwners } from "./owner-lock.ts";

interface OtherOwner {
  readonly id: string;
  readonly child: ChildProcess;
  readonly exit: Promise<unknown>;
}

/** Another process marks itself as alive; `before`: a command that runs it, as in another pid namespace. */
async function otherOwner(t: TestContext, folder: string, before: readonly string[] = []): Promise<OtherOwner | null> {
  const known = new Set(owners(folder));
  const script = fileURLToPath(new URL("../../test/harness/hold-owner-process.ts", import.meta.url));
  const [command = process.execPath, ...args] = before;
  if (before.length > 0) args.push(process.execPath);
  args.push(...process.execArgv, script, folder);
  const child = spawn(command, args, { stdio: ["pipe", "pipe", before.length === 0 ? "inherit" : "ignore"] });
  const exit = once(child, "exit");
  t.after(() => {
    child.kill("SIGKILL");
  });
  const [output] = (await Promise.race([once(child.stdout, "data"), exit])) as [unknown];
  if (!String(output).includes("held")) return null;
  const id = owners(folder).find((each) => !known.has(each)) ?? "";
  return { id, child, exit };
}

function owners(folder: string): string[] {
  const directory = path.join(folder, "owners");
  return existsSync(directory) ? readdirSync(directory).map((name) => name.replace(/\.lock$/u, "")) : [];
}

test("an owner lives until its process ends, however it ends", async (t) => {
  const folder = temporaryFolder(t);
  const own = OwnerLock.acquire(folder);
  const other = await otherOwner(t, folder);
  assert.ok(other !== null);
  assert.notEqual(other.id, own.id);
  assert.deepEqual(
    [own.id, other.id].map((id) => isOwnerAlive(folder, id)),
    [true, true],
  );
  removeDeadOwners(folder, owners(folder));
  assert.equal(owners(folder).length, 2, "the living are left alone");
  other.child.kill("SIGKILL");
  await other.exit;
  assert.equal(isOwnerAlive(folder, other.id), false);
  removeDeadOwners(folder, owners(folder));
  assert.deepEqual(owners(folder), [own.id]);
  assert.equal(isOwnerAlive(folder, own.id), true);
  own[Symbol.dispose]();
  assert.equal(isOwnerAlive(folder, own.id), false);
  assert.deepEqual(owners(folder), []);
});

test("a stopped process lives", async (t) => {
  const folder = temporaryFolder(t);
  const other = await otherOwner(t, folder);
  assert.ok(other !== null);
  other.child.kill("SIGSTOP");
  assert.equal(isOwnerAlive(folder, other.id), true);
  removeDeadOwners(folder, owners(folder));
  assert.deepEqual(owners(folder), [other.id]);
});

test("a process in another pid namespace lives, whatever its number means here", async (t) => {
  const folder = temporaryFolder(t);
  const other = await otherOwner(t, folder, ["unshare", "--pid", "--fork", "--kill-child"]).catch(() => null);
  if (other === null) {
    t.skip("this machine makes no pid namespaces");
    return;
  }
  assert.equal(isOwnerAlive(folder, other.id), true);
  other.child.kill("SIGKILL");
  await other.exit;
});

test("looking does not look like owning: a dead or missing owner is dead however often it is asked for", (t) => {
  const folder = temporaryFolder(t);
  assert.equal(isOwnerAlive(folder, crypto.randomUUID()), false, "there is no such owner");
  const own = OwnerLock.acquire(folder);
  const looks = Array.from({ length: 20 }, () => isOwnerAlive(folder, own.id));
  assert.ok(looks.every(Boolean));
  own[Symbol.dispose]();
});

test("its files are its owner's alone, and an id leads nowhere else", (t) => {
  const folder = temporaryFolder(t);
  using own = OwnerLock.acquire(folder);
  assert.equal(statSync(path.join(folder, "owners", `${own.id}.lock`)).mode & 0o777, 0o600);
  assert.equal(statSync(path.join(folder, "owners")).mode & 0o777, 0o700);
  assert.equal(isOwnerAlive(folder, "../../etc/passwd"), false);
});

test("a lock whose file was removed is known to protect nothing", (t) => {
  const directory = temporaryFolder(t);
  using lock = OwnerLock.acquire(directory);
  assert.equal(lock.isSeen(), true);
  rmSync(path.join(directory, "owners", `${lock.id}.lock`));
  assert.equal(lock.isSeen(), false);
});
