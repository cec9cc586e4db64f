import assert from "node:assert/strict";
import { test } from "node:test";
import { type CallOptions, type CallResult, CommandLine } from "../../../test/harness/command-line.ts";

function search(line: CommandLine, words: readonly string[], options: CallOptions = {}): Promise<CallResult> {
  return line.call(["session", "--cwd", line.place.project, "search", ...words], options);
}

async function ask(line: CommandLine, prompt: string): Promise<{ readonly id: string; readonly hash: string }> {
  const { output } = await line.call(["run", "--cwd", line.place.project, "--format", "json", prompt]);
  const { session_id: id, session_hash: hash } = JSON.parse(output) as { session_id: string; session_hash: string };
  return { id, hash };
}

test("hits stand below their session, as text and as JSON", async () => {
  using line = new CommandLine();
  line.script.push("The answer is tungsten.");
  const { id, hash } = await ask(line, "which metal melts last?");
  const { code, output, errors } = await search(line, ["tungs"]);
  assert.equal(code, 0, errors);
  assert.match(
    output,
    new RegExp(`^${hash.slice(0, 7)} \\S+ A fitting title\\n    answer {6}The answer is tungsten\\.\\n$`, "u"),
  );
  const [hit] = JSON.parse((await search(line, ["--json", "metal", "melts"])).output) as Record<string, unknown>[];
  assert.deepEqual(
    [hit?.["id"], hit?.["uuid"], hit?.["field"], hit?.["snippet"], hit?.["matches"]],
    [
      hash,
      id,
      "prompt",
      "which metal melts last?",
      [
        [6, 11],
        [12, 17],
      ],
    ],
  );
  assert.match(String(hit?.["time"]), /^\d{4}-\d\d-\d\dT/u);
});

test("nothing found, too many found and what was not understood are said beside the output", async () => {
  using line = new CommandLine();
  await ask(line, "copper");
  await ask(line, "copper again");
  assert.deepEqual(await search(line, ["unobtainium"]), {
    code: 0,
    output: "",
    errors: "No session matches.\n",
    questions: [],
  });
  assert.equal((await search(line, ["--json", "unobtainium"])).output, "[]\n");
  assert.match(
    (await search(line, ["--limit", "1", "copper"])).errors,
    /more hits: narrow the search, or raise --limit/u,
  );
  assert.match((await search(line, ["is:shiny"])).errors, /is:shiny was looked for as text: there are is:running/u);
  assert.equal((await search(line, ["--limit", "none", "copper"])).code, 2);
});

test("on a terminal the matches are marked, and control sequences stay inert", async () => {
  using line = new CommandLine();
  line.script.push("before \u001b[31m zinc \u0007 after");
  await ask(line, "hello");
  const { output } = await search(line, ["zinc"], { answers: [], columns: 80 });
  assert.ok(output.includes("\u001b[1mzinc\u001b[22m"), JSON.stringify(output));
  assert.ok(!output.includes("\u001b[31m") && !output.includes("\u0007"));
});

test("all projects are searched, each under its name; one that can't be is named", async () => {
  using line = new CommandLine();
  await ask(line, "cadmium here");
  const other = line.place.directory("other");
  await line.call(["run", "--cwd", other, "--format", "json", "cadmium there"]);
  assert.equal((JSON.parse((await search(line, ["--json", "cadmium"])).output) as unknown[]).length, 1);
  const hits = JSON.parse((await search(line, ["--json", "--all-projects", "cadmium"])).output) as {
    project: string;
  }[];
  assert.deepEqual(new Set(hits.map((hit) => hit.project)), new Set([line.place.project, other]));
  line.script.push(async function* () {
    await Promise.resolve();
    yield { type: "failure", failure: { kind: "auth", message: "wrong key", isRetryable: false } };
  });
  await line.call(["run", "--cwd", other, "--format", "json", "tellurium"]);
  const failed = JSON.parse((await search(line, ["--json", "--all-projects", "is:failed"])).output) as {
    project: string;
  }[];
  assert.deepEqual(
    failed.map((hit) => hit.project),
    [other],
  );
  line.place.write("other/.crush/crush.db", "not a database");
  const { output, errors } = await search(line, ["--all-projects", "cadmium"]);
  assert.match(output, /cadmium here/u);
  assert.match(errors, /other was not searched: /u);
});
