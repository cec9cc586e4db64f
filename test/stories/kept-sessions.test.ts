/** All that a person leaves in two sessions at work is there again: after a look at the other one, and after kill -9. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScriptedStep } from "../harness/model-servers/script.ts";
import { answerPermission, ask, askAndWait, quit, untilReady } from "../harness/screen-steps.ts";
import { scriptedConfig } from "../harness/scripted-config.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { untilStored } from "../harness/until-stored.ts";
import { answer, type ModelStage, turnRequests, withModel } from "../harness/with-model.ts";

function bash(prompt: string, command: string): ScriptedStep {
  const input = { description: `work on ${prompt}`, command };
  return { match: { hasTools: true, promptIncludes: prompt }, blocks: [{ kind: "tool-call", name: "bash", input }] };
}

function writes(prompt: string): ScriptedStep {
  const input = { file_path: `${prompt}.txt`, content: `words about ${prompt}\n` };
  return { match: { hasTools: true, promptIncludes: prompt }, blocks: [{ kind: "tool-call", name: "write", input }] };
}

/** A turn that runs until a file is there, with an earlier block unfolded, a prompt in the queue, and half a prompt. */
async function leaveTraces(app: RunningApp, { server }: ModelStage, name: string): Promise<void> {
  server.push(
    bash(`Count ${name}`, `for n in $(seq 60); do echo "${name} output $n"; done`),
    answer(`${name} counted.`),
  );
  await askAndWait(app, `Count ${name}`, `${name} counted.`);
  app.paste(`/rename ${name}`);
  await app.waitFor(`› /rename ${name}`);
  app.press("enter");
  await app.waitFor(`│ ${name}`);
  assert.equal(app.terminal.find(`${name} output 30`), null, "folded");
  app.press("tab");
  await app.waitFor(`▌ ${name} counted.`);
  app.press("K");
  await app.waitFor("▌ ✓ Bash");
  app.press("space");
  await app.waitFor(`${name} output 30`);
  app.press("tab");
  server.push(
    bash(`Go on with ${name}`, `for n in $(seq 600); do [ -e ${name}.go ] && break; sleep 0.1; done`),
    writes(`Go on with ${name}`),
  );
  await ask(app, `Go on with ${name}`);
  await app.waitFor("running bash");
  app.type(`later with ${name}`);
  await app.waitFor(`› later with ${name}`);
  app.press("enter");
  await app.waitUntilGone(`› later with ${name}`);
  app.press("pageUp");
  await app.waitFor(`${name} output 30`);
  app.type(`half a prompt on ${name}`);
  await app.waitFor(`› half a prompt on ${name}`);
  app.press("left", "left");
}

/** The first session asks, the second one works and shows its waiting prompts. Resolves with what the first one looks like. */
async function leaveTwo(app: RunningApp, stage: ModelStage): Promise<string> {
  await leaveTraces(app, stage, "Alders");
  stage.sandbox.writeFile("Alders.go", "");
  await app.waitFor("─ Permission · Alders");
  await app.waitFor("a allow once");
  const alders = pictureOf(app);
  app.press("ctrl+n");
  await app.waitFor(/│ New Session/u);
  await untilReady(app);
  await leaveTraces(app, stage, "Birches");
  app.press("ctrl+t");
  await app.waitFor("› later with Birches");
  return alders;
}

/** Without the status line, which moves, the scrollbar, and what lies right of it. */
function pictureOf(app: RunningApp): string {
  const rows = app.terminal.rows().toSpliced(-2, 1);
  return rows.map((row) => row.slice(0, 83).trimEnd()).join("\n");
}

/** The rows that no dialog covers: the place in the transcript, in the midst of what is unfolded. */
function placeOf(picture: string): string {
  return picture.split("\n").slice(0, 12).join("\n");
}

function allowBash({ sandbox, server }: ModelStage): void {
  sandbox.writeGlobalConfig(scriptedConfig({ url: server.url, more: { permissions: { allowed_tools: ["bash"] } } }));
}

test("two sessions at work keep unfolded blocks, place, draft, queue and dialog while the other is looked at", async () => {
  await withModel(async (stage) => {
    allowBash(stage);
    await using app = startApp({ sandbox: stage.sandbox });
    const alders = await leaveTwo(app, stage);
    const birches = pictureOf(app);
    assert.match(alders, /Alders output 20[\s\S]*⧗ later with Alders[\s\S]*› half a prompt on Alders/u);
    assert.match(birches, /Birches output 20[\s\S]*⧗ later with Birches[\s\S]*› half a prompt on Birches/u);
    for (const [key, picture] of [
      ["alt+1", alders],
      ["alt+2", birches],
      ["alt+1", alders],
      ["alt+2", birches],
    ] as const) {
      app.press(key);
      await app.waitUntil(() => pictureOf(app) === picture, { what: `after ${key}:\n${picture}` });
    }
    app.press("escape");
    await app.waitUntilGone("─ Todos");
    app.type("X");
    await app.waitFor("› half a prompt on BirchXes");
    app.press("ctrl+c");
    await app.waitFor("2 sessions still at work");
    app.press("y");
    assert.equal((await app.exited).code, 0);
  });
});

test("after kill -9 two sessions come back with unfolded blocks, place, draft, number, paused queue and dialog", async () => {
  await withModel(async (stage) => {
    allowBash(stage);
    const { sandbox, server } = stage;
    await using app = startApp({ sandbox });
    const alders = placeOf(await leaveTwo(app, stage));
    const birches = placeOf(pictureOf(app));
    await untilKept(sandbox.database);
    const requestCount = turnRequests(server).length;
    app.kill("SIGKILL");
    await app.exited;

    await using again = startApp({ sandbox, args: ["-C"] });
    await again.waitFor("Waiting prompts (paused");
    await again.waitFor("› later with Birches");
    await again.waitUntil(() => placeOf(pictureOf(again)) === birches, { what: `the place:\n${birches}` });
    again.press("escape");
    await again.waitUntilGone("─ Todos");
    again.type("X");
    await again.waitFor("› half a prompt on BirchXes");
    again.press("alt+1");
    await again.waitFor("─ Permission · Alders");
    await again.waitFor(/⧗ later with Alders[\s\S]*paused: enter goes on/u);
    await again.waitUntil(() => placeOf(pictureOf(again)) === alders, { what: `the place:\n${alders}` });
    await answerPermission(again, "d");
    again.type("X");
    await again.waitFor("› half a prompt on AldeXrs");
    await untilReady(again);
    assert.equal(turnRequests(server).length, requestCount, "what waits stays paused, though a turn has ended");
    await quit(again);
  });
});

/** What the person left in both sessions is on the disk. */
async function untilKept(file: string): Promise<void> {
  await untilStored({
    file,
    sql: `select v.view, s.draft, (select count(*) from x_queue) as queued, (select count(*) from x_ask) as asked
          from x_view v join x_session s using (session_id)`,
    holds: (rows) =>
      ["Alders", "Birches"].every((name) => rows.some(({ draft }) => draft === `half a prompt on ${name}`)) &&
      rows.every(({ view, queued, asked }) => isLeft(String(view)) && queued === 2 && asked === 1) &&
      rows.some(({ view }) => String(view).includes('"kind":"todos"')),
  });
}

function isLeft(view: string): boolean {
  return view.includes('"isFollowing":false') && !view.includes('"expanded":[]');
}
