/**
 * Eight sessions at once on four wire families, with tools, cancels, permissions and background jobs: each byte of each
 * request is looked at for anything of another session.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { type App, isModelProblem } from "../../src/app/app.ts";
import { createApp } from "../../src/app/create-app.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { judgePermission } from "../../src/permissions/judge.ts";
import { createProvider } from "../../src/providers/all.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { BinaryPart, ToolResultPart } from "../../src/schema/message.ts";
import { createToolSet } from "../../src/tools/all.ts";
import { ConfigPlace } from "../harness/config-place.ts";
import type { LoggedRequest, ScriptedBlock, ScriptedStep, WireFamily } from "../harness/model-servers/script.ts";
import { type ModelServer, startModelServer } from "../harness/model-servers/start-model-server.ts";
import { scriptedKey } from "../harness/scripted-config.ts";

const families: readonly (readonly [WireFamily, type: string])[] = [
  ["openai-chat", "openai-compat"],
  ["anthropic", "anthropic"],
  ["openai-responses", "openai"],
  ["google", "google"],
];

const words = ["aardvark", "bittern", "curlew", "dunnock", "egret", "firecrest", "gannet", "hawfinch"] as const;
type Word = (typeof words)[number];

/** Sessions that are canceled in the middle of an answer, and then go on. */
const canceled: ReadonlySet<Word> = new Set(["bittern", "egret", "hawfinch"]);
const touch = "touch permitted.txt";
const jobIds = words.map((_, index) => (index + 1).toString(16).toUpperCase().padStart(3, "0"));

/** A file of the session with that index, around the end; its name tells nothing. */
function pageOf(index: number): string {
  return `page-${index % words.length}.txt`;
}

function call(name: string, input: Extract<ScriptedBlock, { kind: "tool-call" }>["input"]): ScriptedBlock {
  return { kind: "tool-call", name, input };
}

function bash(command: string, more: object = {}): ScriptedBlock {
  return call("bash", { description: "run", command, ...more });
}

/** What the models of a session say, in turn. */
function scriptOf(word: Word): ScriptedStep[] {
  const match = { hasTools: true, promptIncludes: word };
  const cutOff: ScriptedStep = {
    match,
    blocks: [{ kind: "text", text: `The ${word} begins. ${"And more. ".repeat(20)}` }],
    deltaLength: 30,
    fault: { at: "middle", afterFrames: 5, error: "hang" },
  };
  return [
    ...(canceled.has(word) ? [cutOff] : []),
    {
      match,
      delayMs: 2,
      blocks: [
        { kind: "text", text: `I am the ${word}.` },
        call("view", { file_path: pageOf(words.indexOf(word)) }),
        bash(`echo the ${word} runs; sleep 4`, { run_in_background: true }),
        call("todos", { todos: [{ content: `feed the ${word}`, status: "pending", active_form: "feeding" }] }),
      ],
    },
    { match, blocks: [bash(touch)] },
    {
      match,
      blocks: [
        bash(touch),
        call("edit", { file_path: pageOf(words.indexOf(word)), old_string: "old", new_string: "new" }),
      ],
    },
    // What another session has read is not read in this one.
    {
      match,
      blocks: [call("edit", { file_path: pageOf(words.indexOf(word) + 1), old_string: "new", new_string: "newer" })],
    },
    { match, blocks: jobIds.map((id) => call("job_output", { shell_id: id, wait: true })) },
    { match, delayMs: 2, blocks: [{ kind: "text", text: `The ${word} is done.` }] },
  ];
}

interface Stage {
  readonly app: App;
  readonly place: ConfigPlace;
  readonly servers: readonly ModelServer[];
}

function providerSettings(type: string, url: string): object {
  const model = { name: "Scripted", context_window: 200_000, default_max_tokens: 8000, supports_attachments: true };
  return {
    type,
    base_url: url,
    api_key: scriptedKey,
    discover_models: false,
    models: [
      { id: "gpt-scripted", ...model },
      { id: "gpt-small", ...model },
    ],
  };
}

async function openStage(t: TestContext): Promise<Stage> {
  const place = new ConfigPlace();
  const servers: ModelServer[] = [];
  const providers: Record<string, object> = {};
  for (const [index, [family, type]] of families.entries()) {
    const server = await startModelServer({
      family,
      apiKey: scriptedKey,
      seed: index + 1,
      otherwise: { match: { hasTools: false }, blocks: [{ kind: "text", text: "A bird" }] },
    });
    servers.push(server);
    providers[family] = providerSettings(type, server.url);
  }
  place.writeGlobal({
    providers,
    models: {
      large: { provider: "openai-chat", model: "gpt-scripted" },
      small: { provider: "openai-chat", model: "gpt-small" },
    },
    options: { disable_default_providers: true },
  });
  for (const [index, word] of words.entries()) {
    writeFileSync(path.join(place.project, pageOf(index)), `old words of the ${word}\n`);
  }
  const app = await createApp({
    config: place.load({}, { keyVariables: [] }),
    clock: systemClock,
    catalogue: { providers: () => [], find: () => undefined },
    createProvider,
    loadJudge: () => Promise.resolve(judgePermission),
    loadTools: () =>
      Promise.resolve(createToolSet({ lsMaxDepth: null, lsMaxItems: null, grepTimeoutMs: null, globTimeoutMs: null })),
    headless: null,
  });
  t.after(async () => {
    await app.close();
    for (const server of servers) await server.close();
    place[Symbol.dispose]();
  });
  return { app, place, servers };
}

interface Bird {
  readonly word: Word;
  readonly id: SessionId;
  /** Commands that were asked about. */
  readonly asked: string[];
}

async function hatch({ app, servers }: Stage, word: Word): Promise<Bird> {
  const family = words.indexOf(word) % families.length;
  servers[family]?.push(...scriptOf(word));
  const { id } = await app.createSession();
  await app.chooseModel(id, { provider: families[family]?.[0] ?? "", model: "gpt-scripted" });
  return { word, id, asked: [] };
}

/** Cancels the session's first answer once it is seen, if it is one of those. */
async function live({ app }: Stage, { word, id }: Bird): Promise<void> {
  if (canceled.has(word)) {
    const seen = Promise.withResolvers<undefined>();
    const stop = app.watch((event) => {
      if (event.type === "text-delta" && event.sessionId === id) seen.resolve(undefined);
    });
    const first = app.sendPrompt(id, { text: `Speak, ${word}!`, attachments: [] });
    await seen.promise;
    stop();
    await app.cancelTurn(id);
    assert.equal((await first).reason, "canceled");
  }
  const outcome = await app.sendPrompt(id, { text: `Speak, ${word}!`, attachments: [attachmentOf(word)] });
  assert.equal(outcome.text, `The ${word} is done.`);
}

function attachmentOf(word: Word): BinaryPart {
  const data = Buffer.from(`attached to the ${word}`).toString("base64");
  return { type: "binary", path: `${word}-notes.txt`, mimeType: "text/plain", data };
}

/** The bytes of a request, with what is base64 in it spelled out. */
function bytesOf({ body, headers, path: target }: LoggedRequest): string {
  const text = JSON.stringify([body, headers, target]);
  const decoded = Array.from(text.matchAll(/[A-Za-z0-9+/]{16,}={0,2}/gu), ([run]) =>
    Buffer.from(run, "base64").toString(),
  );
  return `${text}\n${decoded.join("\n")}`;
}

function resultsOf(app: App, id: SessionId, tool: string): ToolResultPart[] {
  return app
    .readTranscript(id, { limit: 200 })
    .messages.flatMap(({ parts }) => parts)
    .filter((part) => part.type === "tool_result")
    .filter(({ name }) => name === tool);
}

test("eight sessions at once: no byte of a request, and nothing that is kept, is another session's", async (t) => {
  const stage = await openStage(t);
  const { app, servers } = stage;
  const birds: Bird[] = [];
  for (const word of words) birds.push(await hatch(stage, word));
  app.watch((event) => {
    if (event.type !== "permission-asked") return;
    birds.find(({ id }) => id === event.sessionId)?.asked.push(event.request.command ?? event.request.tool);
    app.answerPermission(event.request.id, { decision: "allow", scope: "session" });
  });
  await Promise.all(
    birds.map(async (bird) => {
      await app.saveDraft(bird.id, `draft of the ${bird.word}`);
      await app.views.saveAttachments(bird.id, [attachmentOf(bird.word)]);
      await live(stage, bird);
    }),
  );
  await app.finishTitles();

  await t.test("requests", () => {
    const requests = servers.flatMap((server) => server.requests);
    assert.deepEqual(
      requests.flatMap(({ refusal }) => refusal ?? []),
      [],
    );
    for (const request of requests) {
      const bytes = bytesOf(request);
      const found = words.filter((word) => bytes.includes(word));
      assert.equal(found.length, 1, `a request holds words of ${found.join(", ")}`);
    }
    const turns = requests.filter(({ hasTools }) => hasTools);
    assert.equal(turns.length, words.length * 6 + canceled.size);
  });

  for (const { word, id, asked } of birds) {
    await t.test(`what is kept of the ${word}`, () => {
      const own = JSON.stringify(app.readTranscript(id, { limit: 200 }).messages);
      assert.deepEqual(
        words.filter((other) => own.includes(other)),
        [word],
      );
      // Each session was asked for itself, the second time by none.
      assert.equal(asked.filter((command) => command === touch).length, 1, asked.join(", "));
      assert.ok(app.listGrants(id).every((grant) => grant.sessionId === id));
      assert.deepEqual(
        resultsOf(app, id, "edit").map(({ isError }) => isError),
        [false, true],
      );
      const jobs = resultsOf(app, id, "job_output");
      assert.equal(jobs.length, words.length);
      assert.equal(jobs.filter(({ content }) => content.includes(`the ${word} runs`)).length, 1);
      const refused = jobs.filter(
        ({ isError, content }) => isError && content.startsWith("Background shell not found"),
      );
      assert.equal(refused.length, words.length - 1);
      assert.equal(app.readDraft(id), `draft of the ${word}`);
      assert.deepEqual(app.views.attachments(id), [attachmentOf(word)]);
      assert.deepEqual(
        app.showSession(id).session.todos.map(({ content }) => content),
        [`feed the ${word}`],
      );
      assert.deepEqual(app.promptHistory(id, 200), [`Speak, ${word}!`]);
      const model = app.sessionModel(id);
      assert.ok(!isModelProblem(model));
      assert.equal(model.choice.provider, families[words.indexOf(word) % families.length]?.[0]);
    });
  }
});
