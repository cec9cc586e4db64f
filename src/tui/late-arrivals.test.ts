/** What takes a while belongs to the session in which it was asked for, whichever is shown when it comes. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { type ScreenProgram, startScreenProgram } from "../../test/harness/screen-program.ts";
import type { SessionId } from "../schema/ids.ts";

const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

interface Place {
  readonly running: ScreenProgram;
  readonly folder: string;
  readonly anvil: SessionId;
  readonly bellows: SessionId;
}

/** Anvil is shown; alt+2 leads to Bellows. */
async function started(t: TestContext): Promise<Place> {
  const folder = mkdtempSync(path.join(tmpdir(), "crush-late-"));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const { surroundings } = new FakeApp().config;
  const programs = path.join(folder, "bin");
  mkdirSync(programs);
  writeFileSync(path.join(folder, "picture.png"), png);
  writeFileSync(path.join(programs, "wl-paste"), `#!/bin/sh\nexec cat '${folder}/picture.png'\n`, { mode: 0o755 });
  const childEnvironment = { PATH: `${programs}:/usr/bin:/bin` };
  const app = new FakeApp({
    config: {
      workingDirectory: folder,
      projectRoot: folder,
      surroundings: { ...surroundings, childEnvironment, editor: "true" },
    },
  });
  const [anvil, bellows] = [app.addSession("Anvil"), app.addSession("Bellows")];
  app.addMessage(anvil, "assistant", [
    { type: "text", text: "I made picture.png for you." },
    { type: "finish", reason: "end_turn", time: 1_780_000_000 },
  ]);
  const running = await startScreenProgram(t, { app, sessionId: anvil });
  await running.press("ctrl+s");
  await running.type("Bellows");
  await running.press("enter");
  assert.equal(running.program.state.session?.id, bellows);
  await running.press("alt+1");
  return { running, folder, anvil, bellows };
}

function attached({ running }: Place, id: SessionId): number {
  return running.program.state.desks[id]?.attachments.length ?? 0;
}

test("a dropped image is attached where it was dropped", async (t) => {
  const place = await started(t);
  place.running.program.handle({ type: "paste", text: path.join(place.folder, "picture.png") });
  place.running.send("alt+2");
  await place.running.program.idle();
  assert.deepEqual([attached(place, place.anvil), attached(place, place.bellows)], [1, 0]);
});

test("an image of the clipboard is attached where it was asked for", async (t) => {
  const place = await started(t);
  place.running.send("ctrl+v");
  place.running.send("alt+2");
  await place.running.program.idle();
  assert.deepEqual([attached(place, place.anvil), attached(place, place.bellows)], [1, 0]);
});

test("a dropped path that is no file becomes text where it was dropped, and is kept", async (t) => {
  const { running, anvil } = await started(t);
  running.program.handle({ type: "paste", text: "/nowhere/at/all.png" });
  running.send("alt+2");
  await running.waitUntil(() => running.app.readDraft(anvil) !== "");
  assert.equal(running.app.readDraft(anvil), "/nowhere/at/all.png");
  assert.equal(running.program.state.editor.text, "");
  await running.press("alt+1");
  assert.equal(running.program.state.editor.text, "/nowhere/at/all.png");
});

test("what comes for a session that was deleted meanwhile goes nowhere", async (t) => {
  const place = await started(t);
  const { running, anvil } = place;
  running.program.handle({ type: "paste", text: "/nowhere/at/all.png" });
  running.program.handle({ type: "paste", text: path.join(place.folder, "picture.png") });
  await running.app.deleteSession(anvil);
  await running.program.idle();
  assert.equal(running.program.state.desks[anvil], undefined);
  assert.doesNotMatch(running.text, /nowhere|picture/u);
});

test("no editor opens for a file of a session that is shown no more", async (t) => {
  const { running, bellows } = await started(t);
  let lentCount = 0;
  running.screen.lend = async (run) => {
    lentCount += 1;
    return run();
  };
  await running.press("tab", "o");
  await running.program.idle();
  assert.equal(lentCount, 1);
  running.send("o");
  running.send("alt+2");
  await running.program.idle();
  assert.equal(running.program.state.session?.id, bellows);
  assert.equal(lentCount, 1);
});
