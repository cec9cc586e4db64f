import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleMessage as message } from "../../../test/harness/sample-message.ts";
import { asMessageId } from "../../schema/ids.ts";
import type { Part } from "../../schema/message.ts";
import { TranscriptItems } from "./transcript-items.ts";

const text = (value: string): Part => ({ type: "text", text: value });
const finish = (reason: string): Part => ({ type: "finish", reason, time: 1 });

function started(): TranscriptItems {
  const items = new TranscriptItems();
  items.load([message("u", "user", [text("go")])]);
  items.setActive(true);
  return items;
}

function shown(items: TranscriptItems): string[] {
  return items.items.map((item) => (item.kind === "answer" || item.kind === "note" ? item.text : item.kind));
}

test("a step whose row came before it was first drawn as a stream ends as its row", () => {
  const items = started();
  items.upsert(message("a", "assistant", [text("Hello world"), finish("tool_use")]));
  items.setLive(message("a", "assistant", [text("Hello wor")]));
  items.setLive(message("b", "assistant", [text("Next")]));
  items.upsert(message("b", "assistant", [text("Next."), finish("end_turn")]));
  items.setLive(null);
  items.setActive(false);
  assert.deepEqual(shown(items), ["prompt", "Hello world", "Next."]);
});

test("a row that was deleted while it streamed does not come back", () => {
  const items = started();
  items.upsert(message("a", "assistant", [text("half")]));
  items.setLive(message("a", "assistant", [text("half an answer")]));
  items.remove(asMessageId("a"));
  items.setLive(message("b", "assistant", [text("again")]));
  items.setLive(null);
  assert.deepEqual(shown(items), ["prompt", "again"]);
});
