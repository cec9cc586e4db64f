/** After quitting and starting again an older session goes on with exactly what was said in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { must } from "../../src/lib/assert.ts";
import { databaseRows } from "../harness/database-rows.ts";
import type { LoggedRequest } from "../harness/model-servers/script.ts";
import { runProgram } from "../harness/run-program.ts";
import type { Sandbox } from "../harness/sandbox.ts";
import { askAndWait, openInPicker, quit } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { answer, type ModelStage, turnRequests, withModel } from "../harness/with-model.ts";

const listSchema = v.array(v.looseObject({ id: v.string(), uuid: v.string(), title: v.string() }));

/** Three conversations of two turns each, made by the program itself; the first is the oldest. */
async function makeSessions({ sandbox, server }: ModelStage): Promise<void> {
  for (const topic of ["apples", "bridges", "clouds"]) {
    for (const turn of [1, 2]) {
      server.push(answer(`Answer ${turn} about ${topic}.`));
      const args = ["run", "-q", ...(turn === 2 ? ["-C"] : []), `Question ${turn} about ${topic}?`];
      const result = await runProgram({ sandbox, args });
      assert.equal(result.code, 0, result.stderr);
    }
  }
}

function conversationOf(request: LoggedRequest | undefined): string[] {
  return must(request, "a request")
    .conversation.filter(({ role, text }) => role !== "system" && !/^\s*<system[_-]reminder>/u.test(text))
    .map(({ role, text }) => `${role}: ${text}`);
}

function earlier(topic: string): string[] {
  return [1, 2].flatMap((turn) => [
    `user: Question ${turn} about ${topic}?`,
    `assistant: Answer ${turn} about ${topic}.`,
  ]);
}

async function idOf(sandbox: Sandbox, text: string): Promise<string> {
  const list = v.parse(
    listSchema,
    JSON.parse((await runProgram({ sandbox, args: ["session", "list", "--json"] })).stdout),
  );
  for (const { uuid } of list) {
    const { stdout } = await runProgram({ sandbox, args: ["session", "show", uuid, "--json"] });
    if (stdout.includes(text)) return uuid;
  }
  throw new Error(`no session with ${text}`);
}

test("an older session opened in the picker sends exactly its own messages, in order", async () => {
  await withModel(async (stage) => {
    const { sandbox, server } = stage;
    await makeSessions(stage);
    const oldest = await idOf(sandbox, "about apples");
    await runProgram({ sandbox, args: ["session", "rename", oldest, "Fruit"] });
    await using app = startApp({ sandbox });
    await app.waitFor("Ask, @file");
    app.press("ctrl+s");
    await app.waitFor("Sessions (");
    app.press("escape");
    await app.waitUntilGone("Sessions (");
    await openInPicker(app, "Fruit");
    await app.waitFor("Answer 2 about apples.");
    server.push(answer("Answer 3 about apples."));
    await askAndWait(app, "Question 3 about apples?", "Answer 3 about apples.");
    assert.deepEqual(conversationOf(turnRequests(server).at(-1)), [
      ...earlier("apples"),
      "user: Question 3 about apples?",
    ]);
    await quit(app);
    assert.match(app.terminal.mainText(), /Fruit/u);
  });
});

test("an older session opened by -s and a prefix sends exactly its own messages, in order", async () => {
  await withModel(async (stage) => {
    const { sandbox, server } = stage;
    await makeSessions(stage);
    const uuid = await idOf(sandbox, "about bridges");
    await using app = startApp({ sandbox, args: ["-s", uuid.slice(0, 13)] });
    await app.waitFor("Answer 2 about bridges.");
    server.push(answer("Answer 3 about bridges."));
    await askAndWait(app, "Question 3 about bridges?", "Answer 3 about bridges.");
    assert.deepEqual(conversationOf(turnRequests(server).at(-1)), [
      ...earlier("bridges"),
      "user: Question 3 about bridges?",
    ]);
    await quit(app);
    const untouched = databaseRows(sandbox.database, "SELECT message_count FROM sessions WHERE message_count = 4");
    assert.equal(untouched.length, 2, "the other sessions are as they were");
  });
});

test("switching between sessions mixes nothing up", async () => {
  await withModel(async (stage) => {
    const { sandbox, server } = stage;
    await makeSessions(stage);
    for (const [topic, title] of [
      ["apples", "Fruit"],
      ["clouds", "Weather"],
    ] as const) {
      await runProgram({ sandbox, args: ["session", "rename", await idOf(sandbox, `about ${topic}`), title] });
    }
    await using app = startApp({ sandbox });
    await app.waitFor("Ask, @file");
    for (const [topic, title] of [
      ["apples", "Fruit"],
      ["clouds", "Weather"],
    ] as const) {
      await openInPicker(app, title);
      server.push(answer(`Answer 3 about ${topic}.`));
      await askAndWait(app, `Question 3 about ${topic}?`, `Answer 3 about ${topic}.`);
      assert.deepEqual(conversationOf(turnRequests(server).at(-1)), [
        ...earlier(topic),
        `user: Question 3 about ${topic}?`,
      ]);
    }
    await openInPicker(app, "Fruit");
    await app.waitFor("Answer 3 about apples.");
    assert.equal(app.terminal.find("clouds"), null, "nothing of the other session is on the screen");
    await quit(app);
  });
});
