/** Goldens of the screens that need more than a key to come up, small and large. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { checkGolden } from "../../../test/harness/golden.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import { asToolCallId } from "../../schema/ids.ts";

const sizes = [
  ["80x24", { columns: 80, rows: 24 }],
  ["120x40", { columns: 120, rows: 40 }],
] as const;

const command =
  "find . -name '*.ts' -not -path './node_modules/*' -print0 | xargs -0 grep --line-number --extended-regexp 'anvil|bellows|chisel' > found.txt";

/** Code, output and an edit whose lines are wider than the screen. */
async function withLongLines(t: TestContext, size: (typeof sizes)[number][1]): Promise<ScreenProgram> {
  const app = new FakeApp();
  const id = app.addSession("Long lines");
  const call = asToolCallId("call-1");
  const output = `short\n${"a row of the log that goes on and on, ".repeat(5)}end\nshort again`;
  app.addMessage(id, "user", [{ type: "text", text: "What does the log say?" }]);
  app.addMessage(id, "assistant", [
    { type: "text", text: `The command was:\n\n\`\`\`sh\n${command}\n\`\`\`\n\nIts output follows.` },
    {
      type: "tool_call",
      id: call,
      name: "bash",
      input: JSON.stringify({ command: "tail log", description: "Read the log" }),
      providerExecuted: false,
      finished: true,
    },
    { type: "finish", reason: "tool_use", time: 1_780_000_000 },
  ]);
  const facts = { content: output, data: "", mimeType: "", metadata: JSON.stringify({ output }), isError: false };
  app.addMessage(id, "tool", [{ type: "tool_result", toolCallId: call, name: "bash", ...facts }]);
  const running = await startScreenProgram(t, { app, size, sessionId: id });
  await running.load();
  return running;
}

for (const [name, size] of sizes) {
  test(`long lines, wrapped and cut, at ${name}`, async (t) => {
    const running = await withLongLines(t, size);
    checkGolden(`tui/long-lines-wrapped-${name}`, running.text);
    running.program.dispatch({ type: "command", command: "long-lines", argument: "" });
    await running.settle();
    await running.advance(7000);
    checkGolden(`tui/long-lines-cut-${name}`, running.text);
    assert.match(running.text, /…/u);
  });
}
