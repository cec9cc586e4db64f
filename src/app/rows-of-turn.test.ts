import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleMessage } from "../../test/harness/sample-message.ts";
import { rowsOfLastTurn } from "./rows-of-turn.ts";

test("the last turn begins with its prompt; what was said while it ran and commands of the person's begin none", () => {
  const text = (words: string) => [{ type: "text", text: words }] as const;
  const step = (id: string, reason: "tool_use" | "end_turn" | "canceled") =>
    sampleMessage(id, "assistant", [{ type: "finish", reason, time: 1 }]);
  const earlier = [
    sampleMessage("1", "user", text("first")),
    step("2", "tool_use"),
    sampleMessage("3", "tool", []),
    step("4", "canceled"),
  ];
  const last = [
    sampleMessage("5", "user", text("second")),
    step("6", "tool_use"),
    sampleMessage("7", "tool", []),
    sampleMessage("8", "user", text("and think of the walnut")),
    step("9", "tool_use"),
  ];
  const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);
  assert.deepEqual(ids(rowsOfLastTurn([...earlier, ...last])), ["5", "6", "7", "8", "9"]);
  assert.deepEqual(ids(rowsOfLastTurn(earlier)), ["1", "2", "3", "4"]);
  assert.deepEqual(ids(rowsOfLastTurn([step("1", "end_turn")])), ["1"]);
  assert.deepEqual(rowsOfLastTurn([]), []);
});
