import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { openTestStore, querySql } from "../../test/harness/open-test-store.ts";
import { strictProblems } from "../../test/harness/strict-reader.ts";
import { must } from "../lib/assert.ts";
import { silentLog } from "../lib/log.ts";
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
  const journals = new JournalDirectory(path.dirname(database), silentLog);
  const journal = journals.create(row.id);
  journal.append('["step",1]\n["text","t"]\n[0,"half an answer"]\n');
  journal.close();
  const models = { resolve: () => ({ code: "provider-unknown", message: "p is unknown", hint: "" }) as const };
  assert.equal(await settleTurn({ store, journals, models, secrets: () => [] }, lookedAt, "It died."), true);
  assert.match(
    String(querySql(database, `select parts from messages where id = '${row.id}'`)[0]?.["parts"]),
    /half an/u,
  );
  assert.deepEqual(querySql(database, "select session_id from x_turn"), []);
  assert.deepEqual(journals.list(), []);
  assert.deepEqual(strictProblems(database), []);
});

const stop = { type: "finish", reason: "stop", time: 0 } as const;
