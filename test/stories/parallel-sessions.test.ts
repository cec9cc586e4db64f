/** Several sessions in one window: at work at once, each a key away, and told of when they want the person. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { heldStep, type HeldStep } from "../harness/held-step.ts";
import type { ScriptedStep } from "../harness/model-servers/script.ts";
import { scriptedConfig } from "../harness/scripted-config.ts";
import { answerPermission, ask, askAndWait, openInPicker, quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { untilStored, untilWritten } from "../harness/until-stored.ts";
import { answer, turnRequests, withModel } from "../harness/with-model.ts";

/** Begins to answer the prompt, and goes on when it is let go. */
function begins(prompt: string): HeldStep {
  const text = `${prompt} begins. ${"And it goes on. ".repeat(40)}${prompt} ends.`;
  const match = { hasTools: true, promptIncludes: prompt };
  return heldStep({ match, blocks: [{ kind: "text", text }], deltaLength: 40 }, 4);
}

/** Begins to answer and says nothing more. */
function hangs(prompt: string): ScriptedStep {
  return {
    match: { hasTools: true, promptIncludes: prompt },
    blocks: [{ kind: "text", text: `${prompt} begins. ${"And more. ".repeat(20)}` }],
    deltaLength: 40,
    fault: { at: "middle", afterFrames: 4, error: "hang" },
  };
}

function asksFor(prompt: string): ScriptedStep {
  return {
    match: { hasTools: true, promptIncludes: prompt },
    blocks: [
      {
        kind: "tool-call",
        name: "bash",
        input: { description: "touch", command: `touch ${prompt.toLowerCase()}.txt` },
      },
    ],
  };
}

async function newSession(app: RunningApp): Promise<void> {
  app.press("ctrl+n");
  await app.waitFor(/│ New Session/u);
  await untilReady(app);
}

async function named(app: RunningApp, name: string): Promise<void> {
  app.paste(`/rename ${name}`);
  await app.waitFor(`› /rename ${name}`);
  app.press("enter");
  await app.waitFor(new RegExp(`│ ${name}`, "u"));
}

test("number keys, the cycling key, the palette's word and a click in the sidebar lead to another session", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    for (const [index, name] of ["Alders", "Birches", "Cedars"].entries()) {
      if (index > 0) await newSession(app);
      server.push(answer(`All about ${name}.`));
      await askAndWait(app, `Tell of ${name}`, `All about ${name}.`);
      await named(app, name);
    }
    app.press("alt+1");
    await app.waitFor("All about Alders.");
    app.press("alt+.");
    await app.waitFor("All about Cedars.");
    app.press("alt+.");
    await app.waitFor("All about Birches.");
    app.paste("/switch cedar");
    await app.waitFor("› /switch cedar");
    app.press("enter");
    await app.waitFor("All about Cedars.");
    await app.waitFor("1   Alders");
    app.click(app.terminal.find("1   Alders") ?? { row: 0, column: 0 });
    await app.waitFor("All about Alders.");
    assert.equal(app.terminal.find("All about Cedars."), null);
    await quit(app);
  });
});

test("a new session starts and answers while others are at work, and quitting can wait for them", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    const held = ["Alders", "Birches"].map((name) => ({ name, ...begins(name) }));
    for (const { name, step } of held) {
      server.push(step);
      await ask(app, name);
      await app.waitFor(`${name} begins.`);
      await newSession(app);
    }
    server.push(answer("A quick answer."));
    await askAndWait(app, "Cedars", "A quick answer.");
    await app.waitFor(/1 ● Alders/u);
    app.press("ctrl+c");
    await app.waitFor("still at work");
    app.press("w");
    await app.waitFor("quits when 2 sessions have ended");
    for (const { letGo } of held) letGo();
    assert.equal((await app.exited).code, 0);
    const stored = databaseRows(sandbox.database, "SELECT parts FROM messages WHERE role = 'assistant'");
    const whole = stored.map((row) => String(row["parts"]));
    assert.ok(["Alders", "Birches"].every((name) => whole.some((parts) => parts.includes(`${name} ends.`))));
    assert.ok(!whole.some((parts) => parts.includes('"canceled"')));
  });
});

test("quitting can wait for the prompt in the queue too: it is answered to its end", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    const alders = begins("Alders");
    server.push(alders.step);
    await ask(app, "Alders");
    await app.waitFor("Alders begins.");
    server.push(answer("Birches ends."));
    app.type("Birches");
    await app.waitFor("› Birches");
    app.press("enter");
    await app.waitUntilGone("› Birches");
    app.press("ctrl+c");
    await app.waitFor("still at work");
    app.press("w");
    await app.waitFor("quits when 1 session has ended");
    alders.letGo();
    assert.equal((await app.exited).code, 0);
    const rows = databaseRows(sandbox.database, "SELECT parts FROM messages WHERE role = 'assistant' ORDER BY rowid");
    assert.deepEqual(
      rows.map((row) => /(\w+) ends\..*"reason":"(\w+)"/u.exec(String(row["parts"]))?.slice(1)),
      [
        ["Alders", "end_turn"],
        ["Birches", "end_turn"],
      ],
    );
  });
});

test("quitting stops the sessions at work: what is there is kept and marked canceled", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    for (const name of ["Alders", "Birches"]) {
      server.push(hangs(name));
      await ask(app, name);
      await app.waitFor(`${name} begins.`);
      await newSession(app);
    }
    app.press("ctrl+c");
    await app.waitFor("2 sessions still at work");
    app.press("y");
    assert.equal((await app.exited).code, 0);
    const rows = databaseRows(sandbox.database, "SELECT parts FROM messages WHERE role = 'assistant' ORDER BY rowid");
    assert.deepEqual(
      rows.map((row) => /(\w+) begins\..*"reason":"(\w+)"/u.exec(String(row["parts"]))?.slice(1)),
      [
        ["Alders", "canceled"],
        ["Birches", "canceled"],
      ],
    );
  });
});

test("requests beyond the cap wait, are shown so, and come in turn", async () => {
  await withModel(async ({ sandbox, server }) => {
    const limits = { disable_default_providers: true, max_concurrent_requests: 1 };
    sandbox.writeGlobalConfig(scriptedConfig({ url: server.url, more: { options: limits } }));
    await using app = startApp({ sandbox });
    const alders = begins("Alders");
    server.push(alders.step);
    await ask(app, "Alders");
    await app.waitFor("Alders begins.");
    await newSession(app);
    server.push(answer("All about Birches."));
    await ask(app, "Birches");
    await app.waitFor("waiting for its turn");
    assert.equal(turnRequests(server).length, 1);
    alders.letGo();
    await app.waitFor("All about Birches.");
    await untilReady(app);
    await quit(app);
  });
});

test("a question out of sight names its session, is told outside, and one key leads to it", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    const alders = heldStep(asksFor("Alders"));
    server.push(alders.step);
    await ask(app, "Alders");
    await newSession(app);
    app.write("\u001B[O");
    alders.letGo();
    await app.waitFor("Alders asks alt+a");
    await app.waitUntil(() => app.output.includes("\u001B]9;Crush: Alders asks: "), { what: "the notification" });
    assert.equal(app.terminal.find("─ Permission "), null);
    app.write("\u001B[I");
    app.type("a draft of the new one");
    await app.waitFor("› a draft of the new one");
    app.press("alt+a");
    await app.waitFor("─ Permission · Alders ");
    server.push(answer("It is made."));
    await answerPermission(app, "a");
    await app.waitFor("It is made.");
    await untilReady(app);
    app.press("alt+2");
    await app.waitFor("› a draft of the new one");
    await quit(app);
  });
});

test("after kill -9 place, draft, cursor, attachments and the open dialog are as they were", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    for (let number = 1; number <= 6; number += 1) {
      server.push(answer(Array.from({ length: 12 }, (_, line) => `line ${number}.${line}`).join("\n\n")));
      await askAndWait(app, `Question ${number}`, `line ${number}.11`);
    }
    app.press("pageUp", "pageUp");
    await app.waitUntilGone("line 6.11");
    app.paste("half a prompt");
    await app.waitFor("› half a prompt");
    app.press("left", "left");
    app.paste("long line\n".repeat(30));
    await app.waitFor(/\[paste_1\.txt/u);
    app.press("ctrl+t");
    await app.waitFor("─ Todos");
    await untilKept(sandbox.database);
    const picture = pictureOf(app);
    app.kill("SIGKILL");
    await app.exited;

    await using again = startApp({ sandbox, args: ["-C"] });
    await again.waitUntil(() => pictureOf(again) === picture, { what: `the same screen:\n${picture}` });
    again.press("escape");
    await again.waitUntilGone("─ Todos");
    again.type("X");
    await again.waitFor("› half a promXpt");
    const sent = databaseRows(sandbox.database, "SELECT id FROM messages WHERE role = 'user'");
    assert.equal(sent.length, 6, "nothing of it was sent");
    await quit(again);
  });
});

test("what is attached to a draft stays while a program that was started later works on another session", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    server.push(answer("All about Alders."));
    await askAndWait(app, "Tell of Alders", "All about Alders.");
    await named(app, "Alders");
    app.paste("long line\n".repeat(30));
    await app.waitFor(/\[paste_1\.txt/u);
    await quit(app);

    await using again = startApp({ sandbox });
    server.push(answer("All about Birches."));
    await askAndWait(again, "Tell of Birches", "All about Birches.");
    await quit(again);
    const kept = databaseRows(sandbox.database, "SELECT session_id FROM x_attachment");
    assert.equal(kept.length, 1, "nothing was removed");

    await using third = startApp({ sandbox });
    await openInPicker(third, "Alders");
    await third.waitFor(/\[paste_1\.txt/u);
    await quit(third);
  });
});

/** Without the scrollbar, whose length is a guess where nothing was laid out yet, and what lies right of it. */
function pictureOf(app: RunningApp): string {
  const rows = app.terminal.rows().map((row) => row.slice(0, 83).trimEnd());
  return rows.join("\n");
}

/** What the person left is on the disk, the dialog last. */
async function untilKept(file: string): Promise<void> {
  await untilStored({
    file,
    sql: `SELECT v.view, s.draft, (SELECT count(*) FROM x_attachment) AS attached
          FROM x_view v JOIN x_session s USING (session_id)`,
    holds: (rows) =>
      rows.some(
        ({ view, draft, attached }) =>
          /"isFollowing":false.*"kind":"todos"/u.test(String(view)) && draft === "half a prompt" && attached === 1,
      ),
  });
}

test("both sessions keep place, draft, cursor, attachments and the open dialog while the other is looked at", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    for (const name of ["Alders", "Birches"]) {
      if (name === "Birches") await newSession(app);
      server.push(answer(Array.from({ length: 60 }, (_, line) => `${name} line ${line}.`).join("\n\n")));
      await askAndWait(app, name, `${name} line 59.`);
      app.press("pageUp", "pageUp");
      await app.waitUntilGone(`${name} line 59.`);
      app.paste(`half a prompt on ${name}`);
      await app.waitFor(`› half a prompt on ${name}`);
      app.press("left", "left");
      app.paste("long line\n".repeat(30));
      await app.waitFor(/\[paste_\d\.txt/u);
      app.press("ctrl+t");
      await app.waitFor("─ Todos");
    }
    const birches = pictureOf(app);
    app.press("alt+1");
    await app.waitFor("› half a prompt on Alders");
    const alders = pictureOf(app);
    assert.match(alders, /─ Todos[\s\S]*paste_1\.txt/u);
    app.press("alt+2");
    await app.waitUntil(() => pictureOf(app) === birches, { what: `the second session:\n${birches}` });
    app.press("alt+1");
    await app.waitUntil(() => pictureOf(app) === alders, { what: `the first session:\n${alders}` });
    app.press("escape");
    await app.waitUntilGone("─ Todos");
    app.type("X");
    await app.waitFor("› half a prompt on AldeXrs");
    await quit(app);
  });
});

test("after kill -9 the list says which session finished unseen, failed or has paused prompts, and one key leads there", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    const alders = begins("Alders");
    server.push(alders.step);
    await ask(app, "Alders");
    await app.waitFor("Alders begins.");
    await named(app, "Alder wood");
    await newSession(app);
    server.push(hangs("Birches"));
    await ask(app, "Birches");
    await app.waitFor("Birches begins.");
    app.type("and more of them");
    await app.waitFor("› and more of them");
    app.press("enter");
    await app.waitUntilGone("› and more of them");
    await newSession(app);
    alders.letGo();
    await app.waitFor(/1 ✓ Alder wood/u);
    await untilWritten(path.join(sandbox.dataDirectory, "journal"), /\.jsonl$/u, /Birches begins\./u);
    app.kill("SIGKILL");
    await app.exited;

    await using again = startApp({ sandbox });
    await again.waitFor(/Birches has failed, 1 more\s+alt\+a/u);
    again.press("ctrl+s");
    await again.waitFor("─ Sessions");
    await again.waitFor(/│ . ✓ Alder wood +now/u);
    await again.waitFor(/│ . ✗ Birches +now/u);
    again.press("escape");
    await again.waitUntilGone("─ Sessions");
    again.press("alt+a");
    await again.waitFor("‖ prompts paused");
    await again.waitFor("Birches begins.");
    again.press("alt+a");
    await again.waitFor("Alders ends.");
    await again.waitFor(/‖ Birches/u);
    await again.waitFor(/Birches has paused prompts\s+alt\+a/u);
    await quit(again);

    await using third = startApp({ sandbox });
    await third.waitFor(/Birches has paused prompts\s+alt\+a/u);
    third.press("ctrl+s");
    await third.waitFor("─ Sessions");
    await third.waitFor(/│ . ‖ Birches +now/u);
    assert.doesNotMatch(third.terminal.rows().join("\n"), /[✓✗] (?:Alder wood|Birches)/u);
    third.press("escape");
    await third.waitUntilGone("─ Sessions");
    await quit(third);
  });
});
