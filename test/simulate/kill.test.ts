/** The real program, killed again and again: nothing that was seen is lost, and the session goes on each time. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { killedRun, type KillMoment } from "../harness/killed-run.ts";
import type { ScriptedStep, WireFamily } from "../harness/model-servers/script.ts";
import { seededRandom } from "../harness/model-servers/seeded-random.ts";
import { type ModelServer, startModelServer } from "../harness/model-servers/start-model-server.ts";
import { runProgram } from "../harness/run-program.ts";
import { repositoryRoot, Sandbox } from "../harness/sandbox.ts";
import { scriptedKey, useScriptedModel } from "../harness/scripted-config.ts";
import { strictProblems } from "../harness/strict-reader.ts";

/** Words that tell their place, so that a gap or a repetition shows. */
const numbered = Array.from({ length: 4_000 }, (_, number) => `w${String(number).padStart(5, "0")} `).join("");

const streams: ScriptedStep = {
  match: { hasTools: true, promptIncludes: "stream" },
  isRepeated: true,
  blocks: [{ kind: "reasoning", text: "Let me think about that for a while. ".repeat(3) }],
  rate: { deltasPerSecond: 200, charactersPerDelta: 14, seconds: 5, source: numbered },
};

/** A step with a call, and one that streams. */
function callSteps(prompt: string): ScriptedStep[] {
  const match = { hasTools: true, promptIncludes: prompt };
  return [
    {
      match,
      blocks: [
        { kind: "text", text: "I look first." },
        { kind: "tool-call", name: "bash", input: { command: "sleep 0.8; echo seen", description: "look" } },
      ],
      deltaLength: 5,
    },
    { ...streams, match, isRepeated: false },
  ];
}

interface Place {
  readonly sandbox: Sandbox;
  readonly server: ModelServer;
}

async function inPlace(family: WireFamily, story: (place: Place) => Promise<void>): Promise<void> {
  using sandbox = new Sandbox();
  const server = await startModelServer({
    family,
    apiKey: scriptedKey,
    script: [streams],
    otherwise: { blocks: [{ kind: "text", text: "Well." }] },
    ...(family === "openai-chat" ? { dialect: "deepseek" } : {}),
  });
  try {
    useScriptedModel(sandbox, { url: server.url, type: family === "openai-chat" ? "openai-compat" : family });
    const first = await runProgram({ sandbox, args: ["run", "-q", "hello"] });
    assert.equal(first.code, 0, first.stderr);
    await story({ sandbox, server });
  } finally {
    await server.close();
  }
}

/** The text that is stored of the answers to the newest prompt, without blanks. */
function storedAnswer({ sandbox }: Place): string {
  const rows = databaseRows(sandbox.database, "select role, parts from messages order by rowid");
  const turn = rows.slice(rows.findLastIndex((row) => row["role"] === "user"));
  const parts = turn.flatMap((row) => JSON.parse(String(row["parts"])) as { type: string; data: { text: string } }[]);
  return withoutBlanks(
    parts
      .flatMap((part) => (part.type === "text" ? [part.data.text] : []))
      .slice(1)
      .join(""),
  );
}

function withoutBlanks(text: string): string {
  return text.replaceAll(/\s+/gu, "");
}

/** Opens the project again, which settles what the kill left, and looks at it from outside. */
async function lostAfter(place: Place, acknowledged: string): Promise<string | null> {
  const opened = await runProgram({ sandbox: place.sandbox, args: ["session", "last", "--json"] });
  assert.equal(opened.code, 0, opened.stderr);
  assert.deepEqual(strictProblems(place.sandbox.database), []);
  assert.deepEqual(databaseRows(place.sandbox.database, "select fence from x_turn"), []);
  const stored = storedAnswer(place);
  const seen = withoutBlanks(acknowledged);
  return stored.startsWith(seen) ? null : `seen ${seen.slice(-40)}, stored ${stored.slice(-40)} of ${stored.length}`;
}

/** Where in their turns the kills fell, as the program itself found out. */
function settledPhases({ sandbox }: Place): string[] {
  const lines = readFileSync(sandbox.log, "utf8")
    .split("\n")
    .filter((line) => line.includes('"turn settled"'));
  return lines.map((line) => (JSON.parse(line) as { phase: string }).phase);
}

for (const [family, seed] of [
  ["openai-chat", 41],
  ["anthropic", 42],
] as const) {
  test(`12 kills at random moments, ${family}: what was seen is stored, the next request is accepted`, async () => {
    await inPlace(family, async (place) => {
      const random = seededRandom(seed);
      for (let number = 1; number <= 12; number += 1) {
        const isCall = number % 3 === 0;
        const prompt = isCall ? `look ${String(number)} times` : `stream ${String(number)} words`;
        if (isCall) place.server.push(...callSteps(prompt));
        const moment: KillMoment =
          number % 4 === 1
            ? { from: "start", afterMs: random.integer(50, 900) }
            : { from: "output", afterMs: random.integer(0, 1_500) };
        const { acknowledged } = await killedRun({
          sandbox: place.sandbox,
          args: ["run", "-q", "-C", prompt],
          moment,
        });
        assert.equal(await lostAfter(place, acknowledged), null, `kill ${String(number)}, seed ${String(seed)}`);
      }
      const last = await runProgram({ sandbox: place.sandbox, args: ["run", "-q", "-C", "and now an end"] });
      assert.equal(last.code, 0, last.stderr);
      assert.deepEqual(
        place.server.requests.flatMap(({ refusal }) => refusal ?? []),
        [],
      );
      const phases = settledPhases(place);
      const histogram = Object.groupBy(phases, (phase) => phase);
      const counts = Object.entries(histogram).map(([phase, found = []]) => `${phase} ${String(found.length)}`);
      process.stdout.write(`${family}: 12 kills, ${phases.length} inside a turn (${counts.join(", ")})\n`);
      assert.ok(phases.length >= 9, `only ${String(phases.length)} kills fell inside a turn`);
    });
  });
}

test("without journals the same kills lose what was seen", async () => {
  await inPlace("openai-chat", async (place) => {
    const script = path.join(repositoryRoot, "test", "harness", "without-journal-process.ts");
    const { acknowledged } = await killedRun({
      sandbox: place.sandbox,
      args: ["run", "-q", "-C", "stream for me"],
      moment: { from: "output", afterMs: 800 },
      command: [process.execPath, ...process.execArgv, script],
    });
    assert.notEqual(acknowledged, "");
    assert.match((await lostAfter(place, acknowledged)) ?? "nothing was lost", /^seen w?\d+/u);
  });
});
