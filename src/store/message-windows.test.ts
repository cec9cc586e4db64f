import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openTestStore, runSql } from "../../test/harness/open-test-store.ts";
import { asMessageId, newMessageId, type MessageId, type SessionId } from "../schema/ids.ts";
import { type MessageWindow, type WindowPlace, windowOfMessages } from "./message-windows.ts";
import { insertMessage } from "./messages.ts";
import { insertSession } from "./sessions.ts";
import type { Store } from "./store.ts";

interface Scene {
  readonly store: Store;
  readonly path: string;
  readonly sessionId: SessionId;
  readonly ids: readonly MessageId[];
}

/** Ten messages among those of another session. */
async function ten(t: TestContext): Promise<Scene> {
  const { store, path } = await openTestStore(t);
  const ids: MessageId[] = [];
  const sessionId = await store.transact((tx) => {
    const [own, other] = [insertSession(tx, { title: "own" }), insertSession(tx, { title: "other" })];
    for (let number = 0; number < 10; number += 1) {
      const id = newMessageId();
      ids.push(id);
      insertMessage(tx, { id, sessionId: own.id, role: "user", parts: [{ type: "text", text: `${number}` }] });
      insertMessage(tx, { sessionId: other.id, role: "user", parts: [{ type: "text", text: "another's" }] });
    }
    return own.id;
  });
  return { store, path, sessionId, ids };
}

function read({ store, sessionId }: Scene, place: WindowPlace, limit: number): MessageWindow | null {
  return store.read((tx) => windowOfMessages(tx, { sessionId, limit, place }));
}

function shown(window: MessageWindow | null): string {
  if (window === null) return "gone";
  const texts = window.messages.map(({ parts }) =>
    parts.map((part) => (part.type === "text" ? part.text : "")).join(""),
  );
  return `${window.hasOlder ? "<" : "|"}${texts.join("")}${window.hasNewer ? ">" : "|"}`;
}

for (const [order, disorder] of [
  ["by rowid", null],
  ["by time, where another program broke the order", "update messages set created_at = 5000000000 - rowid"],
] as const) {
  test(`windows lie at the beginning, before, after and around a message: ${order}`, async (t) => {
    const scene = await ten(t);
    if (disorder !== null) runSql(scene.path, disorder);
    const at = (number: number): MessageId => scene.ids[disorder === null ? number : 9 - number] ?? asMessageId("");
    const digits = (text: string): string =>
      disorder === null ? text : text.replaceAll(/\d/gu, (digit) => String(9 - Number(digit)));
    const cases: [place: WindowPlace, limit: number, expected: string][] = [
      ["beginning", 3, "|012>"],
      ["beginning", 10, "|0123456789|"],
      [{ before: at(5) }, 3, "<234>"],
      [{ before: at(2) }, 3, "|01>"],
      [{ after: at(5) }, 3, "<678>"],
      [{ after: at(7) }, 3, "<89|"],
      [{ around: at(5) }, 4, "<34567>"],
      [{ around: at(0) }, 4, "|012>"],
      [{ around: at(9) }, 4, "<789|"],
    ];
    for (const [place, limit, expected] of cases) {
      assert.equal(shown(read(scene, place, limit)), digits(expected), JSON.stringify(place));
    }
    assert.equal(shown(read(scene, { around: asMessageId("none") }, 4)), "gone");
  });
}
