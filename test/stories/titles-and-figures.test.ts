/** What a session is called, where it was made, and what is measured of it, as a person sees it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import type { Sandbox } from "../harness/sandbox.ts";
import { ask, askAndWait, quit } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { scriptedConfig, scriptedKey } from "../harness/scripted-config.ts";
import { answer, turnRequests, withModel } from "../harness/with-model.ts";

function git(sandbox: Sandbox, ...words: readonly string[]): void {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  execFileSync("git", [...identity, ...words], { cwd: sandbox.project, env: sandbox.environment(), stdio: "ignore" });
}

test("a title comes by itself after the first answer, and one that a person gives stays", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("Warm it slowly."), {
      match: { hasTools: false },
      blocks: [{ kind: "text", text: "Forge heat" }],
    });
    await using app = startApp({ sandbox });
    await askAndWait(app, "How hot must it be?", "Warm it slowly.");
    await app.waitFor("Forge heat");
    app.type("/rename Anvil work");
    await app.waitFor("│ /rename Anvil work");
    app.press("enter");
    await app.waitUntilGone("Forge heat");
    await app.waitFor("Anvil work");
    for (const number of ["second", "third"]) {
      server.push(answer(`The ${number} answer.`));
      await askAndWait(app, `The ${number} question`, `The ${number} answer.`);
    }
    assert.match(app.screen, /Anvil work/u);
    await quit(app);
    assert.equal(server.requests.length - turnRequests(server).length, 1, "no title was asked for again");
  });
});

test("a session that is taken up on another git branch says so", async () => {
  await withModel(async ({ sandbox, server }) => {
    git(sandbox, "init", "-q", "-b", "anvil");
    git(sandbox, "commit", "-q", "--allow-empty", "-m", "Begin");
    server.push(answer("Here we are."));
    await using app = startApp({ sandbox });
    await askAndWait(app, "Hello", "Here we are.");
    await app.waitFor("⎇ anvil");
    await quit(app);
    git(sandbox, "switch", "-q", "-c", "bellows");

    await using again = startApp({ sandbox, args: ["-C"] });
    await again.waitFor("This session was on the git branch anvil");
    assert.match(again.screen, /the project is on\s+bellows now/u);
    assert.match(again.screen, /git[\s│]+switch anvil goes back/u);
    await quit(again);

    git(sandbox, "branch", "-q", "-D", "anvil");
    await using last = startApp({ sandbox, args: ["-C"] });
    await last.waitFor(/on the git branch anvil, which is gone/u);
    assert.match(last.screen, /takes[\s│]+it[\s│]+to[\s│]+bellows/u);
    assert.doesNotMatch(last.screen, /git[\s│]+switch/u);
    await quit(last);
  });
});

test("a title of unknown price hides nothing of what is known of the cost", async () => {
  await withModel(async ({ sandbox, server }) => {
    const config = scriptedConfig({ url: server.url });
    const odd = {
      type: "openai-compat",
      base_url: server.url,
      api_key: scriptedKey,
      models: [{ id: "odd", name: "Odd" }],
    };
    sandbox.writeGlobalConfig({
      ...config,
      models: { ...(config["models"] as object), small: { provider: "odd", model: "odd" } },
      providers: { ...(config["providers"] as object), odd },
    });
    server.push({ ...answer("Here we are."), usage: { inputTokens: 500_000, outputTokens: 0 } });
    await using app = startApp({ sandbox, columns: 120 });
    await askAndWait(app, "Hello", "Here we are.");
    await app.waitFor("A scripted title");
    await app.waitFor("≥$1.50");
    await ask(app, "/info");
    await app.waitFor("─ Details");
    assert.match(app.screen, /Cost +≥\$1\.50/u);
    assert.match(app.screen, /Titles +\d+ tokens, cost unknown \(in the sum\)/u);
    app.press("escape");
    await app.waitUntilGone("─ Details");
    app.press("ctrl+s");
    await app.waitFor(/A scripted title.*≥\$1\.50/u);
    app.press("escape");
    await app.waitUntilGone("─ Sessions");
    await quit(app);
  });
});

test("while a session's first request runs, no figure is made up; the estimate of a canceled one is marked", async () => {
  await withModel(async ({ sandbox, server }) => {
    const text = `It was cold. ${"And dark. ".repeat(20)}`;
    const fault = { at: "middle", afterFrames: 7, error: "hang" } as const;
    server.push({ match: { hasTools: true }, blocks: [{ kind: "text", text }], deltaLength: 40, fault });
    await using app = startApp({ sandbox, columns: 120 });
    await ask(app, "Tell me");
    await app.waitFor("It was cold.");
    assert.doesNotMatch(app.screen, /tokens consumed|\$0/u);
    app.press("ctrl+d");
    await app.waitFor("─ Details");
    assert.match(app.screen, /Consumed +– \(no request has ended yet\)/u);
    assert.doesNotMatch(app.screen, /Duration|Cost/u);
    app.press("escape");
    await app.waitUntilGone("─ Details");
    app.press("escape");
    app.press("escape");
    await app.waitFor(/~[\d.]+k tokens consumed/u);
    assert.match(app.screen, /~\$0\.0\d+/u);
    await quit(app);
  });
});

test("/info shows everything that is measured of the session", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("Here we are."));
    await using app = startApp({ sandbox });
    await askAndWait(app, "Hello", "Here we are.");
    await app.waitFor("A scripted title");
    await ask(app, "/info");
    await app.waitFor("─ Details");
    for (const fact of [
      /Title +A scripted title/u,
      /State +\S* ?ready/u,
      /Id +[0-9a-f]{12} {2}[0-9a-f-]{36}/u,
      /Model +Scripted scripted \(Loopback\)/u,
      /Messages +2 in 1 turn\b/u,
      /Consumed +[\d.]+k? tokens/u,
      /input · .* cache read · .* cache write · .* output/u,
      /Cost +\$[\d.]+/u,
      /Titles +.* \(in the sum\)/u,
      /Children +0 tokens/u,
      /Context +.* of .* \(\d+ %\)/u,
      /Duration +\S.* in requests/u,
    ]) {
      assert.match(app.screen, fact);
    }
    app.press("escape");
    await app.waitUntilGone("─ Details");
    await quit(app);
  });
});
