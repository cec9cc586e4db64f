import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "../test/harness/sandbox.ts";
import { countChanges, countsOf, countTotal } from "./counts.ts";
import { listenerFlags, listenersOf } from "./listener-counts.ts";

const program = `
  import { EventEmitter } from "node:events";
  import { EventHub } from "${path.join(repositoryRoot, "src", "app", "event-hub.ts")}";
  const ignore = () => undefined;
  const kept = { emitter: new EventEmitter(), controllers: [], hub: new EventHub() };
  const watch = () => {
    kept.emitter.on("kept", () => undefined);
    kept.emitter.once("heard", ignore).emit("heard");
    kept.emitter.on("left", ignore).off("left", ignore);
    kept.controllers.push(new AbortController());
    kept.controllers.at(-1).signal.addEventListener("abort", () => undefined, { once: true });
    const aborted = new AbortController();
    kept.controllers.push(aborted);
    aborted.signal.addEventListener("abort", ignore, { once: true });
    aborted.abort();
    kept.hub.watch(ignore);
    const stop = kept.hub.watch(ignore);
    stop();
    stop();
    for (let index = 0; index < 100; index += 1) new EventEmitter().on("forgotten", ignore);
    process.stdout.write(\`\${kept.controllers.length}\`);
  };
  process.on("SIGHUP", ignore);
  process.stdin.on("data", watch);
  process.stdout.write("ready");
`;

async function answered(child: ChildProcess): Promise<void> {
  assert(child.stdout !== null);
  await once(child.stdout, "data");
}

test("listeners that are left are counted, those that are gone are not", { timeout: 20_000 }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "crush-listeners-"));
  const file = path.join(folder, "listeners.json");
  const child = spawn(process.execPath, [...listenerFlags, "-e", program], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, LISTENERS_FILE: file },
  });
  try {
    await answered(child);
    assert(child.pid !== undefined);
    const before = await listenersOf(child.pid, file);
    assert.equal(before["process SIGHUP"], 1);
    child.stdin.write("go");
    await answered(child);
    const after = await listenersOf(child.pid, file);
    // The collector spares a few that it may have seen on the stack.
    const { "EventEmitter forgotten": forgotten = 0, ...certain } = after;
    assert.ok(forgotten < 10);
    assert.deepEqual(countChanges(before, certain), [
      "AbortSignal abort: 0 → 1",
      "EventEmitter kept: 0 → 1",
      "EventHub.watch: 0 → 1",
    ]);
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  }
});

test("what there is more or less of afterwards is named", () => {
  const [before, after] = [countsOf(["socket", "file", "socket"]), countsOf(["pipe", "socket", "file"])];
  assert.equal(countTotal(before), 3);
  assert.deepEqual(countChanges(before, after), ["pipe: 0 → 1", "socket: 2 → 1"]);
});
