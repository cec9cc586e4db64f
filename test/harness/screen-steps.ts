/** What a person does at the screen, each step waiting until the screen shows that it is done. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "./sandbox.ts";
import { screenPng } from "./screenshot.ts";
import type { ExitStatus } from "./spawn-in-pty.ts";
import type { RunningApp } from "./start-app.ts";

const lastRows = 3;

/** The status line says ` ready` while the session shown does nothing. */
export async function untilReady(app: RunningApp): Promise<void> {
  await app.waitUntil(
    (terminal) =>
      terminal
        .rows()
        .slice(-lastRows)
        .some((row) => /^\s*ready\b/u.test(row)),
    {
      what: "the session to be ready",
    },
  );
}

/** Types a prompt and sends it; resolves when it has left the editor (in the transcript a dialog may cover it). */
export async function ask(app: RunningApp, prompt: string): Promise<void> {
  await untilReady(app);
  app.type(prompt);
  const start = prompt.slice(0, 40);
  await app.waitFor(`› ${start}`);
  app.press("enter");
  await app.waitUntilGone(`› ${start}`);
}

/** Asks and resolves when the answer is there and the session at rest. */
export async function askAndWait(app: RunningApp, prompt: string, answer: string | RegExp): Promise<void> {
  await ask(app, prompt);
  await app.waitFor(answer);
  await untilReady(app);
}

/** Answers the permission dialog by its key, once it takes keys; resolves when it is gone. */
export async function answerPermission(app: RunningApp, key: "a" | "s" | "p" | "d"): Promise<void> {
  await app.waitFor("a allow once");
  app.press(key);
  await app.waitUntilGone("─ Permission ");
}

/** Model servers that run on this machine come into the list that greets, above what is always in it. */
export async function untilServersAreFound(app: RunningApp): Promise<void> {
  await app.waitFor("Practice model");
  await app.waitUntilGone("looking for model servers");
}

/** The last of the list. */
export async function choosePracticeModel(app: RunningApp): Promise<void> {
  await untilServersAreFound(app);
  app.press("up");
  await app.waitFor("› Practice model");
  app.press("enter");
  await app.waitUntilGone("─ Welcome ─");
  await untilReady(app);
}

/** Leaves the program as a person does, and checks what it leaves behind. */
export async function quit(app: RunningApp): Promise<void> {
  app.press("ctrl+c");
  await app.waitFor("Leave Crush?");
  app.press("y");
  assertLeft(app, await app.exited);
}

function assertLeft(app: RunningApp, status: ExitStatus): void {
  assert.deepEqual(status, { code: 0, signal: null }, app.terminal.mainText());
  assert.deepEqual(app.terminal.modes.leftovers(), [], "terminal modes left on");
}

/** Opens the picker, filters it, and opens the only session that fits. */
export async function openInPicker(app: RunningApp, filter: string): Promise<void> {
  await untilReady(app);
  app.press("ctrl+s");
  await app.waitFor("─ Sessions");
  app.type(filter);
  await app.waitFor(`Filter: ${filter}`);
  app.press("enter");
  await app.waitUntilGone("─ Sessions");
  await untilReady(app);
}

/**
 * Keeps the screen as a picture for the documents where `CRUSH_PICTURES` is set (`npm run pictures`), and does nothing
 * otherwise: the pictures show exactly what the stories check.
 */
export async function picture(app: RunningApp, name: string): Promise<void> {
  if ((process.env["CRUSH_PICTURES"] ?? "") === "") return;
  const folder = path.join(repositoryRoot, "docs", "pictures");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.png`), await screenPng(app.terminal));
}
