import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { type ScreenProgram, startScreenProgram } from "../../test/harness/screen-program.ts";
import { asMessageId, asToolCallId, type SessionId } from "../schema/ids.ts";

interface Opened {
  readonly running: ScreenProgram;
  readonly app: FakeApp;
  readonly shownId: SessionId;
  readonly otherId: SessionId;
}

const longTitle = "A title that is as long as titles of sessions can be";

/** Both sessions are at work, and the program leaves when they are done. */
async function leaving(t: TestContext, columns: number): Promise<Opened> {
  const app = new FakeApp();
  const [shownId, otherId] = [app.addSession("Anvil"), app.addSession(longTitle)];
  const running = await startScreenProgram(t, { app, sessionId: shownId, size: { columns, rows: 24 } });
  for (const sessionId of [shownId, otherId]) app.emit({ type: "turn-start", sessionId });
  app.emit({ type: "request-wait", sessionId: shownId, messageId: asMessageId("m1") });
  await running.settle();
  await running.press("ctrl+c", "w");
  return { running, app, shownId, otherId };
}

function statusRow(running: ScreenProgram): string {
  return running.text.split("\n").find((row) => row.includes("quits when")) ?? "";
}

for (const columns of [80, 120]) {
  test(`that the program leaves by itself is seen at ${columns} columns, whatever else is to be said`, async (t) => {
    const { running, app, otherId } = await leaving(t, columns);
    assert.match(statusRow(running), /^ quits when 2 sessions have ended, esc stays ⠋ waiting for/u);
    assert.doesNotMatch(statusRow(running), /cancels/u);
    const request = {
      id: "q",
      sessionId: otherId,
      toolCallId: asToolCallId("c"),
      tool: "bash",
      action: "execute",
      path: "/home/ada/forge",
      description: "Execute",
      display: { title: "Bash", subject: "rm", blocks: [] },
    } as const;
    app.emit({ type: "permission-asked", sessionId: otherId, request });
    await running.advance(1000);
    assert.match(statusRow(running), /^ quits when 2 sessions have ended, esc stays .*A title.* asks alt\+a/u);
  });
}
