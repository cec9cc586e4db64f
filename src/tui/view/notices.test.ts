import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";
import { asToolCallId, type SessionId } from "../../schema/ids.ts";

for (const size of [
  { columns: 80, rows: 24 },
  { columns: 40, rows: 10 },
]) {
  const shape = `${String(size.columns)}×${String(size.rows)}`;

  test(`what a list of sessions that fills the screen says is seen (${shape})`, async (t) => {
    const app = new FakeApp();
    for (let index = 0; index < 40; index += 1) app.addSession(`Session ${index}`);
    const running = await startScreenProgram(t, { app, size });
    await running.press("ctrl+s");
    const before = running.rows;
    const chosen = before.findIndex((row) => row.includes("│ ›"));
    assert.ok(chosen > 0);
    await running.press("ctrl+y");
    assert.match(running.text, /Id copied/u);
    assert.equal(running.rows[chosen], before[chosen], "the chosen row stays where it is");
    assert.equal(running.rows.at(-1), before.at(-1), "and so does the line of keys");
    assert.match(running.text, /╰─/u, "the list keeps its lower border");
    const row = running.rows.findIndex((text) => text.includes("Id copied"));
    await running.mouse("press", { row, column: 5 });
    assert.doesNotMatch(running.text, /Id copied/u, "a click takes it away");
    assert.deepEqual(running.rows, before);
  });
}

test("a notice beside a small dialog is told once", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app, size: { columns: 80, rows: 30 } });
  await running.press("ctrl+s", "ctrl+y");
  assert.equal(running.rows.filter((row) => row.includes("Id copied")).length, 1);
});

const long =
  "a background job of this session has ended with exit code 1 after a long time and with a command that has so many words " +
  "that they need several rows";

test("a long notice over a list keeps its beginning, and tells that its end is cut", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  for (let index = 0; index < 20; index += 1) app.addSession(`Session ${index}`);
  const running = await startScreenProgram(t, { app, size: { columns: 60, rows: 12 } });
  await running.press("ctrl+s");
  app.emit({ type: "jobs-ended", sessionId: null, message: long });
  await running.advance(100);
  assert.deepEqual(running.rows.slice(-3, -1), [
    " ! a background job of this session has ended with exit",
    "   code 1 after a long time and with a command that has so…",
  ]);
});

/** A question whose text is longer than the screen. */
function ask(app: FakeApp, sessionId: SessionId): void {
  const text = Array.from({ length: 60 }, (_, index) => `line ${index}`).join("\n");
  const display = { title: "Bash", subject: "touch", blocks: [{ kind: "code", text, language: "" }] } as const;
  app.emit({
    type: "permission-asked",
    sessionId,
    request: {
      id: "request-1",
      sessionId,
      toolCallId: asToolCallId("call-1"),
      tool: "bash",
      action: "execute",
      path: "/project",
      command: "touch",
      description: "Run it",
      display,
    },
  });
}

test("a notice over a question that fills the screen stands above the answers; the keys stay", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.type("go");
  await running.press("enter");
  ask(app, id);
  await running.advance(600);
  await running.press("f");
  await running.advance(100);
  const before = running.rows;
  assert.match(before.at(-1) ?? "", /^╰─.*full screen.*╯$/u);
  app.emit({ type: "jobs-ended", sessionId: null, message: long });
  await running.advance(100);
  const row = running.rows.findIndex((text, index) => text !== before[index]);
  assert.match(running.rows[row] ?? "", /^│ {2}! a background job of this session has ended with exit code 1 .*… +│$/u);
  assert.match(running.rows[row + 1] ?? "", /allow once/u);
  assert.deepEqual(running.rows.with(row, before[row] ?? ""), before, "all else stays as it was");
  await running.mouse("press", { row, column: 5 });
  assert.deepEqual(running.rows, before, "a click takes it away");
});
