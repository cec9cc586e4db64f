import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { loadConfig } from "../../src/config/load-config.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { judgePermission } from "../../src/permissions/judge.ts";
import type { ModelEvent, Provider } from "../../src/providers/provider.ts";
import { asToolCallId } from "../../src/schema/ids.ts";
import type { ModelRequest } from "../../src/schema/model-request.ts";
import type { SessionEvent } from "../../src/schema/session-event.ts";
import { noUsage } from "../../src/schema/usage.ts";
import { createToolSet } from "../../src/tools/all.ts";
import type { App } from "../../src/app/app.ts";
import { createApp } from "../../src/app/create-app.ts";

type Answer = string | { readonly name: string; readonly input: object }[];

/** A model that answers what it is told to, and keeps its requests. */
function scripted(answers: Answer[]): { provider: Provider; requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  const provider: Provider = {
    async *stream(request): AsyncGenerator<ModelEvent> {
      requests.push(request);
      await Promise.resolve();
      const answer = request.tools.length === 0 ? "A fitting title" : (answers.shift() ?? "done");
      if (typeof answer === "string") {
        yield { type: "text-start", blockId: "0" };
        yield { type: "text-delta", blockId: "0", text: answer };
        yield { type: "text-end", blockId: "0" };
      } else {
        for (const [index, { name, input }] of answer.entries()) {
          const toolCallId = asToolCallId(`call_${String(requests.length)}_${String(index)}`);
          yield { type: "tool-call-start", toolCallId, name };
          yield { type: "tool-call-end", toolCallId, name, input: JSON.stringify(input) };
        }
      }
      const usage = { ...noUsage, inputTokens: 100, outputTokens: 10 };
      yield { type: "finish", reason: typeof answer === "string" ? "end_turn" : "tool_use", usage };
    },
  };
  return { provider, requests };
}

const directories: string[] = [];

async function startApp(
  answers: Answer[],
): Promise<{ app: App; root: string; requests: ModelRequest[]; events: SessionEvent[] }> {
  const home = mkdtempSync(join(tmpdir(), "crush-app-"));
  directories.push(home);
  const root = join(home, "project");
  const environment = {
    HOME: home,
    PATH: process.env["PATH"] ?? "",
    CRUSH_GLOBAL_CONFIG: home,
    CRUSH_GLOBAL_DATA: join(home, "data"),
  };
  writeFileSync(
    join(home, "crush.json"),
    JSON.stringify({
      models: { large: { provider: "test", model: "big" }, small: { provider: "test", model: "small" } },
      providers: {
        test: {
          type: "openai-compat",
          base_url: "http://127.0.0.1:9/v1",
          models: [
            { id: "big", name: "Big", cost_per_1m_in: 10, cost_per_1m_out: 100, context_window: 1000 },
            { id: "small", name: "Small", cost_per_1m_in: 1, cost_per_1m_out: 10, context_window: 1000 },
          ],
        },
      },
    }),
  );
  mkdirSync(root);
  const { provider, requests } = scripted(answers);
  const config = loadConfig({ cwd: root }, { keyVariables: [], environment, systemDirectory: home });
  const app = await createApp({
    config,
    clock: systemClock,
    catalogue: { providers: () => [], find: () => undefined },
    createProvider: () => provider,
    loadJudge: () => Promise.resolve(judgePermission),
    loadTools: () =>
      Promise.resolve(createToolSet({ lsMaxDepth: null, lsMaxItems: null, grepTimeoutMs: null, globTimeoutMs: null })),
    headless: null,
  });
  const events: SessionEvent[] = [];
  app.watch((event) => events.push(event));
  return { app, root, requests, events };
}

after(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

describe("App", () => {
  test("a conversation that reads and edits a file, with a permission, measured and titled", async () => {
    const { app, root, requests } = await startApp([
      [{ name: "view", input: { file_path: "a.txt" } }],
      [{ name: "edit", input: { file_path: "a.txt", old_string: "one", new_string: "two" } }],
      "changed it",
    ]);
    writeFileSync(join(root, "a.txt"), "line one\n");
    const session = await app.openStartSession();
    assert.equal((await app.openStartSession()).id, session.id);
    app.watch((event) => {
      if (event.type === "permission-asked") {
        app.answerPermission(event.request.id, { decision: "allow", scope: "once" });
      }
    });
    const outcome = await app.sendPrompt(session.id, { text: "change a.txt", attachments: [] });
    await app.finishTitles();

    assert.deepEqual([outcome.reason, outcome.errorMessage], ["end_turn", undefined]);
    assert.equal(outcome.text, "changed it");
    assert.equal(readFileSync(join(root, "a.txt"), "utf8"), "line two\n");
    const roles = app.readTranscript(session.id, { limit: 100 }).messages.map((message) => message.role);
    assert.deepEqual(roles, ["user", "assistant", "tool", "assistant", "tool", "assistant"]);
    const { metrics, session: titled } = app.showSession(session.id);
    assert.equal(titled.title, "A fitting title");
    assert.equal(metrics.messageCount, 4);
    assert.deepEqual([metrics.consumed.inputTokens, metrics.consumed.outputTokens], [400, 40]);
    // Three steps at 10 and 100 US$ per million, one title at 1 and 10.
    assert.ok(Math.abs(metrics.knownCostUsd - (3 * (0.001 + 0.001) + 0.0001 + 0.0001)) < 1e-12);
    assert.deepEqual(
      metrics.files.map(({ change, additions, removals }) => [change, additions, removals]),
      [["modified", 1, 1]],
    );
    assert.equal(requests.at(-1)?.tools.length, 0, "the last request is the title's");
    await app.close();
  });

  test("a denied call is answered and stops the turn; the next prompt's request is valid", async () => {
    const { app, requests } = await startApp([
      [{ name: "bash", input: { command: "touch x", description: "make x" } }],
      "fine",
    ]);
    const session = await app.openStartSession();
    const stop = app.watch((event) => {
      if (event.type === "permission-asked") app.answerPermission(event.request.id, { decision: "deny" });
    });
    assert.equal((await app.sendPrompt(session.id, { text: "make x", attachments: [] })).reason, "canceled");
    stop();
    await app.sendPrompt(session.id, { text: "then not", attachments: [] });
    const roles = requests.find((request) => request.messages.length === 4)?.messages.map((message) => message.role);
    assert.deepEqual(roles, ["user", "assistant", "tool", "user"]);
    await app.close();
  });

  test("two sessions run at once and share nothing", async () => {
    const { app, requests } = await startApp(["first answer", "second answer"]);
    const [left, right] = [await app.createSession(), await app.createSession()];
    await Promise.all([
      app.sendPrompt(left.id, { text: "alpha", attachments: [] }),
      app.sendPrompt(right.id, { text: "beta", attachments: [] }),
    ]);
    for (const request of requests.filter((each) => each.tools.length > 0)) {
      const text = JSON.stringify(request.messages);
      assert.ok(text.includes("alpha") !== text.includes("beta"));
    }
    await app.close();
  });
});
