/** The window's size, changed at any moment. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { quit } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { withModel } from "../harness/with-model.ts";

test("resized again and again while an answer streams, nothing is lost and each picture is whole", async () => {
  await withModel(async ({ sandbox, server }) => {
    const lines = Array.from(
      { length: 120 },
      (_, line) => `Line ${line} of the answer, long enough to be wrapped somewhere.`,
    );
    server.push({
      match: { hasTools: true },
      blocks: [],
      rate: {
        deltasPerSecond: 100,
        charactersPerDelta: 40,
        seconds: 2,
        source: `${lines.join("\n\n")}\n\nThat was all.`,
      },
    });
    await using app = startApp({ sandbox, columns: 80, rows: 24 });
    await app.waitFor(" ready");
    app.type("keep this");
    await app.waitFor("› keep this");
    app.press("ctrl+u");
    await app.waitUntilGone("keep this");
    app.type("Tell me all");
    app.press("enter");
    await app.waitFor(/Line \d+ of/u);
    app.type("half a prompt");
    for (const [columns, rows] of [
      [120, 40],
      [40, 12],
      [200, 50],
      [61, 17],
      [80, 24],
    ] as const) {
      app.resize({ columns, rows });
      await app.waitUntil(
        (terminal) => terminal.rows().at(-1)?.trim() !== "" && terminal.find("› half a prompt") !== null,
        { what: `a whole picture at ${columns}×${rows}` },
      );
    }
    await app.waitFor(/^ ready/mu);
    const updates = [...app.output.matchAll(/\u001b\[\?2026([hl])/gu)].map(([, final]) => final).join("");
    assert.match(updates, /^(?:hl)+$/u, "every frame is one synchronized update");
    assert.equal([...app.output.matchAll(/\u001b\[2J/gu)].length, 1, "the screen is cleared once, at the start");
    app.press("ctrl+u");
    await quit(app);
  });
});
