/** The main screens, dark and light, as a person meets them; `npm run pictures` keeps them for the documents. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelServer } from "../harness/model-servers/start-model-server.ts";
import type { ScriptedStep } from "../harness/model-servers/script.ts";
import { runSql } from "../harness/open-test-store.ts";
import { runProgram } from "../harness/run-program.ts";
import type { Sandbox } from "../harness/sandbox.ts";
import { scriptedConfig } from "../harness/scripted-config.ts";
import { answerPermission, ask, openInPicker, picture, quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { answer, type ModelStage, withModel } from "../harness/with-model.ts";

const before = `export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\\d+)(s|m|h)$/.exec(text) ?? [];
  return Number(amount) * seconds[unit];
}

const seconds = { s: 1, m: 60, h: 3600 };
`;

const oldLine = "  return Number(amount) * seconds[unit];";
const newLine =
  '  if (unit === undefined) throw new RangeError(`no duration: "${text}"`);\n  return Number(amount) * seconds[unit];';

const explanation = `\`parseDuration\` now **fails loudly** instead of returning \`NaN\`:

| input | before | after |
|---|---|---|
| \`90m\` | 5400 | 5400 |
| \`90\` | NaN | RangeError |
| \`1h30m\` | NaN | RangeError |

\`\`\`ts
assert.throws(() => parseDuration("90"), RangeError);
\`\`\`

- [x] a test for each row
- [ ] the caller in \`src/cli/wait.ts:41\` still ignores the error`;

function call(name: string, input: Record<string, string>, text = ""): ScriptedStep {
  const said = text === "" ? [] : [{ kind: "text", text } as const];
  return { match: { hasTools: true }, blocks: [...said, { kind: "tool-call", name, input }] };
}

const sessions = [
  ["Release notes of 2.4", "Which changes are worth a line in the release notes?"],
  ["Why the nightly build is slow", "The nightly build takes 40 minutes. Where do they go?"],
  ["Retry uploads with a back-off", "Uploads fail when the network is slow. Add a retry."],
] as const;

function configure({ sandbox, server }: ModelStage): void {
  const config = scriptedConfig({ url: server.url });
  const text = JSON.stringify(config).replaceAll("Loopback", "Acme").replaceAll("Scripted scripted", "Oak 2");
  sandbox.writeGlobalConfig(JSON.parse(text));
}

async function makeSessions(sandbox: Sandbox, server: ModelServer): Promise<void> {
  for (const [title, prompt] of sessions) {
    server.push(answer("Let me look at that."));
    const made = await runProgram({ sandbox, args: ["run", "--format", "json", prompt] });
    assert.equal(made.code, 0, made.stderr);
    const { session_id: id } = JSON.parse(made.stdout) as { readonly session_id: string };
    await runProgram({ sandbox, args: ["session", "rename", id, title] });
    if (title !== "Release notes of 2.4") continue;
    await runProgram({ sandbox, args: ["session", "pin", id] });
    await runProgram({ sandbox, args: ["session", "tag", id, "release"] });
    addChild(sandbox, id);
  }
}

/** As Crush's sub-agents leave theirs. */
function addChild(sandbox: Sandbox, parent: string): void {
  const now = Math.floor(Date.now() / 1000);
  runSql(
    sandbox.database,
    `insert into sessions (id, parent_session_id, title, message_count, prompt_tokens, completion_tokens, cost,
       created_at, updated_at)
     values ('11111111-2222-4333-8444-555555555555', '${parent}', 'Read the merged changes', 0, 0, 0, 0.0, ${now}, ${now})`,
  );
}

/** One session works and another one asks while the first is looked at again; then the list of all. */
async function showSessions(app: RunningApp, { server }: ModelStage, look: Look): Promise<void> {
  await openInPicker(app, "nightly");
  server.push({
    ...answer("The slowest step is the one that builds the documents, twice for each platform."),
    deltaLength: 10,
    fault: { at: "middle", afterFrames: 4, error: "hang" },
  });
  await ask(app, "And which step is the slowest?");
  await app.waitFor("The slowest step");
  app.press("alt+1");
  await untilReady(app);
  await openInPicker(app, "Retry");
  server.push(call("write", { file_path: "src/retry.ts", content: "export const attempts = 5;\n" }));
  await ask(app, "Then write it.");
  await app.waitFor("─ Permission");
  app.press("alt+1");
  await app.waitFor("asks alt+a");
  app.press("ctrl+s");
  await app.waitFor(/Durations that are none .*\+\d+ −\d+ .*durations/u);
  app.press("pageUp", "ctrl+b");
  await app.waitFor("└ Read the merged changes");
  await app.waitFor(/● Why the nightly[^]*\? Retry|\? Retry[^]*● Why the nightly/u);
  await picture(app, `${look.name}-sessions`);
  app.press("escape");
  await app.waitUntilGone("─ Sessions");
}

interface Look {
  readonly name: "dark" | "light";
  readonly background: `#${string}`;
}

/** A dialog by its key, kept as a picture and closed again. */
async function dialog(app: RunningApp, look: Look, step: { keys: string; title: string; name: string }): Promise<void> {
  app.press(step.keys);
  await app.waitFor(step.title);
  await picture(app, `${look.name}-${step.name}`);
  app.press("escape");
  await app.waitUntilGone(step.title);
}

async function command(app: RunningApp, words: string): Promise<void> {
  app.paste(words);
  await app.waitFor(`› ${words}`);
  app.press("enter");
}

async function showScreens(stage: ModelStage, look: Look): Promise<void> {
  const { sandbox, server } = stage;
  configure(stage);
  sandbox.writeFile("src/duration.ts", before);
  sandbox.writeFile(".git/HEAD", "ref: refs/heads/durations\n");
  await makeSessions(sandbox, server);
  await using app = startApp({
    sandbox,
    columns: 120,
    rows: 34,
    background: look.background,
    environment: { TERM: "xterm-256color", COLORTERM: "truecolor" },
  });
  await untilReady(app);
  server.push(
    call("view", { file_path: "src/duration.ts" }, "I read the parser first."),
    call("edit", { file_path: "src/duration.ts", old_string: oldLine, new_string: newLine }),
    answer(explanation),
  );
  await ask(app, 'parseDuration("90") gives NaN. Make it fail instead.');
  await app.waitFor("a allow once");
  await app.waitFor("RangeError");
  await picture(app, `${look.name}-permission`);
  await answerPermission(app, "a");
  await app.waitFor("still ignores the error");
  await untilReady(app);
  await command(app, "/rename Durations that are none");
  await app.waitFor("│ Durations that are none");
  await app.waitUntilGone("**");
  await picture(app, `${look.name}-conversation`);
  await dialog(app, look, { keys: "ctrl+p", title: "─ Commands", name: "commands" });
  await dialog(app, look, { keys: "ctrl+g", title: "─ Help", name: "help" });
  await command(app, "/find RangeError");
  await app.waitFor(/1 of \d+ /u);
  await picture(app, `${look.name}-find`);
  app.press("escape");
  await app.waitUntilGone("esc ends");
  app.press("tab");
  await command(app, "/theme");
  await app.waitFor("─ Theme");
  await picture(app, `${look.name}-theme`);
  app.press("escape");
  await app.waitUntilGone("─ Theme");
  await showSessions(app, stage, look);
  await quit(app);
}

for (const look of [
  { name: "dark", background: "#16181d" },
  { name: "light", background: "#ffffff" },
] as const) {
  test(`the main screens, ${look.name}`, async () => {
    await withModel(async (stage) => {
      await showScreens(stage, look);
      assert.ok(stage.server.requests.length > 0);
    });
  });
}
