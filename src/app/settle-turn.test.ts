import assert from "node:assert/strict";
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { openTestStore, querySql } from "../../test/harness/open-test-store.ts";
import { strictProblems } from "../../test/harness/strict-reader.ts";
import { must } from "../lib/assert.ts";
import { silentLog } from "../lib/log.ts";
import { asToolCallId } from "../schema/ids.ts";
import { JournalDirectory } from "../store/journal.ts";
import { insertMessage } from "../store/messages.ts";
import { insertSession } from "../store/sessions.ts";
import { claimTurn, getTurn, moveTurn } from "../store/turns.ts";
import { settleTurn } from "./settle-turn.ts";

test("a turn that moved on after it was looked at, before its process died, is settled where it stood in the end", async (t) => {
  const { store, path: database } = await openTestStore(t);
  const { id: sessionId } = await store.transact((tx) => insertSession(tx, { title: "T" }));
  const owner = { sessionId, ownerId: "o", ownerName: "process 7", phase: "starting" } as const;
  const claim = await store.transact((tx) => claimTurn(tx, owner));
  const lookedAt = must(
    store.read((tx) => getTurn(tx, sessionId)),
    "the turn",
  );
  const row = await store.transact((tx) => {
    insertMessage(tx, { sessionId, role: "user", parts: [{ type: "text", text: "go" }, stop] });
    const step = insertMessage(tx, { sessionId, role: "assistant", parts: [], model: "m", provider: "p" });
    moveTurn(tx, claim, { phase: "requesting", messageId: step.id });
    return step;
  });
  const dataDirectory = path.dirname(database);
  const journals = new JournalDirectory(dataDirectory, silentLog);
  const journal = journals.create(row.id);
  journal.append('["step",1]\n["text","t"]\n[0,"half an answer"]\n');
  journal.close();
  assert.equal(
    await settleTurn(
      { store, journals, models, config: { dataDirectory }, secrets: () => [], ends },
      lookedAt,
      "It died.",
    ),
    true,
  );
  assert.match(
    String(querySql(database, `select parts from messages where id = '${row.id}'`)[0]?.["parts"]),
    /half an/u,
  );
  assert.deepEqual(querySql(database, "select session_id from x_turn"), []);
  assert.deepEqual(journals.list(), []);
  assert.deepEqual(strictProblems(database), []);
});

async function settledCall(
  t: TestContext,
  printed: readonly (readonly unknown[])[],
  prepare: (outputs: string) => void,
): Promise<string> {
  const { store, path: database } = await openTestStore(t);
  const { id: sessionId } = await store.transact((tx) => insertSession(tx, { title: "T" }));
  const owner = { sessionId, ownerId: "o", ownerName: "process 7", phase: "starting" } as const;
  const claim = await store.transact((tx) => claimTurn(tx, owner));
  const step = await store.transact((tx) => {
    insertMessage(tx, { sessionId, role: "user", parts: [{ type: "text", text: "go" }, stop] });
    const parts = [toolCall, { type: "finish", reason: "tool_use", time: 0 }] as const;
    const row = insertMessage(tx, { sessionId, role: "assistant", parts, model: "m", provider: "p" });
    moveTurn(tx, claim, { phase: "calling", messageId: row.id });
    return row;
  });
  const dataDirectory = path.dirname(database);
  const outputs = path.join(dataDirectory, "outputs", sessionId);
  mkdirSync(outputs, { recursive: true });
  prepare(outputs);
  const journals = new JournalDirectory(dataDirectory, silentLog);
  const journal = journals.create(step.id);
  journal.append(printed.map((line) => `${JSON.stringify(line)}\n`).join(""));
  journal.close();
  const turn = must(
    store.read((tx) => getTurn(tx, sessionId)),
    "the turn",
  );
  const context = { store, journals, models, config: { dataDirectory }, secrets: () => ["s3cret-key"], ends };
  assert.equal(await settleTurn(context, turn, "It died with s3cret-key."), true);
  const [calling] = querySql(database, `select parts from messages where id = '${step.id}'`);
  assert.match(String(calling?.["parts"]), /"It died with \[key hidden\]\."/u);
  assert.deepEqual([journals.list(), strictProblems(database)], [[], []]);
  const [row] = querySql(database, "select parts from messages where role = 'tool'");
  const [part] = JSON.parse(String(row?.["parts"])) as [{ data: { content: string; is_error: boolean } }];
  assert.equal(part.data.is_error, true);
  return part.data.content;
}

const ends = { lost: () => undefined };
const begun = [
  ["outputs", 1],
  ["call", "c"],
];
const note = "Interrupted: the program ended before this call had answered. What it had done by then is unknown.";

test("what a call had printed is its result, masked, with a word on its end", async (t) => {
  const content = await settledCall(t, [...begun, [0, "12 tests\n"], [0, "with s3cret-key"]], () => undefined);
  assert.match(content, /^12 tests\nwith \[key hidden\]\n\n/u);
  assert.ok(content.endsWith(note) && !content.includes("s3cret"), content);
});

test("a call that had printed nothing says only that it was interrupted", async (t) => {
  assert.equal(await settledCall(t, begun, () => undefined), note);
  assert.equal(await settledCall(t, [["step", 1]], () => undefined), note);
});

test("of a long output its beginning and its end are kept, the end from the file that holds all of it", async (t) => {
  const head = `begins${"x".repeat(40_000)}`;
  const printed = [...begun, [0, head], [0, null, "bash-1.txt"]];
  const content = await settledCall(t, printed, (outputs) => {
    writeFileSync(path.join(outputs, "bash-1.txt"), `${head}${"y".repeat(90_000)}the end`);
  });
  assert.match(content, /^beginsx+\n\n\.\.\. \[all of it is in \S+bash-1\.txt\] \.\.\.\n\ny+the end\n\nInterrupted/u);
  assert.ok(content.length < 31_000, String(content.length));
});

test("a file that is a link, has a second name or is named by a path elsewhere is not read", async (t) => {
  for (const name of ["link.txt", "second-name.txt", "../../private"]) {
    const printed = [...begun, [0, `begins${"x".repeat(40_000)}`], [0, null, name]];
    const content = await settledCall(t, printed, (outputs) => {
      const elsewhere = path.join(outputs, "../../private");
      writeFileSync(elsewhere, "PRIVATE");
      if (name === "link.txt") symlinkSync(elsewhere, path.join(outputs, name));
      if (name === "second-name.txt") linkSync(elsewhere, path.join(outputs, name));
    });
    assert.ok(!content.includes("PRIVATE"), name);
    assert.match(content, /\[the middle is left out\]/u);
  }
});

const models = { resolve: () => ({ code: "provider-unknown", message: "p is unknown", hint: "" }) as const };
const toolCall = {
  type: "tool_call",
  id: asToolCallId("c"),
  name: "bash",
  input: "{}",
  finished: true,
  providerExecuted: false,
} as const;
const stop = { type: "finish", reason: "stop", time: 0 } as const;
