/** The next request is built from few columns, some rows at a time: it must be what whole rows, read at once, make of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { buildMessages } from "../../src/agent/build-messages.ts";
import { asMessageId, asSessionId } from "../../src/schema/ids.ts";
import type { Message } from "../../src/schema/message.ts";
import type { ModelMessage } from "../../src/schema/model-request.ts";
import { putExactBlocks } from "../../src/store/exact-blocks.ts";
import { listMessages, messagesForRequest } from "../../src/store/message-pages.ts";
import { getSession } from "../../src/store/sessions.ts";
import type { Store } from "../../src/store/store.ts";
import { storedText } from "../../src/store/stored-values.ts";
import { openTestStore, querySql, runSql } from "../harness/open-test-store.ts";
import { insertStoredSession, ownOrigin, storedSession } from "../harness/stored-rows.ts";

interface BothWays {
  readonly lean: readonly ModelMessage[];
  readonly whole: readonly ModelMessage[];
  readonly rows: readonly Message[];
}

function bothWays(store: Store, session: string): BothWays {
  const sessionId = asSessionId(session);
  return store.read((handle) => {
    const stored = getSession(handle, sessionId)?.summaryMessageId ?? null;
    const rows = listMessages(handle, sessionId);
    const summaryMessageId = rows.some((row) => row.id === stored) ? stored : null;
    const options = {
      supportsImages: true,
      summaryMessageId,
      providerId: ownOrigin.provider,
      modelId: ownOrigin.model,
    };
    return {
      lean: buildMessages(messagesForRequest(handle, sessionId), options),
      whole: buildMessages(
        rows.slice(
          Math.max(
            0,
            rows.findIndex((row) => row.id === stored),
          ),
        ),
        options,
      ),
      rows,
    };
  });
}

test("whatever rows a session holds, in whatever order", async (t) => {
  const { store, path } = await openTestStore(t);
  fc.assert(
    fc.property(storedSession, (session) => {
      const { lean, whole } = bothWays(store, insertStoredSession(path, session));
      assert.deepEqual(lean, whole);
    }),
    { numRuns: 150 },
  );
});

test("over many rows, in order, with exact blocks and a summary", async (t) => {
  const { store, path } = await openTestStore(t);
  const [first = "", ...others] = fc
    .sample(storedSession, { numRuns: 120, seed: 7 })
    .map((session) => insertStoredSession(path, session));
  const list = others.map((id) => `'${id}'`).join(", ");
  runSql(
    path,
    `update messages set session_id = '${first}' where session_id in (${list});
     update messages set created_at = 1000 + rowid;
     update sessions set summary_message_id = null`,
  );
  const spoken = bothWays(store, first).rows.filter((row) => row.role === "assistant" && row.unreadable === null);
  await store.transact((tx) => {
    for (const [index, { id }] of spoken.entries()) {
      if (index % 3 !== 0) continue;
      const partsText = storedText(tx.get("select parts from messages where id = ?", [id])?.["parts"]);
      putExactBlocks(tx, id, { blocks: [{ kind: "text", text: `exact ${String(index)}` }], partsText });
    }
  });
  const { lean, whole, rows } = bothWays(store, first);
  assert.ok(rows.length > 300, `${String(rows.length)} rows are read in more than one go`);
  assert.ok(JSON.stringify(lean).includes("exact 3"));
  assert.deepEqual(lean, whole);

  const middle = String(querySql(path, "select id from messages order by rowid limit 1 offset 150")[0]?.["id"]);
  runSql(path, `update sessions set summary_message_id = '${asMessageId(middle)}' where id = '${first}'`);
  const summarised = bothWays(store, first);
  assert.ok(summarised.lean.length < lean.length);
  assert.deepEqual(summarised.lean, summarised.whole);
});
