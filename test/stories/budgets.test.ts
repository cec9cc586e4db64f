/** What may be spent: set, warned of and kept at the screen. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { askAndWait, ask, quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { answer, turnRequests, withModel } from "../harness/with-model.ts";

const scopes = [
  { scope: "session", name: "this session", warned: "this session’s budget" },
  { scope: "day", name: "today", warned: "today’s budget" },
  { scope: "project", name: "this project", warned: "the project’s budget" },
] as const;

async function order(app: RunningApp, words: string, told: RegExp): Promise<void> {
  await untilReady(app);
  app.paste(words);
  await app.waitFor(`› ${words}`);
  app.press("enter");
  await app.waitFor(told);
}

test("/budget sets a limit, a request that would pass it is refused in clear words, and raising it lets the prompt go", async () => {
  await withModel(async ({ sandbox, server }) => {
    await using app = startApp({ sandbox });
    // US$ 1.50.
    server.push({ ...answer("All about Alders."), usage: { inputTokens: 500_000, outputTokens: 0 } });
    await askAndWait(app, "Tell of Alders", "All about Alders.");
    await order(app, "/budget", /Spent: this session \$1\.5\d, no limit; today \$1\.5\d, no limit/u);
    for (const { scope, name, warned } of scopes) {
      await order(app, `/budget ${scope} 1.51`, new RegExp(`Spent: ${name} \\$1\\.5\\d of \\$1\\.51`, "u"));
      const made = turnRequests(server).length;
      const prompt = `Tell of Birches, ${scope}`;
      await ask(app, prompt);
      await app.waitFor(`✗ The budget of ${name} does not cover the next request: $1.5`);
      await app.waitFor("send “go on”");
      await untilReady(app);
      assert.equal(turnRequests(server).length, made);
      await order(app, `/budget ${scope} 1.80`, new RegExp(`Spent: ${name} \\$1\\.5\\d of \\$1\\.80`, "u"));
      server.push({ ...answer(`The ${scope} has birches.`), match: { hasTools: true, promptIncludes: prompt } });
      await ask(app, "go on");
      await app.waitFor(`of $1.80 of ${warned} is spent`);
      await app.waitFor(`The ${scope} has birches.`);
    }
    await quit(app);
  });
});
