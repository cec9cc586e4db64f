import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeConfig } from "../../../test/harness/fake-facts.ts";
import { fakeSession } from "../../../test/harness/fake-rows.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import type { ProjectHits, SearchHit } from "../../app/search.ts";
import { AppError } from "../../lib/app-error.ts";
import { asMessageId, asSessionId, type SessionId } from "../../schema/ids.ts";
import type { OpenedProject, ProjectTarget } from "../project-target.ts";

const bakery = "/home/ada/my bakery";
const breadId = asSessionId("00000000-0000-4000-8000-000000000099");

interface Stage {
  readonly running: ScreenProgram;
  readonly app: FakeApp;
  readonly sessionId: SessionId;
  /** What was to be opened, oldest first. */
  readonly targets: ProjectTarget[];
  /** Opens what is waited for, or refuses it. */
  readonly answer: (problem?: AppError) => Promise<FakeApp>;
  /** Another program holds the database. */
  readonly lock: (holder: string) => void;
}

/** The list is open: a bakery with eight sessions, and a project that is gone. */
async function withProjects(t: TestContext): Promise<Stage> {
  const { surroundings } = fakeConfig();
  const app = new FakeApp({ config: { surroundings: { ...surroundings, calledAs: "crush-ts" } } });
  const sessionId = app.addSession("Anvil");
  const titled = (id: SessionId, title: string): { session: ReturnType<typeof fakeSession>; hash: string } => ({
    session: { ...fakeSession(id, title), updatedAt: 1_779_990_000 },
    hash: app.shortId(id),
  });
  const others = Array.from({ length: 7 }, (_, index) =>
    titled(asSessionId(`00000000-0000-4000-8000-00000000010${String(index)}`), `Cake ${String(index)}`),
  );
  app.organise.projects = [
    {
      path: bakery,
      dataDirectory: `${bakery}/.crush`,
      sessions: [titled(breadId, "Bake bread"), ...others],
      problem: null,
    },
    { path: "/home/ada/gone", dataDirectory: "/home/ada/gone/.crush", sessions: [], problem: "it is not there" },
  ];
  const running = await startScreenProgram(t, { app, sessionId });
  const targets: ProjectTarget[] = [];
  let waiting = Promise.withResolvers<OpenedProject>();
  let onLocked = (_holder: string): void => undefined;
  running.openProject = (target, listener) => {
    targets.push(target);
    onLocked = listener;
    waiting = Promise.withResolvers<OpenedProject>();
    return waiting.promise;
  };
  await running.press("ctrl+s", "tab");
  return {
    running,
    app,
    sessionId,
    targets,
    lock: (holder) => onLocked(holder),
    answer: async (problem) => {
      const next = new FakeApp();
      if (problem !== undefined) waiting.reject(problem);
      else waiting.resolve({ app: next, sessionId: next.addSession("Bake bread"), at: null });
      await running.settle();
      return next;
    },
  };
}

function chosenRow(running: ScreenProgram): string {
  return running.rows.find((row) => row.includes("│ ›")) ?? "";
}

test("each project is listed with its latest sessions; a filter finds them all, by path, title and id", async (t) => {
  const { running, app } = await withProjects(t);
  assert.match(chosenRow(running), /my bakery 8 sessions/u);
  assert.match(running.text, /Bake bread[\s\S]*Cake 3[\s\S]*gone it is not there/u);
  assert.doesNotMatch(running.text, /Cake 4/u);
  await running.type("cake 6");
  assert.match(chosenRow(running), /Cake 6/u);
  assert.doesNotMatch(running.text, /gone it/u);
  await running.press("ctrl+u");
  await running.type(app.shortId(breadId).slice(0, 7));
  assert.match(chosenRow(running), /Bake bread/u);
  await running.press("ctrl+u");
  await running.type("gone");
  assert.match(chosenRow(running), /gone it is not there/u);
  await running.press("ctrl+u");
  await running.type("zzz");
  assert.match(running.text, /nothing matches/u);
});

test("the command that opens it in another window is copied by a key of its own", async (t) => {
  const { running, app } = await withProjects(t);
  await running.type("bread");
  await running.press("ctrl+y");
  assert.deepEqual(running.screen.clipboard, [`crush-ts -c '${bakery}' -s ${app.shortId(breadId).slice(0, 12)}`]);
  await running.press("ctrl+u", "alt+c");
  assert.equal(running.screen.clipboard.at(-1), `crush-ts -c '${bakery}'`);
  await running.press("tab");
  assert.match(running.text, /─ Sessions \(1\)/u);
});

test("enter opens the other project, and only then leaves this one; what is typed meanwhile is for the other", async (t) => {
  const { running, targets, answer, app, sessionId } = await withProjects(t);
  await running.press("escape", "escape");
  await running.type("half");
  await running.press("ctrl+s", "tab");
  await running.type("bread");
  await running.press("enter");
  assert.match(running.text, /Opening ~\/my bakery/u);
  const expected = { path: bakery, dataDirectory: `${bakery}/.crush`, sessionId: breadId, at: null };
  assert.deepEqual(targets, [expected]);
  await running.type("and");
  const next = await answer();
  assert.equal(await running.program.ended, 0);
  const went = running.program.next;
  assert.equal(went?.app, next);
  assert.deepEqual(
    went?.typed.map((event) => (event.type === "key" ? event.key.text : event.type)),
    ["a", "n", "d"],
  );
  assert.equal(app.readDraft(sessionId), "half");
});

test("one that can't be opened is told in the list, and one stays", async (t) => {
  const { running, app, answer, targets, sessionId } = await withProjects(t);
  app.organise.projectProblem = new AppError("usage", "The folder is not there any more.");
  await running.press("enter");
  assert.match(running.text, /The folder is not there any more\./u);
  assert.equal(targets.length, 0);
  app.organise.projectProblem = null;
  await running.press("enter");
  assert.doesNotMatch(running.text, /not there any more/u);
  await running.type("lost");
  await answer(new AppError("database-invalid", "It is damaged.", { hint: "Mend it." }));
  assert.match(running.text, /It is damaged\. Mend it\./u);
  await running.press("down");
  assert.match(chosenRow(running), /Bake bread/u, "what was typed for it went nowhere");
  await running.press("escape", "escape");
  assert.equal(running.program.state.session?.id, sessionId);
});

test("who holds the database is named, and esc stays; what opens later is closed again", async (t) => {
  const { running, answer, lock } = await withProjects(t);
  await running.press("enter");
  lock("process 7 (crush)");
  await running.advance(100);
  assert.match(running.text, /Waiting: its database is locked by process 7 \(crush\)/u);
  await running.press("escape");
  assert.doesNotMatch(running.text, /Waiting:/u);
  const late = await answer();
  assert.deepEqual(late.calls, ["close()"]);
  assert.equal(running.program.next, null);
  await running.press("down");
  assert.match(chosenRow(running), /Bake bread/u, "the list goes on");
});

test("esc stays while another list is open, too; that list goes on", async (t) => {
  const { running, app, sessionId, targets, answer, lock } = await withProjects(t);
  app.emit({ type: "jobs-changed", sessionId, commands: ["npm run dev"] });
  await running.press("enter", "w", "ctrl+s");
  app.emit({ type: "jobs-changed", sessionId, commands: [] });
  await running.settle();
  assert.equal(targets.length, 1);
  lock("process 7 (crush)");
  await running.advance(100);
  assert.match(running.text, /waiting, esc stays/u);
  await running.press("escape");
  assert.equal(running.program.state.entering, null);
  assert.match(running.text, /─ Sessions \(/u);
  assert.deepEqual((await answer()).calls, ["close()"]);
  assert.equal(running.program.next, null);
});

test("with a session at work it is asked: stay, wait for it, or stop it", async (t) => {
  const { running, app, sessionId, targets, answer } = await withProjects(t);
  await running.press("escape", "escape");
  await running.type("one");
  await running.press("enter");
  await running.type("two");
  await running.press("enter", "ctrl+s", "tab", "enter");
  assert.match(running.text, /Leave this project for ~\/my bakery\?/u);
  assert.match(running.text.replaceAll(/[\s│]+/gu, " "), /waited for, run before you go there\./u);
  assert.match(running.text, /y stop and go · w go when done · n stay/u);
  await running.press("n");
  assert.match(running.text, /Sessions of all other projects/u);
  await running.press("enter", "ctrl+c");
  assert.match(running.text, /Leave Crush\?/u, "ctrl+c is another question");
  await running.press("n", "enter", "w");
  assert.match(running.text, /^ goes to my bakery when 1 session has ended, esc stays/mu);
  await running.press("escape", "ctrl+s", "tab", "enter", "w");
  assert.deepEqual(targets, []);
  await app.endTurn(sessionId);
  await running.settle();
  assert.equal(targets.length, 1);
  await answer(new AppError("usage", "It went away."));
  assert.match(running.text, /It went away\./u, "a notice: the list is closed");
  await running.type("two");
  await running.press("enter", "ctrl+s", "tab", "enter", "y");
  await answer();
  assert.equal(await running.program.ended, 0);
  assert.notEqual(running.program.next, null);
});

test("what runs in the background is named before, and can be waited for", async (t) => {
  const { running, app, sessionId, targets } = await withProjects(t);
  app.emit({ type: "jobs-changed", sessionId, commands: ["npm run dev"] });
  await running.press("enter");
  assert.match(running.text, /1 background job still runs: stopped\./u);
  await running.press("w");
  assert.deepEqual(targets, []);
  app.emit({ type: "jobs-changed", sessionId, commands: [] });
  await running.settle();
  assert.equal(targets.length, 1);
});

test("a job is ended where only the sessions are to be waited for", async (t) => {
  const { running, app, sessionId, answer } = await withProjects(t);
  app.emit({ type: "jobs-changed", sessionId, commands: ["npm run dev"] });
  app.emit({ type: "turn-start", sessionId });
  await running.press("enter", "j");
  app.emit({ type: "turn-end", sessionId, reason: "end_turn" });
  await running.settle();
  await answer();
  assert.equal(await running.program.ended, 0);
  assert.notEqual(running.program.next, null);
});

test("a session that begins while the other project is opened is asked about", async (t) => {
  const { running, app, sessionId, answer } = await withProjects(t);
  await running.press("enter");
  app.emit({ type: "turn-start", sessionId });
  const opened = await answer();
  assert.deepEqual(opened.calls, ["close()"]);
  assert.match(running.text, /Leave this project for/u);
});

test("what was said in the other projects is looked for once no key comes, and opened at its message", async (t) => {
  const { running, app, targets } = await withProjects(t);
  const hit: SearchHit = {
    sessionId: breadId,
    hash: app.shortId(breadId),
    title: "Bake bread",
    field: "answer",
    messageId: asMessageId("m1"),
    atSeconds: 1_779_990_000,
    snippet: "the leaven rests",
    ranges: [{ start: 4, end: 10 }],
    isChild: false,
  };
  const result = { hits: [hit], isComplete: true, isIndexed: true, words: ["leaven"], problem: null };
  const hits: ProjectHits = { projectPath: bakery, result, problem: null };
  app.search.otherHits = [hits];
  await running.type("leaven");
  assert.deepEqual(
    app.search.otherQueries.filter((query) => query !== ""),
    [],
  );
  await running.advance(300);
  assert.deepEqual(app.search.otherQueries.at(-1), "leaven");
  assert.match(running.text, /my bakery[\s\S]*Bake bread answer: the leaven rests/u);
  await running.press("down", "enter");
  assert.deepEqual(targets[0]?.at, { messageId: hit.messageId, words: ["leaven"] });
});

test("projects in which what was said could not be looked for are named with the reason, as long as that is what is typed", async (t) => {
  const { running, app } = await withProjects(t);
  const nothing = { hits: [], isComplete: true, isIndexed: false, words: ["bake"], problem: null };
  app.search.otherHits = [
    { projectPath: bakery, result: null, problem: "Its database is locked by process 7." },
    { projectPath: "/home/ada/gone", result: nothing, problem: null },
  ];
  await running.type("bake");
  await running.advance(300);
  assert.match(
    running.text,
    /not searched in ~\/my bakery and 1 more project: Its[\s│]+database is locked by process 7\./u,
  );
  app.search.otherHits = [{ projectPath: bakery, result: nothing, problem: null }];
  await running.type("r");
  assert.doesNotMatch(running.text, /not searched/u);
  await running.advance(300);
  assert.match(running.text, /not searched in ~\/my bakery: it has no index yet/u);
});
