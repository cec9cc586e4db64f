import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fakeModel, fakeProvider } from "../../test/harness/fake-facts.ts";
import { openTestStore, querySql } from "../../test/harness/open-test-store.ts";
import { systemClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { JournalDirectory } from "../store/journal.ts";
import { insertSession } from "../store/sessions.ts";
import { claimTurn } from "../store/turns.ts";
import { Patience } from "./patience.ts";
import { TurnTranscript } from "./turn-transcript.ts";

test("what streams is kept without keys, in the row as in the journal", async (t) => {
  const { store, path: database } = await openTestStore(t);
  const directory = path.dirname(database);
  const { id: sessionId } = await store.transact((tx) => insertSession(tx, { title: "T" }));
  const turn = { sessionId, ownerId: "o", ownerName: "process 7", phase: "starting" } as const;
  const claim = await store.transact((tx) => claimTurn(tx, turn));
  const transcript = new TurnTranscript(
    { store, journals: new JournalDirectory(directory, silentLog), secrets: () => ["sk-secret-value"] },
    {
      sessionId,
      purpose: "turn",
      claim,
      patience: new Patience({ clock: systemClock, emit: () => undefined, isPatient: false }),
      model: { choice: { provider: "p", model: "m" }, provider: fakeProvider(), info: fakeModel() },
    },
  );
  const { id } = await transcript.startStep();
  const journal = transcript.openJournal(id);
  assert.equal(journal.append('["text","the key is sk-secret-value"]\n'), true);
  journal.close();
  assert.match(readFileSync(path.join(directory, "journal", `${id}.jsonl`), "utf8"), /the key is \[key hidden\]/u);
  await transcript.foldStep(id, [{ type: "text", text: "the key is sk-secret-value" }]);
  assert.match(String(querySql(database, "select parts from messages")[0]?.["parts"]), /the key is \[key hidden\]/u);
});
