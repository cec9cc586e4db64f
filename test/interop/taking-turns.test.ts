/**
 * Ours and a real Crush on one project: run with `CRUSH_BIN=/path/to/crush`. Without it the tests say that they skip.
 * Everything stays on this machine: the only provider is a loopback server, and Crush's metrics are switched off.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { must } from "../../src/lib/assert.ts";
import { addCrushSample, sampleSessions } from "../harness/crush-sample.ts";
import type { ScriptedBlock } from "../harness/model-servers/script.ts";
import { quit, untilReady } from "../harness/screen-steps.ts";
import { scriptedModel, scriptedProvider } from "../harness/scripted-config.ts";
import { startApp } from "../harness/start-app.ts";
import type { ProgramSide } from "./program-side.ts";
import { assertSameView, spokenLines } from "./same-view.ts";
import { answerText, answerWith, lastTurn, type Pair, withBoth } from "./with-both.ts";

test("each continues the other's sessions with exactly what came before", async (t) => {
  await withBoth(t, async ({ ours, crush, server }) => {
    answerText(server, "Noted by the first.");
    await crush.command("run", "-q", "Remember the number 4711.");
    const [first] = await assertSameView(ours, crush);
    const uuid = must(first, "the first session").uuid;

    answerText(server, "Noted by the second.");
    await ours.command("run", "-q", "-C", "And remember 1147.");
    await assertSameView(ours, crush);
    assert.deepEqual(spokenLines(lastTurn(server)), [
      "user: Remember the number 4711.",
      "assistant: Noted by the first.",
      "user: And remember 1147.",
    ]);

    answerText(server, "Both are remembered.");
    await crush.command("run", "-q", "-s", uuid, "Which numbers?");
    assert.equal((await assertSameView(ours, crush)).length, 1);
    assert.deepEqual(spokenLines(lastTurn(server)), [
      "user: Remember the number 4711.",
      "assistant: Noted by the first.",
      "user: And remember 1147.",
      "assistant: Noted by the second.",
      "user: Which numbers?",
    ]);
  });
});

const toolJob: readonly ScriptedBlock[] = [
  { kind: "reasoning", text: "Two reads at once." },
  { kind: "text", text: "I look first." },
  { kind: "tool-call", name: "view", input: { file_path: "notes.txt" } },
  { kind: "tool-call", name: "ls", input: {} },
];
const editJob: readonly ScriptedBlock[] = [
  { kind: "text", text: "Now the edit." },
  { kind: "tool-call", name: "edit", input: { file_path: "notes.txt", old_string: "alpha", new_string: "omega" } },
];
const bashJob: readonly ScriptedBlock[] = [
  { kind: "text", text: "And a check." },
  { kind: "tool-call", name: "bash", input: { description: "count lines", command: "wc -l notes.txt" } },
];

/** Sessions of the same second make `-C` a matter of luck, so a new one is told by its absence before. */
async function newSession(side: ProgramSide, known: readonly string[]): Promise<string> {
  const uuids = (await side.list()).map(({ uuid }) => uuid);
  return must(
    uuids.find((uuid) => !known.includes(uuid)),
    "a new session",
  );
}

async function runToolJob({ server, sandbox }: Pair, side: ProgramSide): Promise<void> {
  sandbox.writeFile("notes.txt", "alpha\nbeta\n");
  answerWith(server, ...toolJob);
  answerWith(server, ...editJob);
  answerWith(server, ...bashJob);
  answerText(server, "The notes are changed.");
  await side.command("run", "-q", "Change alpha to omega in the notes.");
  assert.equal(readFileSync(path.join(sandbox.project, "notes.txt"), "utf8"), "omega\nbeta\n");
}

const toolJobLines = [
  "user: Change alpha to omega in the notes.",
  "assistant: I look first.",
  "call view",
  "call ls",
  "result of view",
  "result of ls",
  "assistant: Now the edit.",
  "call edit",
  "result of edit",
  "assistant: And a check.",
  "call bash",
  "result of bash",
  "assistant: The notes are changed.",
];

test("tool calls of either program reach the other's next request, each with its result", async (t) => {
  await withBoth(t, async (pair) => {
    const { ours, crush, server } = pair;
    const known: string[] = [];
    for (const [first, second] of [
      [ours, crush],
      [crush, ours],
    ] as const) {
      await runToolJob(pair, first);
      await assertSameView(ours, crush);
      known.push(await newSession(ours, known));
      answerText(server, "As you wished.");
      await second.command("run", "-q", "-s", known.at(-1) ?? "", "Is it done?");
      assert.deepEqual(
        spokenLines(lastTurn(server)),
        [...toolJobLines, "user: Is it done?"],
        `${second.name} after ${first.name}`,
      );
      await assertSameView(ours, crush);
    }
    assert.equal((await ours.list()).length, 2);
  });
});

test("each renames and deletes the other's sessions", async (t) => {
  await withBoth(t, async ({ ours, crush, server }) => {
    for (const side of [crush, ours]) {
      answerText(server, `An answer to ${side.name}.`);
      await side.command("run", "-q", `A question from ${side.name}.`);
      await assertSameView(ours, crush);
    }
    const sessions = await ours.list();
    const shown = await Promise.all(sessions.map(async ({ uuid }) => JSON.stringify(await crush.show(uuid))));
    const ofCrush = must(sessions[shown.findIndex((text) => text.includes("question from Crush"))], "Crush's session");
    const ofOurs = must(sessions[shown.findIndex((text) => text.includes("question from ours"))], "our session");

    await ours.command("session", "rename", ofCrush.uuid, "Renamed", "by", "ours");
    await crush.command("session", "rename", ofOurs.uuid, "Renamed", "by", "Crush");
    const titles = (await assertSameView(ours, crush)).map(({ uuid, title }) => [uuid, title]);
    assert.deepEqual(
      new Map(titles as [string, string][]),
      new Map([
        [ofCrush.uuid, "Renamed by ours"],
        [ofOurs.uuid, "Renamed by Crush"],
      ]),
    );

    await crush.command("session", "delete", ofOurs.uuid);
    assert.deepEqual(
      (await assertSameView(ours, crush)).map(({ uuid }) => uuid),
      [ofCrush.uuid],
    );
    await ours.command("session", "delete", ofCrush.uuid);
    assert.deepEqual(await crush.list(), []);
    assert.deepEqual(await ours.list(), []);
  });
});

test("a title given with either program stays when the other continues the session", async (t) => {
  await withBoth(t, async ({ ours, crush, server }) => {
    answerText(server, "Hello.");
    await ours.command("run", "-q", "Say hello.");
    const uuid = must((await ours.list())[0], "the session").uuid;
    await crush.command("session", "rename", uuid, "Greetings");
    for (const side of [ours, crush, ours]) {
      answerText(server, "Hello again.");
      await side.command("run", "-q", "-s", uuid, "Once more.");
      assert.equal(must((await assertSameView(ours, crush))[0], "the session").title, "Greetings");
    }
  });
});

test("a turn that failed in either program is continued by the other", async (t) => {
  await withBoth(t, async ({ ours, crush, server }) => {
    const known: string[] = [];
    for (const [first, second] of [
      [ours, crush],
      [crush, ours],
    ] as const) {
      server.push({
        match: { hasTools: true },
        blocks: [{ kind: "text", text: "Half an answer that breaks off." }],
        fault: { at: "middle", afterFrames: 4, error: "context-too-long" },
        deltaLength: 5,
      });
      const failed = await first.attempt("run", "-q", `A question that fails in ${first.name}.`);
      assert.notEqual(failed.code, 0, `${first.name} reports the failure`);
      await assertSameView(ours, crush);
      known.push(await newSession(ours, known));
      answerText(server, "Here it is.");
      await second.command("run", "-q", "-s", known.at(-1) ?? "", "Try again.");
      const lines = spokenLines(lastTurn(server));
      assert.equal(lines[0], `user: A question that fails in ${first.name}.`);
      assert.equal(lines.at(-1), "user: Try again.");
      await assertSameView(ours, crush);
    }
  });
});

test("sessions of every kind that Crush writes are shown alike and continued by both", async (t) => {
  await withBoth(t, async ({ ours, crush, server, sandbox }) => {
    answerText(server, "Made first.");
    await crush.command("run", "-q", "A first session.");
    addCrushSample(sandbox);
    await assertSameView(ours, crush);
    // Crush sends steps that only call tools without the empty content that DeepSeek's reference asks for.
    for (const uuid of [sampleSessions.summarised, sampleSessions.empty]) {
      for (const side of [ours, crush]) {
        answerText(server, `Continued by ${side.name}.`);
        await side.command("run", "-q", "-m", `${scriptedProvider}/${scriptedModel}`, "-s", uuid, `On, ${side.name}.`);
      }
      assert.deepEqual(spokenLines(lastTurn(server)).slice(-3), [
        "user: On, ours.",
        "assistant: Continued by ours.",
        "user: On, Crush.",
      ]);
    }
    await assertSameView(ours, crush);
  });
});

test("a summary that ours wrote is where Crush's next request begins", async (t) => {
  await withBoth(t, async ({ ours, crush, server, sandbox }) => {
    answerText(server, "A long answer.");
    await ours.command("run", "-q", "A long question.");
    server.push({
      match: { model: scriptedModel, hasTools: false },
      blocks: [{ kind: "text", text: "All of it, in short." }],
    });
    await using app = startApp({ sandbox, args: ["-C"] });
    await untilReady(app);
    app.type("/compact");
    await app.waitFor("› /compact");
    app.press("enter");
    await app.waitFor("All of it, in short.");
    await untilReady(app);
    await quit(app);
    const [session] = await assertSameView(ours, crush);
    answerText(server, "Going on from there.");
    await crush.command("run", "-q", "-s", must(session, "the session").uuid, "And now?");
    const lines = spokenLines(lastTurn(server));
    assert.ok(lines[0]?.includes("All of it, in short."));
    assert.ok(!lines.some((line) => line.includes("A long question.")));
    await assertSameView(ours, crush);
  });
});

test("what ours forked, pinned, tagged and put away, Crush lists, shows and continues as any session", async (t) => {
  await withBoth(t, async ({ ours, crush, server, sandbox }) => {
    writeFileSync(path.join(sandbox.project, "notes.txt"), "alpha\n");
    answerWith(server, ...toolJob);
    answerText(server, "Seen.");
    await crush.command("run", "-q", "Look around.");
    const [source] = await assertSameView(ours, crush);
    const uuid = must(source, "the session").uuid;
    const fork = JSON.parse(await ours.command("session", "fork", uuid, "--json")) as { uuid: string };
    await ours.command("session", "pin", uuid);
    await ours.command("session", "tag", uuid, "look");
    await assertSameView(ours, crush);
    assert.deepEqual(
      (await crush.show(fork.uuid)).messages.map(({ role }) => role),
      ["user", "assistant", "tool", "tool", "assistant"],
    );
    answerText(server, "On another way.");
    await crush.command("run", "-q", "-s", fork.uuid, "Go on.");
    assert.match(spokenLines(lastTurn(server)).join("\n"), /Look around[^]*Seen[^]*Go on/u);
    await ours.command("session", "archive", uuid);
    assert.ok(
      (await crush.list()).some((session) => session.uuid === uuid),
      "the archive is ours alone",
    );
    await crush.command("session", "delete", uuid);
    assert.equal((await ours.show(fork.uuid)).messages.length, 7);
  });
});

test("a window of ours that is open shows what Crush does meanwhile, and leaves nothing in its way", async (t) => {
  await withBoth(t, async ({ ours, crush, server, sandbox }) => {
    answerText(server, "The first answer.");
    await ours.command("run", "-q", "The first question.");
    const uuid = must((await ours.list())[0], "the session").uuid;
    await using app = startApp({ sandbox });
    await untilReady(app);
    answerText(server, "An answer to Crush.");
    await crush.command("run", "-q", "-C", "A question from Crush.");
    assert.deepEqual(spokenLines(lastTurn(server)), [
      "user: The first question.",
      "assistant: The first answer.",
      "user: A question from Crush.",
    ]);
    await quit(app);
    assert.deepEqual(
      (await assertSameView(ours, crush)).map((session) => session.uuid),
      [uuid],
    );
  });
});
