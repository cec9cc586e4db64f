import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../lib/app-error.ts";
import { Handover } from "./handover.ts";

function closable(name: string, closed: string[]): { readonly close: () => Promise<void> } {
  return {
    close: async () => {
      closed.push(name);
    },
  };
}

test("what was handed on is taken once, after the project that was left is closed", async () => {
  const closed: string[] = [];
  const handover = new Handover();
  assert.equal(handover.take(), null);
  const next = { app: closable("app", closed), terminal: closable("terminal", closed) };
  handover.put(next);
  await handover.closeLeft(closable("left", closed));
  assert.deepEqual([handover.take(), handover.take(), closed], [next, null, ["left"]]);
});

test("where the project that was left can't be closed, what was handed on is closed and not taken by the next start", async () => {
  const closed: string[] = [];
  const handover = new Handover();
  handover.put({ app: closable("app", closed), terminal: closable("terminal", closed) });
  const damaged = {
    close: async () => {
      throw new AppError("database-invalid", "It is damaged.");
    },
  };
  await assert.rejects(handover.closeLeft(damaged), { code: "database-invalid" });
  assert.deepEqual(closed, ["terminal", "app"]);
  assert.equal(handover.take(), null);
});
