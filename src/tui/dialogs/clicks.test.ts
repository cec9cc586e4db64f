import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeHit } from "../../../test/harness/fake-hit.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import type { SessionId } from "../../schema/ids.ts";

async function withLongList(t: TestContext): Promise<{ running: ScreenProgram; ids: SessionId[]; app: FakeApp }> {
  const app = new FakeApp();
  const ids = Array.from({ length: 100 }, (_, index) => app.addSession(`Session ${String(index).padStart(2, "0")}`));
  const running = await startScreenProgram(t, { app });
  await running.press("ctrl+s");
  return { running, ids, app };
}

const listed = (running: ScreenProgram): string[] => running.rows.flatMap((row) => /Session \d\d/u.exec(row) ?? []);
const chosen = (running: ScreenProgram): string => running.rows.find((row) => row.includes("│ ›")) ?? "";
const rowOf = (running: ScreenProgram, text: string): number => running.rows.findIndex((row) => row.includes(text));

test("a click in a list longer than the screen leaves it as it stands; a double-click opens what was clicked", async (t) => {
  const { running, ids } = await withLongList(t);
  const before = listed(running);
  assert.ok(before.length > 10 && before.length < 30);
  for (const title of ["Session 14", "Session 02", "Session 12"]) {
    const row = rowOf(running, title);
    await running.mouse("press", { row, column: 12 });
    assert.match(chosen(running), new RegExp(title, "u"));
    assert.deepEqual(listed(running), before);
    assert.equal(rowOf(running, title), row);
  }
  const row = rowOf(running, "Session 13");
  await running.mouse("press", { row, column: 12 });
  assert.equal(running.program.state.dialogs.length, 1);
  await running.mouse("press", { row, column: 12, clicks: 2 });
  assert.equal(running.program.state.session?.id, ids[13]);
  assert.equal(running.program.state.dialogs.length, 0);
});

test("one click on the row that is chosen already does not open it", async (t) => {
  const { running } = await withLongList(t);
  const row = rowOf(running, "› ");
  await running.mouse("press", { row, column: 12 });
  await running.mouse("press", { row, column: 12 });
  assert.equal(running.program.state.dialogs.length, 1);
});

test("the list scrolls only as far as the cursor needs, and a far cursor stands in the middle", async (t) => {
  const { running } = await withLongList(t);
  const before = listed(running);
  for (const _ of before) await running.press("down");
  assert.match(chosen(running), new RegExp(`Session ${String(before.length)} `, "u"));
  assert.deepEqual(listed(running).slice(0, -1), before.slice(1), "by one row");
  const scrolled = listed(running);
  await running.press("up", "up");
  assert.deepEqual(listed(running), scrolled);
  await running.type("session 80");
  await running.press("ctrl+u");
  const around = listed(running);
  assert.ok(around.indexOf("Session 80") > 4 && around.indexOf("Session 80") < around.length - 4, around.join());
});

test("a double-click opens the hit that the first click chose, although its preview has taken the place", async (t) => {
  const { running, app, ids } = await withLongList(t);
  const [first, second] = ids;
  assert.ok(first !== undefined && second !== undefined);
  const answers = Array.from({ length: 30 }, (_, index) =>
    app.addMessage(second, "assistant", [{ type: "text", text: `cellar number ${index}` }]),
  );
  app.search.hits = answers.map((message) => fakeHit(app, second, { messageId: message.id, snippet: "in the cellar" }));
  app.search.messages = answers.slice(0, 7);
  await running.type("session 99");
  const rows = running.rows.map((row, place) => (row.includes("in the cellar") ? place : -1));
  const row = Math.max(...rows);
  await running.mouse("press", { row, column: 12 });
  assert.doesNotMatch(running.rows[row] ?? "", /in the cellar/u, "the preview stands there now");
  await running.mouse("press", { row, column: 12, clicks: 2 });
  assert.equal(running.program.state.session?.id, second);
  assert.equal(running.program.state.dialogs.length, 0);
});
