import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import {
  CommandLine,
  type CallOptions,
  type CallResult,
  type ModelAnswer,
  type ModelStream,
} from "../../../test/harness/command-line.ts";
import { asToolCallId } from "../../schema/ids.ts";

interface Line {
  readonly type: string;
  readonly [key: string]: unknown;
}

function run(line: CommandLine, words: readonly string[], options: CallOptions = {}): Promise<CallResult> {
  return line.call(["run", "--cwd", line.place.project, ...words], options);
}

function lines(output: string): Line[] {
  return output
    .trimEnd()
    .split("\n")
    .map((text) => JSON.parse(text) as Line);
}

/** The prompts that the model got, the latest last. */
function prompts(line: CommandLine): string[] {
  const messages = line.requests.findLast((request) => request.tools.length > 0)?.messages ?? [];
  return messages.flatMap((message) =>
    message.role === "user" ? message.content.flatMap((part) => (part.kind === "text" ? [part.text] : [])) : [],
  );
}

function failing(kind: "auth" | "network" | "overloaded"): ModelAnswer {
  return async function* (): ModelStream {
    await Promise.resolve();
    yield { type: "failure", failure: { kind, message: `failed: ${kind}`, isRetryable: false } };
  };
}

/** Says half, then waits until it is aborted. */
async function* hanging(signal: AbortSignal): ModelStream {
  yield { type: "text-start", blockId: "0" };
  yield { type: "text-delta", blockId: "0", text: "half an answer" };
  if (!signal.aborted) await once(signal, "abort");
  yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
}

/** One step that says something and calls a tool. */
async function* sayAndWrite(): ModelStream {
  await Promise.resolve();
  yield { type: "text-start", blockId: "0" };
  yield { type: "text-delta", blockId: "0", text: " I will write.\n" };
  yield { type: "text-end", blockId: "0" };
  const toolCallId = asToolCallId("call");
  yield { type: "tool-call-start", toolCallId, name: "write" };
  const input = JSON.stringify({ file_path: "a.txt", content: "one\n" });
  yield { type: "tool-call-end", toolCallId, name: "write", input };
  yield { type: "finish", reason: "tool_use", usage: null };
}

test("words are joined, the answer is printed with one line end, and the session is kept", async () => {
  using line = new CommandLine();
  line.script.push("Hello there");
  const { code, output, errors } = await run(line, ["say", "hello"]);
  assert.deepEqual([code, output, errors], [0, "Hello there\n", ""]);
  assert.deepEqual(prompts(line), ["say hello"]);
  const list = await line.call(["session", "list", "--cwd", line.place.project]);
  assert.match(list.output, /^[\da-f]{7} \S+ A fitting title\n$/u);
});

test("standard input goes before the words", async () => {
  using line = new CommandLine();
  await run(line, ["summarize"], { input: "a page\n" });
  assert.deepEqual(prompts(line), ["a page\n\nsummarize"]);
  await run(line, [], { input: "only this", inputKind: "socket" });
  assert.deepEqual(prompts(line), ["only this"]);
});

test("steps stand apart, and a tool's work is done unasked", async () => {
  using line = new CommandLine();
  line.script.push(sayAndWrite, "Written.");
  const { code, output } = await run(line, ["write"]);
  assert.deepEqual([code, output], [0, "I will write.\n\nWritten.\n"]);
  assert.equal(line.readProject("a.txt"), "one\n");
});

test("json is one object: text, usage of all requests, cost, files, reason", async () => {
  using line = new CommandLine();
  line.script.push([{ name: "write", input: { file_path: "a.txt", content: "one\ntwo\n" } }], "Written.");
  const { code, output } = await run(line, ["--format", "json", "write"]);
  assert.equal(code, 0);
  const [result, ...others] = lines(output);
  assert.equal(others.length, 0);
  const { session_id: id, session_hash: hash, duration_ms: durationMs, ...rest } = result ?? { type: "" };
  assert.match(String(id), /^[\da-f-]{36}$/u);
  assert.match(String(hash), /^[\da-f]{16}$/u);
  assert.equal(typeof durationMs, "number");
  assert.deepEqual(rest, {
    type: "result",
    text: "Written.",
    // Two steps and a title.
    usage: {
      input_tokens: 300,
      cache_read_tokens: 0,
      cache_write_tokens: 0,
      output_tokens: 30,
      reasoning_tokens: 0,
      total_tokens: 330,
      is_estimated: false,
    },
    cost: 3 * (0.001 + 0.001),
    files: [{ path: path.join(line.place.project, "a.txt"), change: "created", additions: 2, removals: 0 }],
    finish_reason: "end_turn",
    provider: "test",
    model: "big",
  });
});

test("stream-json tells the session first, an event a line, the result last", async () => {
  using line = new CommandLine();
  line.script.push([{ name: "bash", input: { command: "echo hi", description: "say hi" } }], "It said hi.");
  const all = lines((await run(line, ["--format", "stream-json", "go"])).output);
  const [first] = all;
  assert.equal(first?.type, "session");
  assert.equal(first?.["model"], "big");
  assert.equal(all.at(-1)?.type, "result");
  assert.equal(all.at(-1)?.["session_id"], first?.["session_id"]);
  const types = new Set(all.map((entry) => entry.type));
  for (const type of ["turn-start", "step-start", "text-delta", "tool-call-end", "message-created", "usage-recorded"]) {
    assert.ok(types.has(type), type);
  }
  const text = all.filter((entry) => entry.type === "text-delta").map((entry) => entry["text"]);
  assert.equal(text.join(""), "It said hi.");
  assert.equal(all.filter((entry) => entry.type === "turn-end").length, 1);
});

test("a session is continued by id, prefix or as the last one", async () => {
  using line = new CommandLine();
  const [result] = lines((await run(line, ["--format", "json", "one"])).output);
  const hash = String(result?.["session_hash"]);
  await run(line, ["--session", hash.slice(0, 7), "two"]);
  await run(line, ["--continue", "three"]);
  assert.deepEqual(prompts(line), ["one", "two", "three"]);
  assert.equal((await run(line, ["-s", "ffffffffffff", "x"])).code, 6);
  assert.equal((await run(line, ["-s", hash, "-C", "x"])).code, 2);
});

test("a model is chosen for the session, letter case aside", async () => {
  using line = new CommandLine();
  await run(line, ["-m", "TEST/Small", "x"]);
  assert.equal(line.requests.find((request) => request.tools.length > 0)?.modelId, "small");
  const unknown = await run(line, ["-m", "test/none", "x"]);
  assert.equal(unknown.code, 3);
  assert.match(unknown.errors, /^error: provider test has no model "none"\nhint: .*models test/u);
  const locked = await run(line, ["-m", "anthropic/claude-sonnet-4-6", "x"]);
  assert.equal(locked.code, 4);
  assert.match(locked.errors, /ANTHROPIC_API_KEY/u);
  const list = await line.call(["session", "ls", "--cwd", line.place.project, "--json"]);
  assert.equal((JSON.parse(list.output) as unknown[]).length, 1, "what could not start leaves no session behind");
});

test("--permission narrows what tools may do", async () => {
  const write = [{ name: "write", input: { file_path: "a.txt", content: "x" } }];
  for (const permission of ["deny", "ask-config"]) {
    using line = new CommandLine();
    line.script.push(write, "I could not.");
    const { code } = await run(line, ["--permission", permission, "write"]);
    assert.equal(code, 0);
    assert.equal(existsSync(path.join(line.place.project, "a.txt")), false, permission);
  }
  using line = new CommandLine();
  line.place.writeData({ permissions: { allowed_tools: ["write"] } });
  line.script.push(write);
  await run(line, ["--permission", "ask-config", "write"]);
  assert.equal(line.readProject("a.txt"), "x");
  assert.equal((await run(line, ["--permission", "maybe", "x"])).code, 2);
});

test("failures have the exit codes of their kind, with a hint", async () => {
  const kinds = [
    ["auth", 4],
    ["network", 5],
    ["overloaded", 5],
  ] as const;
  for (const [kind, expected] of kinds) {
    using line = new CommandLine();
    line.script.push(failing(kind));
    const { code, errors } = await run(line, ["x"]);
    assert.equal(code, expected, kind);
    assert.match(errors, new RegExp(`^error: failed: ${kind}\\nhint: \\S`, "u"));
  }
});

test("--max-cost makes no request that would pass it", async () => {
  using line = new CommandLine();
  const { code, errors } = await run(line, ["--max-cost", "0.000001", "x"]);
  assert.equal(code, 5);
  const refusal =
    /^error: The budget of this run does not cover the next request: \$0 of \$0\.000001 are spent, .*\nhint: .*--max-cost/u;
  assert.match(errors, refusal);
  assert.equal(line.requests.length, 0);
  assert.equal((await run(line, ["--max-cost", "5", "x"])).code, 0);
});

test("a limit that can't hold back a model of unknown price is said once, unless quiet, and in stream-json", async () => {
  using line = new CommandLine();
  line.place.writeGlobal({
    models: { large: { provider: "odd", model: "one" }, small: { provider: "odd", model: "one" } },
    providers: {
      odd: {
        type: "openai-compat",
        base_url: "http://127.0.0.1:9",
        api_key: "sk-test-0",
        models: [{ id: "one", name: "One" }],
      },
    },
  });
  line.script.push([{ name: "ls", input: {} }]);
  const { code, errors } = await run(line, ["--max-cost", "0.0001", "x"]);
  assert.equal(code, 0);
  const warning =
    "warning: The price of odd/one is unknown: the limit of $0.0001 for this run can’t hold its requests back\n";
  assert.ok(errors.startsWith(`${warning}hint: cost_per_1m_in and cost_per_1m_out of the model`), errors);
  assert.equal(errors.split("warning:").length, 2, "once");
  assert.equal((await run(line, ["x"])).errors, "");
  const json = await run(line, ["-q", "--format", "stream-json", "--max-cost", "5", "x"]);
  assert.equal(json.errors, "");
  const told = lines(json.output).filter(({ type }) => type === "price-missing");
  assert.deepEqual(
    told.map(({ model, scope, limit_usd: limitUsd }) => [model, scope, limitUsd]),
    [["odd/one", "run", 5]],
  );
});

test("that spending comes near a limit is said on standard error, to a terminal or not, unless quiet", async () => {
  using line = new CommandLine();
  line.place.writeData({ budgets: { session: { warn_usd: 0.0001, limit_usd: 50 } } });
  const said = /warning: \$0\.0020 of \$50\.00 of this session’s budget is spent\nhint: .*budgets in crush\.json/mu;
  for (const { flags, isTerminal, isTold } of [
    { flags: [], isTerminal: false, isTold: true },
    { flags: [], isTerminal: true, isTold: true },
    { flags: ["-v"], isTerminal: false, isTold: true },
    { flags: ["-q"], isTerminal: false, isTold: false },
  ]) {
    line.script.push([{ name: "ls", input: {} }]);
    const { code, errors } = await run(line, [...flags, "x"], isTerminal ? { answers: [] } : {});
    assert.equal(code, 0);
    assert.equal(said.test(errors), isTold, `${flags.join(" ")}: ${errors}`);
  }
});

test("SIGINT ends the turn and keeps it", async () => {
  using line = new CommandLine();
  line.script.push(hanging);
  const { code, output } = await run(line, ["x"], {
    onWrite: (text, call) => {
      if (text.includes("half")) call.signal("SIGINT");
    },
  });
  assert.deepEqual([code, output], [130, "half an answer\n"]);
  const shown = await line.call(["session", "last", "--json", "--cwd", line.place.project]);
  const { messages } = JSON.parse(shown.output) as { messages: { parts: Line[] }[] };
  assert.deepEqual(
    messages.at(-1)?.parts.map((part) => [part.type, part["text"] ?? part["reason"]]),
    [
      ["text", "half an answer"],
      ["finish", "canceled"],
    ],
  );
});

test("a reader that goes away ends the turn", async () => {
  using line = new CommandLine();
  line.script.push(hanging);
  const { code } = await run(line, ["x"], { onWrite: (_text, call) => call.closeOutput() });
  assert.equal(code, 141);
});

/** Says half of the answer, and is to be asked again at once. */
async function* busy(): ModelStream {
  await Promise.resolve();
  yield { type: "text-start", blockId: "0" };
  yield { type: "text-delta", blockId: "0", text: "One and " };
  const failure = { kind: "overloaded", message: "busy", isRetryable: true, retryAfterMs: 1 } as const;
  yield { type: "failure", failure };
}

test("a retry that says the same again is not printed twice, and is told unless -q is given", async () => {
  using line = new CommandLine();
  line.script.push(busy, "One and two", busy, "One and two");
  const { output, errors } = await run(line, ["count"]);
  assert.equal(output, "One and two\n");
  assert.match(errors, /^Trying again in \d s: busy\n$/u);
  assert.equal((await run(line, ["-q", "count"])).errors, "");
});

test("escape sequences of a model reach no terminal; a pipe gets the text as it is", async () => {
  using line = new CommandLine();
  const hostile = "a\u001b]52;c;aGk=\u0007b\u009b2Jc";
  line.script.push(hostile, hostile);
  const shown = await run(line, ["x"], { answers: [] });
  assert.ok(!/[\u0007\u009b]|\u001b\]/u.test(shown.output), JSON.stringify(shown.output));
  assert.equal((await run(line, ["x"])).output, `${hostile}\n`);
});

test("bad input is refused before anything is stored", async () => {
  using line = new CommandLine();
  const cases: readonly (readonly [readonly string[], CallOptions, RegExp])[] = [
    [[], {}, /no prompt provided/u],
    [["x"], { input: Buffer.alloc(5 * 1024 * 1024, "a") }, /larger than/u],
    [["x"], { input: Buffer.from([0xff, 0xfe, 0x00]) }, /not text/u],
    [["x"], { input: "a\0b" }, /not text/u],
    [["--format", "xml", "x"], {}, /--format cannot be "xml"/u],
    [["--nonsense", "x"], {}, /unknown flag: --nonsense/u],
    [["--max-cost", "much", "x"], {}, /--max-cost much is no amount of US\$/u],
    [["--max-cost", "-1", "x"], {}, /--max-cost -1 is no amount of US\$\nhint: for example --max-cost 0\.50/u],
    [["--modle", "y", "x"], {}, /did you mean --model\?/u],
  ];
  for (const [words, options, expected] of cases) {
    const { code, errors, output } = await run(line, words, options);
    assert.deepEqual([code, output], [2, ""], String(expected));
    assert.match(errors, expected);
  }
  assert.equal(existsSync(path.join(line.place.project, ".crush")), false);
});

test("nothing configured is said, and leaves no session", async () => {
  using line = new CommandLine();
  line.place.writeGlobal({});
  const { code, errors } = await run(line, ["x"]);
  assert.equal(code, 3);
  assert.match(errors, /^error: .*\nhint: /u);
});

test("a project's ignored settings are named, with --trust they count", async () => {
  using line = new CommandLine();
  line.place.writeProject({ permissions: { allowed_tools: ["write"] }, env: { A: "1" } });
  const { errors } = await run(line, ["x"]);
  assert.match(errors, /^ignored: until this project's config is trusted: permissions\.allowed_tools, env\.A\nhint: /u);
  assert.equal((await run(line, ["--quiet", "x"])).errors, "");
  assert.equal((await run(line, ["--trust", "x"])).errors, "");
});

test("what of the config could not be used is said", async () => {
  using line = new CommandLine();
  line.place.write("project/crushrc", "crush provider x\n");
  assert.match(
    (await run(line, ["x"])).errors,
    /^warning: .*crushrc: the crushrc format is not read yet; use crush\.json\n$/u,
  );
  assert.equal((await run(line, ["-q", "x"])).errors, "");
});

test("--verbose tells steps, calls and requests on standard error", async () => {
  using line = new CommandLine();
  line.script.push([{ name: "bash", input: { command: "true", description: "nothing" } }], "ok");
  const { output, errors } = await run(line, ["-v", "x"]);
  assert.equal(output, "ok\n");
  assert.match(errors, /^step 1\ncall bash \{.*\}\n/u);
  assert.match(errors, /request test\/big 110 tokens, \$0\.0020, ok\n/u);
});
