/** What a process that died had started is ended by the next one, and nothing else is. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { killProcessGroup } from "../../src/lib/process-group.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import { type AppPlace, openAppPlace } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

interface StartedJob {
  readonly ownerId: string;
  readonly session?: string;
  readonly note?: string;
  readonly script?: string;
}

/** A group of its own, as a command of a tool; it runs when this resolves: before that its environment is ours. */
async function start(
  t: TestContext,
  { ownerId, session = "", note = "", script = "echo runs; sleep 300 & wait" }: StartedJob,
): Promise<ChildProcess> {
  const child = spawn("/bin/sh", ["-c", script, note], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: process.env["PATH"] ?? "", CRUSH_OWNER: ownerId, CRUSH_SESSION: session },
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
  const session = place.app.shortId(id);
  await place.close();
  const dead = addDeadOwner(place);
  addDeadTurn(place, { id, ownerId: dead, phase: "requesting", parts: [] });
  const left = await start(t, { ownerId: dead, session });
  const others = await start(t, { ownerId: crypto.randomUUID(), session });
  await Promise.all([place.open(), endedByRequest(left)]);
  assert.equal(others.exitCode ?? others.signalCode, null);
  assert.match(detailsOf(place, id), /What it had left running was ended: \/bin\/sh -c echo runs; sleep 300/u);
  assert.match(readFileSync(place.logPath, "utf8"), /programs of a process that had died were ended/u);
});

test("each session is told what itself had left running, without keys; all of it is ended", async (t) => {
  if (process.platform !== "linux") {
    t.skip("processes are found by their environment on Linux only");
    return;
  }
  const key = "sk-left-in-a-command-0123456789";
  const place = await openAppPlace(t, { keyVariables: ["OPENAI_API_KEY"], environment: { OPENAI_API_KEY: key } });
  const { app } = place;
  const [one, two, idle] = [await app.createSession(), await app.createSession(), await app.createSession()];
  await place.close();
  const ownerId = addDeadOwner(place);
  const calling = [
    { type: "tool_call", data: { id: "c", name: "bash", input: "{}", finished: true } },
    { type: "finish", data: { reason: "tool_use", time: 1 } },
  ];
  addDeadTurn(place, { id: one.id, ownerId, phase: "calling", parts: calling });
  addDeadTurn(place, { id: two.id, ownerId, phase: "requesting", parts: [] });
  const left = await Promise.all([
    start(t, { ownerId, session: app.shortId(one.id), note: `-H ${key}` }),
    // Where a name is cut off, it is cut within the key.
    start(t, { ownerId, session: app.shortId(two.id), note: `${"n".repeat(30)} ${key}` }),
    start(t, { ownerId, session: app.shortId(idle.id), note: "of-idle" }),
    start(t, { ownerId, note: "of-nobody" }),
  ]);
  await Promise.all([place.open(), ...left.map(endedByRequest)]);
  const command = "/bin/sh -c echo runs; sleep 300 & wait";
  const told = "The program ended in the middle of the turn. What it had left running was ended:";
  assert.equal(detailsOf(place, one.id), `${told} ${command} -H [key hidden].`);
  assert.equal(detailsOf(place, two.id), `${told} ${command} ${"n".repeat(30)} [key hidde….`);
  assert.equal(place.transcript(idle.id).length, 0);
});

test("what was left running where the turn was over is told once, to whoever opens the project", async (t) => {
  if (process.platform !== "linux") {
    t.skip("processes are found by their environment on Linux only");
    return;
  }
  const place = await openAppPlace(t);
  const { id } = await place.app.createSession();
  await place.say(id, "go");
  const session = place.app.shortId(id);
  await place.close();
  const before = place.query("select parts from messages");
  const left = await start(t, { ownerId: addDeadOwner(place), session });
  await Promise.all([place.open(), endedByRequest(left)]);
  const job = `/bin/sh -c echo runs; sleep 300 & wait (session ${session.slice(0, 12)})`;
  assert.deepEqual(place.app.startWarnings, [`What a program that had died had left running was ended: ${job}`]);
  assert.deepEqual(place.query("select parts from messages"), before);
  await place.close();
  assert.deepEqual((await place.open()).startWarnings, []);
});

test("what does not end when it is asked to is killed, also by a program that is over at once", async (t) => {
  if (process.platform !== "linux") {
    t.skip("processes are found by their environment on Linux only");
    return;
  }
  const place = await openAppPlace(t);
  await place.close();
  const script = "trap '' TERM; echo runs; while :; do sleep 300; done";
  const ownerId = addDeadOwner(place);
  const left = await start(t, { ownerId, script });
  const isEnded = once(left, "exit");
  await place.open();
  assert.deepEqual(owners(place), [ownerId], "where this one dies as well, the next finds it by the lock");
  await Promise.all([place.close(), isEnded]);
  assert.deepEqual([left.signalCode, owners(place)], ["SIGKILL", []]);
});

test("a window that is open ends and names what the turn of another one that dies had left running", async (t) => {
  if (process.platform !== "linux") {
    t.skip("processes are found by their environment on Linux only");
    return;
  }
  const place = await openAppPlace(t);
  const { id } = await place.app.createSession();
  const owner = await startOwner(t, place);
  const left = await start(t, { ownerId: owner.id, session: place.app.shortId(id) });
  addDeadTurn(place, { id, ownerId: owner.id, phase: "requesting", parts: [] });
  const isOver = Promise.withResolvers<undefined>();
  place.app.watch((event) => {
    if (event.type === "turn-end") isOver.resolve(undefined);
  });
  await Promise.all([owner.kill(), endedByRequest(left), isOver.promise]);
  assert.match(detailsOf(place, id), /What it had left running was ended: \/bin\/sh -c echo runs; sleep 300/u);
});

test("a window that was at work before ends and tells at its next turn what another one that died had left running", async (t) => {
  if (process.platform !== "linux") {
    t.skip("processes are found by their environment on Linux only");
    return;
  }
  const place = await openAppPlace(t);
  const { id } = await place.app.createSession();
  await place.say(id, "go");
  const owner = await startOwner(t, place);
  const left = await start(t, { ownerId: owner.id });
  await owner.kill();
  await Promise.all([place.say(id, "go on"), endedByRequest(left)]);
  await place.say(id, "and on");
  const message = "What a program that had died had left running was ended: /bin/sh -c echo runs; sleep 300 & wait";
  assert.deepEqual(
    place.events.filter(({ type }) => type === "jobs-ended"),
    [{ type: "jobs-ended", sessionId: null, message }],
  );
});

test("what tools and the person's own commands start carries the marks of its owner and of its session", async (t) => {
  const command = 'echo "owner=$CRUSH_OWNER session=$CRUSH_SESSION."';
  const place = await openAppPlace(t, { answers: [[{ name: "bash", input: { command, description: "look" } }]] });
  place.app.setYolo(true);
  const { id } = await place.app.createSession();
  await place.say(id, "go");
  await place.app.runShellCommand(id, command, new AbortController().signal);
  const marks = new RegExp(`owner=[0-9a-f]{8}-[0-9a-f-]{27} session=${place.app.shortId(id)}\\.`, "u");
  const marked = place.transcript(id).filter((message) => marks.test(JSON.stringify(message)));
  assert.deepEqual(
    marked.map(({ role }) => role),
    ["tool", "user"],
  );
});

function ownersFolder({ databasePath }: AppPlace): string {
  const folder = path.join(path.dirname(databasePath), "owners");
  mkdirSync(folder, { recursive: true });
  return folder;
}

function owners(place: AppPlace): readonly string[] {
  return readdirSync(ownersFolder(place)).map((name) => path.basename(name, ".lock"));
}

/** Another process of ours, with its lock. */
async function startOwner(
  t: TestContext,
  place: AppPlace,
): Promise<{ readonly id: string; readonly kill: () => Promise<void> }> {
  const script = fileURLToPath(new URL("../harness/hold-owner-process.ts", import.meta.url));
  const known = owners(place);
  const child = spawn(process.execPath, [...process.execArgv, script, path.dirname(place.databasePath)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const isEnded = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await isEnded;
  };
  t.after(kill);
  await once(child.stdout, "data");
  const id = owners(place).find((each) => !known.includes(each));
  assert.ok(id !== undefined);
  return { id, kill };
}

function addDeadOwner(place: AppPlace): string {
  const id = crypto.randomUUID();
  writeFileSync(path.join(ownersFolder(place), `${id}.lock`), "");
  return id;
}

interface DeadTurn {
  readonly id: SessionId;
  readonly ownerId: string;
  readonly phase: string;
  readonly parts: readonly object[];
}

function addDeadTurn({ databasePath }: AppPlace, { id, ownerId, phase, parts }: DeadTurn): void {
  const text = JSON.stringify(parts);
  runSql(
    databasePath,
    `insert into messages (id, session_id, role, parts, created_at, updated_at)
       values ('of-${id}', '${id}', 'assistant', '${text}', 1, 1);
     insert into x_turn (session_id, owner_id, owner_name, phase, message_id, started_at_ms)
       values ('${id}', '${ownerId}', 'process 1 on nowhere', '${phase}', 'of-${id}', 1)`,
  );
}

async function endedByRequest(child: ChildProcess): Promise<void> {
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  assert.equal(signal, "SIGTERM");
}

/** What the row of its dead turn says. */
function detailsOf(place: AppPlace, id: SessionId): string {
  const finish = place.transcript(id)[0]?.parts.at(-1);
  assert.ok(finish?.type === "finish" && finish.details !== undefined);
  return finish.details;
}
