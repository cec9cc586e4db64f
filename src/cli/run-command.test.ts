import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { CommandLine } from "../../test/harness/command-line.ts";
import { runSql } from "../../test/harness/open-test-store.ts";
import type { CommandEntry } from "./command.ts";
import { rootEntry } from "./load-commands.ts";

test("version and help need nothing, and open nothing", async () => {
  using line = new CommandLine();
  line.place.writeGlobal("{ broken");
  assert.deepEqual((await line.call(["--version"])).output, "crush version 1.2.3\n");
  assert.deepEqual((await line.call(["-v"])).output, "crush version 1.2.3\n");
  for (const words of [["--help"], ["-h"], ["help"], ["help", "session"], ["session"], ["help", "session", "list"]]) {
    const { code, output, errors } = await line.call(words);
    assert.deepEqual([code, errors], [0, ""], words.join(" "));
    assert.match(output, /^Usage: crush/u);
  }
  assert.equal(existsSync(path.join(line.place.project, ".crush")), false);
});

interface Named {
  readonly names: readonly string[];
  readonly entry: CommandEntry;
}

function allBelow(entry: CommandEntry, names: readonly string[]): Named[] {
  const own = names.length === 0 ? [] : [{ names, entry }];
  return [...own, ...(entry.members ?? []).flatMap((member) => allBelow(member, [...names, member.name]))];
}

test("each command and each group of them has help with examples, under each of its names", async () => {
  using line = new CommandLine();
  const all = allBelow(rootEntry, []);
  assert.ok(all.length > 20, "the tree was walked");
  for (const { names, entry } of all) {
    for (const name of [entry.name, ...entry.aliases]) {
      const { code, output } = await line.call([...names.slice(0, -1), name, "--help"]);
      assert.equal(code, 0);
      assert.match(output, new RegExp(`^Usage: crush ${names.join(" ")} `, "u"));
      assert.match(output, /\nExamples:\n {2}# \S.*\n {2}\S/u, names.join(" "));
      assert.match(output, /-h, --help/u);
    }
  }
});

test("what is unknown is named, with the closest name", async () => {
  using line = new CommandLine();
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["sesion"], /^error: unknown command "sesion" for "crush"\nhint: did you mean `crush session`\?/u],
    [["session", "lst"], /did you mean `crush session list`|did you mean `crush session last`/u],
    [["xyzzy"], /hint: `crush --help` lists the commands/u],
    [["--bogus"], /^error: unknown flag: --bogus/u],
    [["session", "show"], /^error: something is missing: crush session show <id>/u],
    [["session", "list", "more"], /"more" is too much/u],
    [["--cwd"], /^error: flag '?.*argument missing/u],
    [["run", "--quiet=yes", "x"], /^error: /u],
  ];
  for (const [words, expected] of cases) {
    const { code, errors } = await line.call(words);
    assert.equal(code, 2, words.join(" "));
    assert.match(errors, expected);
  }
});

test("hints name the program as it was called", async () => {
  using line = new CommandLine();
  line.calledAs = "crush-ts";
  line.place.writeGlobal("{");
  const { errors } = await line.call(["session", "list", "--cwd", line.place.project]);
  assert.match(errors, /\nhint: .*`crush-ts config check`/u);
});

test("without a terminal the full screen points to run", async () => {
  using line = new CommandLine();
  const { code, errors } = await line.call([]);
  assert.equal(code, 2);
  assert.match(errors, /^error: .*terminal.*\nhint: .*crush run/u);
  assert.deepEqual(line.terminals, []);
});

test("the full screen gets its flags", async () => {
  using line = new CommandLine();
  const terminal = { answers: [] };
  await line.call([], terminal);
  await line.call(["-dyc", "dir", "-s", "abc"], terminal);
  await line.call(["--continue", "--data-dir=x"], terminal);
  assert.equal((await line.call(["-C", "-s", "abc"], terminal)).code, 2);
  assert.deepEqual(line.terminals, [
    { flags: {}, continueLast: false },
    { flags: { cwd: "dir", debug: true, yolo: true }, continueLast: false, session: "abc" },
    { flags: { dataDirectory: "x" }, continueLast: true },
  ]);
});

test("an invalid config stops every command that reads it, with code 3", async () => {
  using line = new CommandLine();
  line.place.writeGlobal('{"options": {"debug": "yes"}}');
  for (const words of [["session", "list"], ["run", "x"], ["dirs"], ["models"]]) {
    const { code, errors } = await line.call([...words, "--cwd", line.place.project]);
    assert.equal(code, 3, words.join(" "));
    assert.match(errors, /crush\.json: options\.debug: true or false was expected/u);
  }
});

test("dirs: the person's, the machine's, then where config was found", async () => {
  using line = new CommandLine();
  line.place.writeProject({});
  line.place.write("project/.crush.json", {});
  const { output } = await line.call(["dirs", "--cwd", line.place.project]);
  assert.deepEqual(output.trimEnd().split("\n"), [
    path.join(line.place.home, ".config/crush"),
    path.join(line.place.home, ".local/share/crush"),
    path.join(line.place.root, "etc"),
    line.place.project,
  ]);
  const shown = await line.call(["dirs", "--cwd", line.place.project], { answers: [] });
  assert.match(shown.output, /Config:.*\n.*Data:.*\n.*System:.*\n.*Project:.*\n/u);
});

test("projects: those that were used, as text and JSON", async () => {
  using line = new CommandLine();
  assert.equal((await line.call(["projects"])).output, "No projects tracked yet.\n");
  assert.deepEqual(JSON.parse((await line.call(["projects", "--json"])).output), { projects: [] });
  const project = { path: "/p", data_dir: "/p/.crush", last_accessed: "2026-08-21T19:08:35.5Z" };
  line.place.write("home/.local/share/crush/projects.json", { projects: [project] });
  assert.equal((await line.call(["projects"])).output, "/p\t/p/.crush\t2026-08-21T19:08:35.5Z\n");
  assert.deepEqual(JSON.parse((await line.call(["projects", "--json"])).output), { projects: [project] });
});

test("models: one a line in a pipe, a tree on a terminal, prices as JSON", async () => {
  using line = new CommandLine();
  const words = ["models", "--cwd", line.place.project];
  const piped = await line.call([...words, "claude-sonnet-4-6"]);
  assert.ok(piped.output.split("\n").includes("anthropic/claude-sonnet-4-6"));
  assert.equal((await line.call([...words, "TEST/", "big"])).code, 3);
  assert.equal(
    (await line.call([...words, "Big"])).output.split("\n").filter((text) => text.startsWith("test/")).length,
    1,
  );
  const [model] = JSON.parse((await line.call([...words, "--json", "big"])).output) as Record<string, unknown>[];
  assert.ok(model !== undefined && "cost_per_1m_in" in model);
  const tree = await line.call([...words, "anthropic"], { answers: [] });
  assert.match(tree.output, /anthropic.*\(not configured\)/u);
  assert.match(tree.output, /├── claude-\S+/u);
  const none = await line.call([...words, "no-such-model"]);
  assert.match(none.errors, /^error: no models found matching "no-such-model"/u);
});

test("login asks without echo, or reads a pipe; logout removes", async () => {
  using line = new CommandLine();
  const file = path.join(line.place.home, ".local/share/crush/crush.json");
  const words = ["--cwd", line.place.project];
  const typed = await line.call(["login", "anthropic", ...words], { answers: ["sk-typed"] });
  assert.equal(typed.code, 0);
  assert.deepEqual(
    typed.questions.map((question) => question.isSecret),
    [true],
  );
  assert.ok(!`${typed.output}${typed.errors}`.includes("sk-typed"));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await line.call(["auth", "openai", ...words], { input: "sk-piped\n" });
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), {
    providers: { anthropic: { api_key: "sk-typed" }, openai: { api_key: "sk-piped" } },
  });
  assert.equal((await line.call(["logout", ...words])).output, "anthropic\nopenai\n");
  assert.equal((await line.call(["signout", "openai", ...words])).code, 0);
  assert.equal((await line.call(["logout", "openai", ...words])).code, 3);
  assert.equal((await line.call(["login", "nobody", ...words], { input: "x" })).code, 3);
  assert.equal((await line.call(["login", "openai", ...words], { input: "" })).code, 2);
  assert.equal((await line.call(["login", "openai", ...words], { answers: [null] })).code, 130);
});

test("logs: the last lines for reading, harmless", async () => {
  using line = new CommandLine();
  const words = ["logs", "--cwd", line.place.project];
  const none = await line.call(words);
  assert.deepEqual([none.code, none.output], [0, ""]);
  const entries = [
    { time: "2026-08-21T19:08:35.123Z", level: "INFO", msg: "Hello", b: "two words", a: 1 },
    { time: "2026-08-21T19:08:36Z", level: "ERROR", msg: "bad\u001b[2Jthing", source: { file: "x.go", line: 3 } },
  ];
  const text = [...entries.map((entry) => JSON.stringify(entry)), "not json", ""].join("\n");
  line.place.write("project/.crush/logs/crush.log", `${"filler\n".repeat(30_000)}${text}{"cut`);
  const { output, errors } = await line.call([...words, "--tail", "3"]);
  assert.equal(
    output,
    '2026/08/21 19:08:35 INFO Hello a=1 b="two words"\n2026/08/21 19:08:36 ERRO bad␛[2Jthing source=x.go:3\n',
  );
  assert.match(errors, /Showing the last 3 lines/u);
  assert.equal((await line.call([...words, "-t", "many"])).code, 2);
});

test("config check: each error and warning, the exit code says which", async () => {
  using line = new CommandLine();
  const words = ["config", "check", "--cwd", line.place.project];
  assert.match((await line.call(words)).output, /^1 file read, no errors\n$/u);
  line.place.writeProject({ optoins: {}, env: { A: "1" } });
  const warned = await line.call(words);
  assert.equal(warned.code, 0);
  assert.match(warned.output, /^warning: .*crush\.json: optoins: unknown key.*\nignored until trusted: .*: env\.A: /u);
  line.place.writeProject({
    models: { large: { provider: "nope", model: "big" }, small: { provider: "test", model: "big" } },
    hooks: { PreToolUse: [{ command: "exit 2" }] },
    lsp: { go: { command: "gopls" } },
  });
  const ineffective = await line.call(words);
  assert.match(ineffective.output, /^warning: .*crush\.json: models\.large: provider nope is not configured/mu);
  assert.match(ineffective.output, /^warning: .*crush\.json: lsp: language servers are not started/mu);
  assert.ok(!ineffective.output.includes("models.small"));
  line.place.writeData("{");
  const broken = await line.call(words);
  assert.equal(broken.code, 3);
  assert.match(broken.output, /^error: .*crush\.json: not valid JSON: line 1, column 2/u);
});

test("config show masks what must not be seen", async () => {
  using line = new CommandLine();
  line.place.environment["OPENAI_API_KEY"] = "sk-from-the-environment";
  const { output } = await line.call(["config", "show", "--cwd", line.place.project]);
  assert.ok(!output.includes("sk-"));
  const shown = JSON.parse(output) as { providers: { test: { apiKey: string } }; models: { large: { model: string } } };
  assert.equal(shown.providers.test.apiKey, "********6789");
  assert.equal(shown.models.large.model, "big");
});

test("config path names the files; schema prints the schema", async () => {
  using line = new CommandLine();
  const file = line.place.writeProject({});
  const { output } = await line.call(["config", "path", "--cwd", line.place.project]);
  assert.deepEqual(output.trimEnd().split("\n").at(-1), file);
  const schema = JSON.parse((await line.call(["schema"])).output) as { properties: Record<string, unknown> };
  assert.ok("providers" in schema.properties);
});

test("config trust shows what it is about, and believes it", async () => {
  using line = new CommandLine();
  const words = ["config", "trust", "--cwd", line.place.project];
  assert.match((await line.call(words)).output, /holds nothing that needs trust/u);
  line.place.writeProject({ hooks: { PreToolUse: [{ command: "./check" }] } });
  const refused = await line.call(words, { answers: ["no"] });
  assert.equal(refused.code, 3);
  assert.match(refused.output, /hooks\.PreToolUse runs commands: \[\{"command":"\.\/check"\}\]/u);
  const hidden = `./check${" ".repeat(500)}; ./evil`;
  line.place.writeProject({ hooks: { PreToolUse: [{ command: hidden }] } });
  assert.ok((await line.call(words, { answers: ["no"] })).output.includes(`[{"command":"${hidden}"}]`));
  assert.equal(line.config({ cwd: line.place.project }).isTrusted, false);
  assert.equal((await line.call(words, { answers: ["y"] })).code, 0);
  assert.equal(line.config({ cwd: line.place.project }).isTrusted, true);
  await line.call([...words, "--revoke"]);
  assert.equal(line.config({ cwd: line.place.project }).isTrusted, false);
});

test("names that a project's config gives are made harmless before a terminal gets them", async () => {
  using line = new CommandLine();
  line.place.writeProject({
    providers: { openai: { name: "Open\u001b]0;AI\u0007" } },
    options: { data_directory: "data\u001b[2J" },
  });
  for (const words of [["login", "openai"], ["dirs"], ["logs"], ["config", "path"]]) {
    const { output, errors, questions } = await line.call([...words, "--cwd", line.place.project], {
      answers: ["sk-1"],
    });
    const all = `${output}${errors}${questions.map(({ question }) => question).join("")}`;
    assert.ok(!/\u001b\]|\u001b\[2J|\u0007/u.test(all), JSON.stringify(all));
    if (words[0] !== "config") assert.match(all, /␛/u, words.join(" "));
  }
});

test("stats: by session, day and model, of one project or all", async () => {
  using line = new CommandLine();
  const words = ["stats", "--cwd", line.place.project];
  assert.equal((await line.call(words)).output, "Nothing has been consumed yet.\n");
  await line.call(["run", "--cwd", line.place.project, "x"]);
  const text = (await line.call(words)).output;
  assert.match(text, /A fitting title +2 +220 +\$0\.0040/u);
  const stats = JSON.parse((await line.call([...words, "--json"])).output) as {
    total: { sessions: number; total_tokens: number; cost_usd: number };
    by_session: unknown[];
    by_day: unknown[];
    by_model: { model: string }[];
  };
  assert.deepEqual([stats.total.sessions, stats.total.total_tokens, stats.total.cost_usd], [1, 220, 0.004]);
  assert.equal(stats.by_model.length, 2);
  const all = JSON.parse((await line.call(["stats", "--all", "--json"])).output) as typeof stats;
  assert.deepEqual(all.total, stats.total);
});

test("stats: what is known of a cost is shown where some of it is not", async () => {
  using line = new CommandLine();
  const one = { type: "openai-compat", base_url: "http://127.0.0.1:9", api_key: "sk-test-0123456789" };
  line.place.writeGlobal({
    models: { large: { provider: "test", model: "big" }, small: { provider: "test", model: "odd" } },
    providers: {
      test: {
        ...one,
        models: [
          { id: "big", name: "Big", cost_per_1m_in: 10, cost_per_1m_out: 100 },
          { id: "odd", name: "Odd" },
        ],
      },
    },
  });
  const words = ["--cwd", line.place.project];
  await line.call(["run", ...words, "x"]);
  // Both of one day, at midnight too.
  runSql(path.join(line.place.project, ".crush", "crush.db"), "update x_usage set started_at_ms = 1780000000000");
  const { output } = await line.call(["stats", ...words]);
  for (const row of [
    /A fitting title +2 +220 +≥\$0\.0020\n/u,
    /\d{4}-\d\d-\d\d +2 +220 +≥\$0\.0020\n/u,
    /test\/odd +1 +110 +unknown\n/u,
  ]) {
    assert.match(output, row);
  }
  const stats = JSON.parse((await line.call(["stats", ...words, "--json"])).output) as { total: object };
  const cost = { cost_usd: null, known_cost_usd: 0.002, unknown_cost_requests: 1 };
  assert.deepEqual({ ...stats.total, ...cost }, stats.total);
  const shown = await line.call(["session", "last", ...words]);
  assert.match(shown.output, /Used: +220 \(.*\) tokens, ≥\$0\.0020\n.*of it titles 110, unknown\n/u);
});

test("update-providers says that nothing is fetched", async () => {
  using line = new CommandLine();
  assert.match((await line.call(["update-providers"])).output, /built into crush 1\.2\.3; nothing was fetched/u);
  assert.equal((await line.call(["update-providers", "https://example.com/list.json"])).code, 2);
});
