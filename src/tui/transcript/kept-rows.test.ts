import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleMessage } from "../../../test/harness/sample-message.ts";
import type { DisplayCall } from "../../schema/display-block.ts";
import { asToolCallId } from "../../schema/ids.ts";
import type { Message } from "../../schema/message.ts";
import { LateModules } from "../../term/late-modules.ts";
import { ScrollWindow } from "../../term/scroll-window.ts";
import { darkTheme } from "../../term/theme-dark.ts";
import { Transcript } from "./transcript.ts";

const size = { width: 40, height: 30 };

/** A call and its result, which the transcript shows by asking for their display. */
function callMessages(number: number): readonly Message[] {
  const id = asToolCallId(`c${number}`);
  const input = JSON.stringify({ number });
  const call = { type: "tool_call", id, name: "tool", input, providerExecuted: false, finished: true } as const;
  const finish = { type: "finish", reason: "tool_use", time: 2 } as const;
  const result = { toolCallId: id, name: "tool", content: "", data: "", mimeType: "", metadata: "", isError: false };
  return [
    sampleMessage(`m${number}`, "assistant", [call, finish]),
    sampleMessage(`r${number}`, "tool", [{ type: "tool_result", ...result }]),
  ];
}

function opened(callCount: number): { readonly transcript: Transcript; readonly rendered: number[] } {
  const rendered: number[] = [];
  const displayCall: DisplayCall = ({ name, input }) => {
    rendered.push(Number(input["number"]));
    const lines = Array.from({ length: 8 }, (_, line) => `line ${line}`).join("\n");
    return { title: name, subject: "", blocks: [{ kind: "text", text: lines }] };
  };
  const transcript = new Transcript({ displayCall, theme: darkTheme, modules: new LateModules(() => undefined) });
  transcript.load(Array.from({ length: callCount }, (_, number) => callMessages(number)).flat());
  return { transcript, rendered };
}

test("rows are kept for what was looked at last, and no more of them the longer one reads", () => {
  const { transcript, rendered } = opened(300);
  const window = new ScrollWindow();
  const draw = (): void => {
    transcript.startFrame();
    window.layout(transcript, size);
  };
  draw();
  for (let page = 0; page < 200; page += 1) {
    window.scrollByPages(-1);
    draw();
  }
  assert.equal(new Set(rendered).size, 300, "all of them were looked at");
  const atStart = rendered.length;
  window.scrollByPages(1);
  draw();
  window.scrollByPages(-1);
  draw();
  assert.equal(rendered.length, atStart, "what is near is not made again");
  window.scrollToEnd();
  draw();
  assert.ok(rendered.slice(atStart).includes(298), "what is far was let go");
});

test("what stands on the screen is made once, however long it is", () => {
  const { transcript, rendered } = opened(600);
  const window = new ScrollWindow();
  for (let frame = 0; frame < 5; frame += 1) {
    transcript.startFrame();
    window.layout(transcript, { width: 40, height: 3000 });
  }
  assert.equal(rendered.length, new Set(rendered).size);
});
