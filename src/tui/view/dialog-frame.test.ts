import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";

function appWithSessions(count: number): FakeApp {
  const app = new FakeApp();
  for (let index = 0; index < count; index += 1) app.addSession(`Session ${index}`);
  return app;
}

for (const { name, key, typed, field, count } of [
  { name: "a long list of sessions", key: "ctrl+s", typed: "session 3", field: "Filter:", count: 60 },
  { name: "a short list of sessions", key: "ctrl+s", typed: "zzz", field: "Filter:", count: 3 },
  { name: "the palette", key: "ctrl+p", typed: "fork", field: "│ /", count: 1 },
  { name: "the list of models", key: "ctrl+l", typed: "zzz", field: "Filter:", count: 1 },
]) {
  test(`the field in which one types stays where it is: ${name}`, async (t) => {
    const running = await startScreenProgram(t, { app: appWithSessions(count), size: { columns: 120, rows: 40 } });
    await running.press(key);
    const place = (): number => running.rows.findIndex((row) => row.includes(field));
    const heightOf = (): number => running.rows.findIndex((row) => row.includes("╰─")) - place();
    const before = place();
    const height = heightOf();
    assert.ok(before > 0);
    for (const letter of typed) {
      await running.type(letter);
      assert.equal(place(), before, `after ${letter}`);
    }
    assert.ok(heightOf() < height, "the list has become shorter");
    for (const _ of typed) await running.press("backspace");
    assert.equal(place(), before);
    assert.equal(heightOf(), height);
  });
}
