/** What a process that died had started is ended by the next one, and nothing else is. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { killProcessGroup } from "../../src/lib/process-group.ts";
import { openAppPlace } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

/** A group of its own, as a command of a tool; it runs when this resolves: before that its environment is ours. */
async function start(t: TestContext, ownerId: string): Promise<ChildProcess> {
  const child = spawn("/bin/sh", ["-c", "echo runs; sleep 300 & wait"], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: process.env["PATH"] ?? "", CRUSH_OWNER: ownerId },
  });
  t.after(() => {
    if (child.pid !== undefined) killProcessGroup(child.pid);
  });
  await once(child.stdout, "data");
  return child;
}

test("a dead owner's programs are ended and named, a living one's go on", async (t) => {
  if (process.platform !== "linux") {
    t.skip("processes are found by their environment on Linux only");
    return;
  }
  const place = await openAppPlace(t);
  const { id } = await place.app.createSession();
  await place.close();
  const owners = path.join(path.dirname(place.databasePath), "owners");
  mkdirSync(owners, { recursive: true });
  const dead = crypto.randomUUID();
  writeFileSync(path.join(owners, `${dead}.lock`), "");
  runSql(
    place.databasePath,
    `insert into messages (id, session_id, role, parts, created_at, updated_at) values ('m', '${id}', 'assistant', '[]', 1, 1);
     insert into x_turn (session_id, owner_id, owner_name, phase, message_id, started_at_ms)
       values ('${id}', '${dead}', 'process 1 on nowhere', 'requesting', 'm', 1)`,
  );
  const left = await start(t, dead);
  const others = await start(t, crypto.randomUUID());
  const isEnded = once(left, "exit");
  await place.open();
  const [, signal] = (await isEnded) as [number | null, string | null];
  assert.equal(signal, "SIGTERM");
  assert.equal(others.exitCode ?? others.signalCode, null);
  const finish = place.transcript(id)[0]?.parts.at(-1);
  assert.ok(finish?.type === "finish" && finish.details !== undefined);
  assert.match(finish.details, /What it had left running was ended: \/bin\/sh -c echo runs; sleep 300/u);
  assert.match(readFileSync(place.logPath, "utf8"), /programs of a process that had died were ended/u);
});

test("a tool's programs carry their owner's mark", async (t) => {
  const place = await openAppPlace(t, {
    answers: [[{ name: "bash", input: { command: 'echo "owner=$CRUSH_OWNER"', description: "look" } }]],
  });
  place.app.setYolo(true);
  const { id } = await place.app.createSession();
  await place.say(id, "go");
  assert.match(JSON.stringify(place.transcript(id)), /owner=[0-9a-f]{8}-[0-9a-f-]{27}/u);
});
