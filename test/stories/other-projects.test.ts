/** Going to a session of another project in the same window, and back. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { type Counts, countChanges, countsOf } from "../../bench/counts.ts";
import { listenerFlags, listenersOf } from "../../bench/listener-counts.ts";
import { descriptorKinds, programNames, threadNames } from "../../bench/process-figures.ts";
import { databaseRows } from "../harness/database-rows.ts";
import { heldStep } from "../harness/held-step.ts";
import { holdLock } from "../harness/hold-lock.ts";
import { keySequence } from "../harness/keys.ts";
import { runProgram } from "../harness/run-program.ts";
import { repositoryRoot } from "../harness/sandbox.ts";
import { ask, quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { answer, type ModelStage, withModel } from "../harness/with-model.ts";

/** A session of the project in that folder; its id. */
async function makeSession({ sandbox, server }: ModelStage, title: string, cwd = sandbox.project): Promise<string> {
  server.push(answer(`All about ${title}.`));
  const args = ["run", "--yolo", "--format", "json", `Tell me about ${title}`];
  const made = await runProgram({ sandbox, cwd, args });
  assert.equal(made.code, 0, made.stderr);
  const { session_id: id } = JSON.parse(made.stdout) as { readonly session_id: string };
  await runProgram({ sandbox, cwd, args: ["session", "rename", id, title] });
  return id;
}

/** A second project, with one session. */
async function makeBakery(stage: ModelStage, title = "Sourdough"): Promise<string> {
  const bakery = path.join(path.dirname(stage.sandbox.project), "bakery");
  mkdirSync(path.join(bakery, ".git"), { recursive: true });
  await makeSession(stage, title, bakery);
  return bakery;
}

async function listProjects(app: RunningApp): Promise<void> {
  app.press("ctrl+s");
  await app.waitFor("─ Sessions (");
  app.press("tab");
  await app.waitFor("Sessions of all other projects");
}

async function openProjects(app: RunningApp): Promise<void> {
  await untilReady(app);
  await listProjects(app);
}

/** `typedAhead` comes with the key that opens it: before anything of the other project can be seen. */
async function choose(app: RunningApp, title: string, typedAhead = ""): Promise<void> {
  app.type(title);
  await app.waitUntil((terminal) => terminal.rows().some((row) => new RegExp(`› +${title} `, "u").test(row)), {
    what: `${title} to be chosen`,
  });
  app.write(`${keySequence("enter")}${typedAhead}`);
}

/** Goes there in the way a person does, and waits until it is shown. */
async function goTo(app: RunningApp, title: string): Promise<void> {
  await openProjects(app);
  await choose(app, title);
  await app.waitUntilGone("Sessions of all other projects");
  await app.waitFor(`All about ${title}.`);
  await untilReady(app);
}

/** The window's title follows the frame that it belongs to. */
async function untilTitled(app: RunningApp, title: string): Promise<void> {
  await app.waitUntil(({ titles }) => titles.at(-1)?.includes(title) === true, {
    what: `${title} in the window's title`,
  });
}

async function shellAnswers(app: RunningApp, command: string, output: string): Promise<void> {
  app.type(`!${command}`);
  await app.waitFor(`! !${command}`);
  app.press("enter");
  await app.waitUntilGone(`! !${command}`);
  await app.waitFor(output);
  await untilReady(app);
}

test("enter goes to a session of another project in this window, and back, with the drafts of both", async () => {
  await withModel(async (stage) => {
    const { sandbox } = stage;
    const bakery = await makeBakery(stage);
    await makeSession(stage, "Alders");
    await using app = startApp({ sandbox, args: ["-C", "--yolo"] });
    await app.waitFor("All about Alders.");
    await app.waitFor("yolo");
    await untilReady(app);
    app.type("half a question");
    await app.waitFor("› half a question");
    await goTo(app, "Sourdough");
    await app.waitUntilGone("yolo");
    await untilTitled(app, "Sourdough");
    await shellAnswers(app, "pwd", bakery);
    app.type("half an order");
    await app.waitFor("› half an order");
    await goTo(app, "Alders");
    await app.waitFor("› half a question");
    await untilTitled(app, "Alders");
    await openProjects(app);
    await choose(app, "Sourdough", " of flour");
    await app.waitFor("› half an order of flour");
    const entered = app.output.split("\u001B[?1049h").length - 1;
    assert.equal(entered, 1, "the screen was never given back in between");
    await quit(app);
    assert.match(app.terminal.mainText(), /Sourdough\s+Continue with: crush -c \S+bakery -s [0-9a-f]{7}/u);
  });
});

test("the other project is asked about as at its own start: its config, and what it may do", async () => {
  await withModel(async (stage) => {
    const { sandbox } = stage;
    const bakery = await makeBakery(stage);
    await makeSession(stage, "Alders");
    writeFileSync(
      path.join(bakery, "crush.json"),
      JSON.stringify({ permissions: { allowed_tools: ["bash"] }, options: { tui: { compact_mode: true } } }),
    );
    await using app = startApp({ sandbox, args: ["-C"] });
    await openProjects(app);
    await choose(app, "Sourdough", "t");
    await app.waitFor("Trust this project?");
    await app.waitFor("All about Sourdough.");
    app.press("i");
    await app.waitUntilGone("Trust this project?");
    assert.equal(app.terminal.find("│ Sourdough"), null, "the other project's config hides the sidebar");
    const logged = readFileSync(path.join(bakery, ".crush", "logs", "crush.log"), "utf8");
    assert.match(logged.trimEnd().split("\n").at(-1) ?? "", /session opened/u);
    await quit(app);
  });
});

test("while a session is at work it is asked whether to wait or to stop", async () => {
  await withModel(async (stage) => {
    const { sandbox, server } = stage;
    await makeBakery(stage);
    await makeSession(stage, "Alders");
    const said = (name: string): ReturnType<typeof heldStep> =>
      heldStep(
        {
          match: { hasTools: true, promptIncludes: name },
          blocks: [{ kind: "text", text: `The ${name} word, then much more.` }],
          deltaLength: 12,
        },
        4,
      );
    const [first, second] = [said("first"), said("second")];
    server.push(first.step, second.step);
    await using app = startApp({ sandbox, args: ["-C"] });
    await ask(app, "Say the first");
    await app.waitFor("The first");
    await listProjects(app);
    await choose(app, "Sourdough");
    await app.waitFor("Leave this project for");
    await app.waitFor("1 session still at work");
    app.press("n");
    await app.waitUntilGone("Leave this project for");
    await app.waitFor("Sessions of all other projects");
    app.press("enter");
    await app.waitFor("Leave this project for");
    app.press("w");
    await app.waitFor(/goes to \S*bakery when 1 session has ended/u);
    first.letGo();
    await app.waitFor("All about Sourdough.");
    await goTo(app, "Alders");
    await app.waitFor("The first word, then much more.");
    await ask(app, "Say the second");
    await app.waitFor("The second");
    await listProjects(app);
    await choose(app, "Sourdough");
    await app.waitFor("Leave this project for");
    app.press("y");
    await app.waitFor("All about Sourdough.");
    const turns = databaseRows(sandbox.database, "SELECT session_id FROM x_turn");
    assert.deepEqual(turns, [], "nothing runs on behind");
    await goTo(app, "Alders");
    await app.waitFor(/canceled/iu);
    second.letGo();
    await quit(app);
  });
});

test("a project that can't be opened is told in the list, and one stays", async (t) => {
  await withModel(async (stage) => {
    const { sandbox } = stage;
    const bakery = await makeBakery(stage);
    const second = await makeSession(stage, "Pretzels", bakery);
    await makeSession(stage, "Alders");
    await using app = startApp({ sandbox, args: ["-C"] });
    await openProjects(app);
    await runProgram({ sandbox, cwd: bakery, args: ["session", "delete", "--yes", second] });
    await choose(app, "Pretzels");
    await app.waitFor("This session has been deleted meanwhile.");
    app.press("ctrl+u");
    const lock = await holdLock(
      t,
      path.join(bakery, ".crush", "crush.db"),
      "commit; pragma locking_mode = exclusive; begin immediate",
    );
    await choose(app, "Sourdough");
    await app.waitFor(/is locked by/u);
    app.press("escape");
    await app.waitUntil((terminal) => terminal.find("Waiting: ") === null, { what: "waiting to be given up" });
    await lock.kill();
    // At once: what was given up may still be closing its files there.
    renameSync(bakery, `${bakery}-gone`);
    app.press("enter");
    await app.waitFor(/The folder \S*bakery is not there any more/u);
    app.press("escape", "escape");
    await app.waitUntilGone("─ Sessions");
    assert.notEqual(app.terminal.find("All about Alders."), null);
    await quit(app);
  });
});

test("the list of projects finds paths, ids and what was said, and enter goes to that message", async () => {
  await withModel(async (stage) => {
    const { sandbox, server } = stage;
    const bakery = await makeBakery(stage);
    const lines = Array.from({ length: 80 }, (_, index) => `Line ${index} of much more.`).join("\n\n");
    server.push(answer(`Leaven is called quercetine here.\n\n${lines}`));
    await runProgram({ sandbox, cwd: bakery, args: ["run", "-q", "-C", "And the leaven?"] });
    await runProgram({ sandbox, cwd: bakery, args: ["session", "search", "leaven"] });
    await makeSession(stage, "Alders");
    await using app = startApp({ sandbox, args: ["-C"] });
    await openProjects(app);
    app.type("bakery");
    await app.waitFor(/› \S*bakery 1 session/u);
    app.press("ctrl+u");
    app.type("quercetine");
    await app.waitFor(/ {2}Sourdough answer: .*quercetine/u);
    app.press("down", "enter");
    await app.waitUntilGone("Sessions of all other projects");
    await app.waitFor(/▌ Leaven is called quercetine/u);
    assert.equal(app.terminal.find("Line 79 of much more."), null, "not at its end");
    await quit(app);
  });
});

/**
 * A moment after a project is shown its words are indexed, in a thread that opens its files one after the other: until then
 * things come and go. Resolves with the last look where nothing comes to rest, too: the test says what differs.
 */
async function untilAtRest(figures: () => Promise<Counts>, isAtRest: (counts: Counts) => boolean): Promise<Counts> {
  let last = await figures();
  let sameLooks = 0;
  for (let looks = 0; looks < 500 && !(isAtRest(last) && sameLooks >= 5); looks += 1) {
    const next = await figures();
    sameLooks = countChanges(last, next).length === 0 ? sameLooks + 1 : 0;
    last = next;
  }
  return last;
}

test("ten changes between projects leave no descriptor, thread or listener behind", async (t) => {
  if (process.platform !== "linux") {
    t.skip("descriptors are counted where Linux lists them");
    return;
  }
  await withModel(async (stage) => {
    const { sandbox } = stage;
    await makeBakery(stage);
    await makeSession(stage, "Alders");
    const file = path.join(sandbox.root, "listeners.json");
    await using app = startApp({
      sandbox,
      program: path.join(repositoryRoot, "tools", "run-on-bun"),
      args: [...listenerFlags, path.join(repositoryRoot, "src", "main.ts"), "-C"],
      environment: { LISTENERS_FILE: file, CRUSH_CALLED_AS: "crush" },
    });
    await app.waitFor("All about Alders.");
    const round = async (): Promise<void> => {
      await goTo(app, "Sourdough");
      await shellAnswers(app, "echo $((40 + 2))", "42");
      await goTo(app, "Alders");
    };
    const figures = async (): Promise<Counts> => ({
      ...countsOf(descriptorKinds(app.pid).map((kind) => `descriptor ${kind}`)),
      ...countsOf(programNames(app.pid)),
      threads: countsOf(threadNames(app.pid))["Worker"] ?? 0,
      ...(await listenersOf(app.pid, file)),
    });
    await round();
    const before = await untilAtRest(figures, (counts) => counts["descriptor search.db"] === 1);
    for (let count = 0; count < 5; count += 1) await round();
    const after = await untilAtRest(figures, (counts) => countChanges(before, counts).length === 0);
    assert.deepEqual(countChanges(before, after), []);
    await quit(app);
  });
});
