/** Two windows on one session: each shows what the other does, while it happens. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { ScriptedStep } from "../harness/model-servers/script.ts";
import { answerPermission, ask, askAndWait, quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { answer, withModel } from "../harness/with-model.ts";

/** Sends its text, and then nothing more for as long as the program lives. */
const hangs: ScriptedStep = {
  match: { hasTools: true },
  blocks: [{ kind: "text", text: `The part that was said. ${"And more. ".repeat(20)}` }],
  deltaLength: 40,
  fault: { at: "middle", afterFrames: 4, error: "hang" },
};

test("an answer streams into the other window too; when its window is killed, the other one settles it and goes on", async () => {
  await withModel(
    async ({ sandbox, server }) => {
      server.push(answer("Here we are."));
      await using first = startApp({ sandbox });
      await askAndWait(first, "Hello", "Here we are.");

      await using second = startApp({ sandbox, args: ["-C"] });
      await untilReady(second);
      await second.waitFor("Here we are.");
      server.push(hangs);
      await ask(first, "Tell me");
      await second.waitFor("Tell me");
      await second.waitFor("The part that was said.");

      first.kill("SIGKILL");
      await first.exited;
      await second.waitFor("Interrupted");
      server.push(answer("We go on."));
      await askAndWait(second, "Go on", "We go on.");
      assert.match(second.screen, /The part that was said/u);
      await quit(second);
    },
    { dialect: "deepseek" },
  );
});

test("what a command prints is seen in the other window while it runs, and in one that is opened then", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("Here we are."));
    await using first = startApp({ sandbox, args: ["-y"] });
    await askAndWait(first, "Hello", "Here we are.");
    await using second = startApp({ sandbox, args: ["-C"] });
    await second.waitFor("Here we are.");
    const command = "echo 12 of 30 tests; until [ -e more ]; do sleep 0.05; done; echo 29 of 30; read -r never < pipe";
    server.push({
      match: { hasTools: true },
      blocks: [{ kind: "tool-call", name: "bash", input: { description: "test", command: `mkfifo pipe; ${command}` } }],
    });
    await ask(first, "Test it");
    await second.waitFor(/^\W*12 of 30 tests/mu);
    await using third = startApp({ sandbox, args: ["-C"] });
    await third.waitFor(/^\W*12 of 30 tests/mu);
    await using fourth = startApp({ sandbox });
    await untilReady(fourth);
    fourth.press("ctrl+s");
    await fourth.waitFor("› ↗ A scripted title");
    fourth.press("enter");
    await fourth.waitFor(/^\W*12 of 30 tests/mu);
    await quit(fourth);
    writeFileSync(path.join(sandbox.project, "more"), "");
    await second.waitFor(/^\W*29 of 30\b/mu);
    await third.waitFor(/^\W*29 of 30\b/mu);

    server.push(answer("All but one."));
    writeFileSync(path.join(sandbox.project, "pipe"), "\n");
    await second.waitFor("All but one.");
    assert.equal(second.screen.match(/^\W*12 of 30 tests/gmu)?.length, 1);
    await quit(third);
    await quit(second);
    await quit(first);
  });
});

test("a call that waits for the person's permission in one window says so in the others, and runs there once it is given", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("Here we are."));
    await using first = startApp({ sandbox });
    await askAndWait(first, "Hello", "Here we are.");
    await using second = startApp({ sandbox, args: ["-C"] });
    await second.waitFor("Here we are.");
    const command = "mkfifo pipe; read -r never < pipe";
    server.push({
      match: { hasTools: true },
      blocks: [{ kind: "tool-call", name: "bash", input: { description: "wait", command } }],
    });
    await ask(first, "Wait");
    await first.waitFor("a allow once");
    await second.waitFor(/\? Bash .*waiting for permission in another window/u);
    await using third = startApp({ sandbox, args: ["-C"] });
    await third.waitFor(/\? Bash .*waiting for permission in another window/u);

    assert.doesNotMatch(first.screen, /in another window/u);
    await answerPermission(first, "a");
    await second.waitFor(/● Bash .*running/u);
    await third.waitFor(/● Bash .*running/u);
    server.push(answer("Now it is over."));
    writeFileSync(path.join(sandbox.project, "pipe"), "\n");
    await second.waitFor("Now it is over.");
    await quit(third);
    await quit(second);
    await quit(first);
  });
});

test("a command of the person's shows what it prints as it comes, here and in another window, which keeps it where this one is killed", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("Here we are."));
    await using first = startApp({ sandbox });
    await askAndWait(first, "Hello", "Here we are.");
    await using second = startApp({ sandbox, args: ["-C"] });
    await second.waitFor("Here we are.");
    first.paste("!mkfifo pipe never; seq 30; read -r line < pipe; echo $line; read -r line < never");
    await first.waitFor("! !mkfifo pipe");
    first.press("enter");
    for (const window of [first, second]) {
      await window.waitFor(/● ! mkfifo pipe.* running/u);
      await window.waitFor(/│ 30\b/u);
      assert.match(window.screen, /… 20 earlier lines/u);
    }
    assert.match(first.screen, /running !mkfifo/u);
    await second.waitFor(/!mkfifo pipe.* runs in another window/u);
    writeFileSync(path.join(sandbox.project, "pipe"), "half way\n");
    for (const window of [first, second]) await window.waitFor(/│ half way\b/u);

    first.kill("SIGKILL");
    await first.exited;
    await second.waitFor(/interrupted: Crush ended while this command ran|✗ ! mkfifo/u);
    await untilReady(second);
    assert.equal(second.screen.match(/! mkfifo pipe/gu)?.length, 1);
    await quit(second);
  });
});
