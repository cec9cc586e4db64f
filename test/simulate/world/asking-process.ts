/**
 * A program of its own for tests: `asking-process.ts <project> <moment>` is the app without a screen, whose person allows
 * everything. Its model makes two calls that ask. With a moment it ends itself, as `kill -9` does, at that many moments of
 * transactions after the first question has come up, here or left by an earlier one.
 */
import { writeSync } from "node:fs";
import type { App } from "../../../src/app/app.ts";
import { createApp } from "../../../src/app/create-app.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { judgePermission } from "../../../src/permissions/judge.ts";
import type { ModelEvent, Provider } from "../../../src/providers/provider.ts";
import { asToolCallId, type SessionId } from "../../../src/schema/ids.ts";
import type { ModelRequest } from "../../../src/schema/model-request.ts";
import { noUsage } from "../../../src/schema/usage.ts";
import { createToolSet } from "../../../src/tools/all.ts";

const [project = "", momentText = "0"] = process.argv.slice(2);
const moment = Number(momentText);
let moments = 0;
let isAsked = false;

function probe(): void {
  if (!isAsked || moment === 0) return;
  moments += 1;
  if (moments !== moment) return;
  writeSync(1, "killed\n");
  process.kill(process.pid, "SIGKILL");
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const allowed = { decision: "allow", scope: "once" } as const;
const files = ["one", "two"];

async function* answer({ tools, messages }: ModelRequest): AsyncGenerator<ModelEvent> {
  await Promise.resolve();
  const usage = { ...noUsage, inputTokens: 10, outputTokens: 5 };
  if (tools.length > 0 && messages.every(({ role }) => role !== "tool")) {
    for (const file of files) {
      const input = JSON.stringify({ command: `echo ran >> ${file}`, description: file });
      yield { type: "tool-call-start", toolCallId: asToolCallId(file), name: "bash" };
      yield { type: "tool-call-end", toolCallId: asToolCallId(file), name: "bash", input };
    }
    yield { type: "finish", reason: "tool_use", usage };
    return;
  }
  yield { type: "text-start", blockId: "0" };
  yield { type: "text-delta", blockId: "0", text: "done" };
  yield { type: "text-end", blockId: "0" };
  yield { type: "finish", reason: "end_turn", usage };
}

const model: Provider = { stream: (request) => answer(request) };

async function work(app: App, sessionId: SessionId | null): Promise<void> {
  const [left] = app.leftQuestions();
  if (left !== undefined) {
    isAsked = true;
    await app.resumeTurn(left.sessionId, left.id, allowed);
  } else if (sessionId === null) {
    const { id } = await app.createSession();
    await app.sendPrompt(id, { text: "do it", attachments: [] });
  }
}

const config = loadConfig({ cwd: project }, { keyVariables: [] });
const app = await createApp({
  config,
  clock: systemClock,
  catalogue: { providers: () => [], find: () => undefined },
  createProvider: () => model,
  loadTools: () => Promise.resolve(createToolSet(config.toolLimits)),
  loadJudge: () => Promise.resolve(judgePermission),
  headless: null,
  storeOptions: { probe },
});
app.watch((event) => {
  if (event.type !== "permission-asked" || event.origin === "left") return;
  isAsked = true;
  app.answerPermission(event.request.id, allowed);
});
await work(app, app.listSessions()[0]?.session.id ?? null);
await app.close();
writeSync(1, `ended after ${String(moments)}\n`);
process.exit(0);
