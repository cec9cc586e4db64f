import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";

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
