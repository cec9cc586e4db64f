import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { asToolCallId } from "../../src/schema/ids.ts";
import { recordFileChange } from "../../src/store/files.ts";
import { insertMessage, updateMessage } from "../../src/store/messages.ts";
import { recordFileRead } from "../../src/store/read-files.ts";
import { setTitle } from "../../src/store/session-facts.ts";
import { addSessionUsage, insertSession, setSummaryMessage, setTodos } from "../../src/store/sessions.ts";
import { openSampleStore, openTestStore, querySql, runSql } from "./open-test-store.ts";
import { assertStrict, strictProblems } from "./strict-reader.ts";

const usual = { model: "claude-sonnet-4-6", provider: "anthropic" };

/** A database with every kind of row that ours writes. Returns its path. */
async function makeGoodDatabase(t: TestContext): Promise<string> {
  const { store, path } = await openTestStore(t);
  const a = asToolCallId("call_a");
  const b = asToolCallId("call_b");
  await store.transact((tx) => {
    const session = insertSession(tx, { title: "New Session" });
    const sessionId = session.id;
    insertMessage(tx, {
      sessionId,
      role: "user",
      parts: [
        { type: "text", text: "Fix <b> & more" },
        { type: "binary", path: "a.png", mimeType: "image/png", data: "iVBORw0KGgo=" },
        { type: "image_url", url: "https://example.com/a.png" },
      ],
    });
    insertMessage(tx, {
      sessionId,
      role: "user",
      parts: [{ type: "shell_command", command: "ls", output: "a\u001b[0m\n", exitCode: 0 }],
    });
    const step = insertMessage(tx, { ...usual, sessionId, role: "assistant", parts: [] });
    updateMessage(tx, step.id, {
      parts: [
        {
          type: "reasoning",
          thinking: "hm",
          signature: "EqQB",
          thoughtSignature: "",
          toolId: "",
          responsesData: null,
          startedAt: 1_766_400_001,
          finishedAt: 1_766_400_002,
        },
        { type: "text", text: "I look." },
        { type: "tool_call", id: a, name: "view", input: "{}", providerExecuted: false, finished: true },
        { type: "tool_call", id: b, name: "bash", input: '{"command":"ls"}', providerExecuted: false, finished: true },
        { type: "finish", reason: "tool_use", time: 1_766_400_003 },
      ],
    });
    const result = {
      type: "tool_result",
      content: "ok",
      data: "",
      mimeType: "",
      metadata: "",
      isError: false,
    } as const;
    insertMessage(tx, {
      sessionId,
      role: "tool",
      parts: [{ ...result, toolCallId: b, name: "bash", metadata: '{"output":"ok"}' }],
    });
    insertMessage(tx, { sessionId, role: "tool", parts: [{ ...result, toolCallId: a, name: "view", isError: true }] });
    const summary = insertMessage(tx, {
      ...usual,
      sessionId,
      role: "assistant",
      isSummary: true,
      parts: [
        { type: "text", text: "All done." },
        { type: "finish", reason: "end_turn", time: 1_766_400_004, message: "m", details: "d" },
      ],
    });
    setSummaryMessage(tx, sessionId, summary.id);
    setTitle(tx, sessionId, { text: "Fixed", source: "model" });
    setTodos(tx, sessionId, [{ content: "Ship", status: "pending", activeForm: "Shipping" }]);
    addSessionUsage(tx, sessionId, { promptTokens: 10, completionTokens: 5, costUsd: 0.01 });
    recordFileChange(tx, { sessionId, path: "/project/a.ts", before: null, after: "1" });
    const fact = { sizeBytes: 1, modifiedNs: "1", hash: "a" };
    recordFileRead(tx, { sessionId, path: "/project/a.ts", startDirectory: "/project", fact });
    insertSession(tx, {
      title: "New Agent Session",
      id: `${step.id}$$call_b` as typeof sessionId,
      parentSessionId: sessionId,
    });
  });
  return path;
}

test("what ours writes passes", async (t) => {
  assertStrict(await makeGoodDatabase(t));
});

test("what Crush writes passes, but for the turns that died in the middle", async (t) => {
  const { path } = await openSampleStore(t);
  const problems = strictProblems(path).filter((problem) => !problem.startsWith("session 5affb229"));
  assert.deepEqual(problems, [
    "session title-1f6d4c2e-6f0a-4e3b-9a52-8d9b1c0f7a11: its id is neither a UUID nor that of a sub-agent",
  ]);
  assert.match(strictProblems(path).join("\n"), /session 5affb229[^\n]*calls without a result: toolu_x/u);
});

/** Changes one thing in the parts of the rows that hold `find`. */
function inParts(find: string, replacement: string): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  return `update messages set parts = replace(parts, ${quote(find)}, ${quote(replacement)})`;
}

const stop = '{"type":"finish","data":{"reason":"stop","time":0}}';
const addedRow = (role: string, parts: string): string =>
  `insert into messages (id, session_id, role, parts, model, created_at, updated_at)
   select '11111111-1111-4111-8111-111111111111', session_id, '${role}', '${parts}', '', max(created_at), 1 from messages`;
const result = (id: string): string =>
  `[{"type":"tool_result","data":{"tool_call_id":"${id}","name":"view","content":"","data":"","mime_type":"","metadata":"","is_error":false}},${stop}]`;

const faults: readonly (readonly [what: string, sql: string, problem: RegExp])[] = [
  ["an unknown part type", inParts('"type":"text"', '"type":"hologram"'), /unknown part type "hologram"/u],
  ["a missing key", inParts('"provider_executed":false,', ""), /tool_call: provider_executed/u],
  ["an unknown key", inParts('"provider_executed"', '"mood":1,"provider_executed"'), /tool_call: mood/u],
  ["a time with a fraction in a part", inParts("1766400003", "1766400003.5"), /finish: time/u],
  [
    "a time with a fraction in a column",
    "update sessions set created_at = 1.5",
    /sessions.created_at of 1: stored as real/u,
  ],
  [
    "a time as text",
    "update messages set finished_at = 'now' where role = 'assistant'",
    /messages.finished_at of 3: stored as text/u,
  ],
  ["bad base64", inParts("iVBORw0KGgo=", "iVBORw0KGgo"), /binary: Data: bad base64/u],
  ["base64 of the wrong alphabet", inParts("iVBORw0KGgo=", "_-BORw0KGgo="), /binary: Data: bad base64/u],
  ["invalid JSON", "update messages set parts = parts || ']'", /invalid JSON/u],
  ["parts that are no list", `update messages set parts = '{}'`, /not a list/u],
  ["a part without data", inParts('{"type":"text","data":{"text":"I look."}}', '{"type":"text"}'), /part 1: data/u],
  ["two texts", inParts('{"type":"text"', '{"type":"text","data":{"text":""}},{"type":"text"'), /more than one text/u],
  [
    "two reasoning parts",
    `update messages set parts = replace(parts, '[{"type":"reasoning"', '[' || json_extract(parts, '$[0]') || ',{"type":"reasoning"') where parts like '%reasoning%'`,
    /more than one reasoning/u,
  ],
  [
    "a finish part before the last",
    inParts(stop, `${stop},{"type":"text","data":{"text":"x"}}`),
    /finish is not the last/u,
  ],
  ["no finish part", inParts(`,${stop}`, ""), /no finish part/u],
  [
    "a part in the wrong row",
    inParts('{"type":"image_url"', '{"type":"tool_call"'),
    /a tool_call part in a row of role "user"/u,
  ],
  ["an input that is no JSON", inParts('"input":"{}"', '"input":"{"'), /input is a JSON object/u],
  ["metadata that is no JSON", inParts('"metadata":""', '"metadata":"x"'), /metadata: not a JSON object/u],
  ["two calls with one id", inParts('"id":"call_b"', '"id":"call_a"'), /two calls of one message have the same id/u],
  ["a result without a call", addedRow("tool", result("call_z")), /a result without a call: call_z/u],
  [
    "a call without a result",
    inParts('"tool_call_id":"call_a"', '"tool_call_id":"call_b"'),
    /calls without a result: call_a/u,
  ],
  ["a result of another tool", inParts('"name":"view","content"', '"name":"edit","content"'), /names another tool/u],
  [
    "a time that goes back",
    "update messages set created_at = created_at - 100 where rowid = 4",
    /created_at goes back/u,
  ],
  [
    "a wrong count",
    "update sessions set message_count = message_count + 1 where parent_session_id is null",
    /message_count is 7, it has 6/u,
  ],
  ["an unknown role", "update messages set role = 'oracle' where rowid = 2", /unknown role "oracle"/u],
  ["a user row with a model", "update messages set model = 'gpt' where role = 'user'", /model is not ''/u],
  ["a tool row with a provider", "update messages set provider = '' where role = 'tool'", /provider is not NULL/u],
  [
    "a user row with a finish time",
    "update messages set finished_at = 0 where role = 'user'",
    /finished_at is not NULL/u,
  ],
  [
    "another finish on a user row",
    inParts('"reason":"stop","time":0', '"reason":"end_turn","time":0'),
    /finish is not stop, 0/u,
  ],
  ["an unknown finish reason", inParts('"reason":"tool_use"', '"reason":"whim"'), /finish: reason/u],
  [
    "an assistant row without a model",
    "update messages set model = '' where role = 'assistant'",
    /without model or provider/u,
  ],
  [
    "an assistant row without a provider",
    "update messages set provider = null where role = 'assistant'",
    /without model or provider/u,
  ],
  [
    "a finish time that the column doesn't know",
    "update messages set finished_at = 7 where role = 'assistant'",
    /finished_at is not the finish part's time/u,
  ],
  ["a message id that is no UUID", "update messages set id = 'm1' where rowid = 2", /its id is not a UUID/u],
  [
    "a session id that is no UUID",
    "insert into sessions (id, title, created_at, updated_at) values ('s', 't', 1, 1)",
    /neither a UUID/u,
  ],
  ["a summary that is none", "update messages set is_summary_message = 0", /its summary message is no summary row/u],
  ["todos that are none", "update sessions set todos = '[{\"content\":1}]'", /not a list of todos/u],
  ["todos in bad JSON", "update sessions set todos = '['", /todos are invalid JSON/u],
  [
    "a row of a missing session",
    "pragma foreign_keys = off; update messages set session_id = 'none' where rowid = 1",
    /missing row of sessions/u,
  ],
  ["a first version that is not 0", "delete from files where version = 0", /begins with version 1/u],
  ["a relative path of a file", "update files set path = 'a.ts'", /not absolute/u],
];

for (const [what, sql, problem] of faults) {
  test(`${what} does not pass`, async (t) => {
    const path = await makeGoodDatabase(t);
    runSql(path, sql);
    assert.match(strictProblems(path).join("\n"), problem);
  });
}

test("a second result right behind the first does not pass", async (t) => {
  const path = await makeGoodDatabase(t);
  const [summary] = querySql(path, "select id from messages where rowid = 6");
  runSql(path, `delete from messages where id = '${String(summary?.["id"])}'; ${addedRow("tool", result("call_a"))}`);
  assert.match(strictProblems(path).join("\n"), /two results for call call_a/u);
});

test("while a turn runs, its last step may be unfinished", async (t) => {
  const { store, path } = await openTestStore(t);
  await store.transact((tx) => {
    const { id } = insertSession(tx, { title: "Runs" });
    insertMessage(tx, { sessionId: id, role: "user", parts: [{ type: "text", text: "go" }] });
    insertMessage(tx, { ...usual, sessionId: id, role: "assistant", parts: [] });
  });
  assert.deepEqual(strictProblems(path, { state: "running" }), []);
  assert.match(strictProblems(path).join("\n"), /no finish part/u);
});
